/** The recorded steps of a run as a line that one can move along: where it begins and ends, and what lies beside a step. */
import type { RunSummary } from '../../main/contract/types.ts'
import type { LossSeries } from './loss-series.ts'
import { liesStill } from './time-machine.ts'

/** All of them are whole numbers of mini-batches done. */
export type TimeLine = {
  readonly first: number
  /** The last one before the present whose weights are numbers. */
  readonly latest: number
  readonly present: number
  readonly stepsPerEpoch: number
}

/** Null for a run that goes on, and where nothing was trained. */
export function timeLineOf(
  run: RunSummary | null,
  { unrecorded, divergedAt }: Pick<LossSeries, 'unrecorded' | 'divergedAt'>,
): TimeLine | null {
  if (run === null || !liesStill(run) || run.stepsPerEpoch === 0) return null
  // Before the mini-batch whose loss was no number the weights still were.
  const latest = Math.min(run.step, divergedAt ?? Infinity) - 1
  if (latest < unrecorded) return null
  return { first: unrecorded, latest, present: run.step, stepsPerEpoch: run.stepsPerEpoch }
}

/** The step that is nearest to a place on an axis of epochs; after `latest` it is the present. */
export function stepNearest(line: TimeLine, epochs: number): number {
  const step = Math.max(Math.round(epochs * line.stepsPerEpoch), line.first)
  return step > line.latest ? line.present : step
}

/** What a person can ask for, by key. */
export type Stride = 'back' | 'on' | 'epoch back' | 'epoch on' | 'first' | 'present'

/** The step that lies so far from this one, within the line. */
export function stepBeside(line: TimeLine, step: number, stride: Stride): number {
  const { first, latest, present, stepsPerEpoch } = line
  switch (stride) {
    case 'back':
      return Math.max(first, Math.min(step - 1, latest))
    case 'epoch back':
      return Math.max(first, Math.min((Math.ceil(step / stepsPerEpoch) - 1) * stepsPerEpoch, latest))
    case 'on':
      return step + 1 > latest ? present : step + 1
    case 'epoch on': {
      const next = (Math.floor(step / stepsPerEpoch) + 1) * stepsPerEpoch
      return next > latest ? present : next
    }
    case 'first':
      return first
    case 'present':
      return present
  }
}
