/**
 * Looking back in a run: which recorded step a person looks at, and what the engine made again of it. One question is under way at a
 * time, however fast the hand moves, and the newest one wins. Nothing here changes a run.
 */
import { createStore, type StoreApi } from 'zustand/vanilla'
import { AppError, toErrorPayload } from '../../data/error.ts'
import type { ArgumentsOf } from '../../main/contract/commands.ts'
import type { RunEvaluation, RunMoment, RunSummary } from '../../main/contract/types.ts'
import { isEngineLoss } from '../engine-loss.ts'
import type { RunClient, RunStore } from './run-store.ts'

/** The recorded step that one looks at. */
export type Past = {
  readonly run: number
  /** Mini-batches done there. */
  readonly step: number
  /** Mini-batches that the run had when one began to look: once it has others, the present is shown again. */
  readonly runSteps: number
  /** The newest answer, which may be of a step on the way there; null before the first. */
  readonly moment: RunMoment | null
  /** The newest figures, of the step that they name; null before the first. */
  readonly evaluation: RunEvaluation | null
  /** What was read there in one's own drawing; null where there is none. */
  readonly digit: number | null
  /** Why there is nothing to see of this step; null while all is well. */
  readonly problem: AppError | null
}

export type TimeState = { readonly past: Past | null }

export type TimeMachine = {
  readonly api: StoreApi<TimeState>
  /** Looks at this step of the run, 0 to its last. */
  look(run: RunSummary, step: number): void
  /** Back to the present. */
  leave(): void
  /** Asks again after a problem, or when a new engine is there. */
  again(): void
  /** Stops listening. */
  close(): void
}

/** Milliseconds that the engine may take on the way to a step before it shows how far it is. */
export const PATIENCE = 80

const unknown = { moment: null, evaluation: null, digit: null } as const

/** Whether a run lies still, so that one can look back in it. */
export function liesStill({ state }: RunSummary): boolean {
  return state !== 'preparing' && state !== 'training'
}

/** The figures of the step that one looks at, and not of one on the way; null until they are here. */
export function measuredAt({ step, evaluation }: Past): RunEvaluation | null {
  return evaluation?.step === step ? evaluation : null
}

function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const payload = toErrorPayload(thrown)
  return new AppError(payload.code, payload.message, { cause: thrown })
}

/** `drawn` is the drawing that each step reads as well; null where there is none. */
export function createTimeMachine(
  client: Pick<RunClient, 'call'>,
  runs: Pick<RunStore, 'api'>,
  drawn: () => ArgumentsOf<'run.at'>['drawing'] | null,
): TimeMachine {
  const api = createStore<TimeState>(() => ({ past: null }))
  let underWay = false

  function change(part: Partial<Past>): void {
    api.setState(({ past }) => ({ past: past === null ? null : { ...past, ...part } }))
  }

  function leave(): void {
    if (api.getState().past !== null) api.setState({ past: null })
  }

  /** Asks until the answer is of the step that is wanted by then, or there is none. */
  async function ask(): Promise<void> {
    if (underWay) return
    underWay = true
    try {
      for (let wanted = open(); wanted !== null; wanted = open()) await askOnce(wanted)
    } finally {
      underWay = false
    }
  }

  /** What is not answered yet; null where there is nothing to ask. */
  function open(): Past | null {
    const { past } = api.getState()
    if (past === null || past.problem !== null) return null
    return past.moment?.weights.step === past.step && past.moment.evaluation !== null ? null : past
  }

  async function askOnce({ run, step }: Past): Promise<void> {
    try {
      const drawing = drawn() ?? undefined
      const moment = await client.call('run.at', { run, step, within: PATIENCE, drawing })
      const { past } = api.getState()
      if (past?.run !== run) return
      const { evaluation, reading } = moment
      change(evaluation === null ? { moment } : { moment, evaluation, digit: reading?.digit ?? null })
    } catch (thrown) {
      const error = asAppError(thrown)
      const { past } = api.getState()
      if (past === null || past.run !== run) return
      if (error.code === 'train/unknown-run') leave()
      // A later step may be there; of a lost engine all is asked again.
      else if (past.step === step || isEngineLoss(error)) change({ problem: error })
    }
  }

  function askSoon(): void {
    ask().catch((thrown: unknown) => change({ problem: asAppError(thrown) }))
  }

  const stop = runs.api.subscribe(({ runs: all, loaded }) => {
    const { past } = api.getState()
    if (past === null || !loaded) return
    const run = all.find(({ id }) => id === past.run)
    if (run === undefined || !liesStill(run) || run.step !== past.runSteps) leave()
  })

  return {
    api,
    look(run, step) {
      const { past } = api.getState()
      const known = past?.run === run.id ? past : unknown
      api.setState({ past: { ...known, run: run.id, step, runSteps: run.step, problem: null } })
      askSoon()
    },
    leave,
    again() {
      change({ problem: null, ...unknown })
      askSoon()
    },
    close: stop,
  }
}
