/** The schedules: what the learning rate is multiplied by at each step. To add one: an entry in specification.ts, and one here. */
import type { ScheduleName } from './specification.ts'

/** The factor on the learning rate when the share `done` (0 to 1) of the run's steps is done. */
export type Schedule = (done: number) => number

const WARM_UP = 0.25
const FIRST = 1 / 25
const LAST = 1e-5

/** Half a cosine wave from `from` at 0 to `to` at 1. */
const cosine = (from: number, to: number, at: number): number => to + ((from - to) * (1 + Math.cos(Math.PI * at))) / 2

export const scheduleFunctions: Readonly<Record<ScheduleName, Schedule>> = {
  constant: () => 1,
  step: (done) => (done < 0.5 ? 1 : done < 0.75 ? 0.1 : 0.01),
  // Smith 2018, https://arxiv.org/abs/1708.07120, with the defaults of fastai's fit_one_cycle.
  'one-cycle': (done) =>
    done < WARM_UP ? cosine(FIRST, 1, done / WARM_UP) : cosine(1, LAST, (done - WARM_UP) / (1 - WARM_UP)),
}
