/** What the Train page asks of the engine. Each answer goes into the run store at once; a failure becomes the page's banner. */
import { AppError, toErrorPayload } from '../../../data/error.ts'
import type { RunSummary } from '../../../main/contract/types.ts'
import type { DeviceName, RunSpecification } from '../../../native/learn/specification.ts'
import { client } from '../../connection.ts'
import { isActive } from '../../store/run-store.ts'
import { runs } from '../../store/runs.ts'
import { learner } from './learner-store.ts'

function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const payload = toErrorPayload(thrown)
  return new AppError(payload.code, payload.message, { cause: thrown })
}

/** Runs a command; its problem is shown and not thrown on. */
async function attempt(command: () => Promise<RunSummary>): Promise<RunSummary | null> {
  try {
    const run = await command()
    learner.setState({ error: null })
    runs.put(run)
    return run
  } catch (thrown) {
    learner.setState({ error: asAppError(thrown) })
    return null
  }
}

/** Starts a run and shows it. With `batches` it trains that many mini-batches, or one epoch, and then waits. */
export async function startRun(specification: RunSpecification, batches?: number | 'epoch'): Promise<void> {
  const run = await attempt(() => client.call('run.start', { specification, paused: batches !== undefined }))
  if (run === null) return
  learner.setState({ draft: null })
  runs.select(run.id)
  const reading = runs.open(run.id)
  if (batches === 'epoch') await stepEpoch(run.id)
  else if (batches !== undefined) await stepRun(run.id, batches)
  await reading
}

export async function pauseRun(run: number): Promise<void> {
  await attempt(() => client.call('run.pause', { run }))
}

export async function resumeRun(run: number): Promise<void> {
  await attempt(() => client.call('run.resume', { run }))
}

export async function stepRun(run: number, batches: number): Promise<void> {
  await attempt(() => client.call('run.step', { run, batches }))
}

/** To the end of the present epoch. */
export async function stepEpoch(run: number): Promise<void> {
  await attempt(() => client.call('run.stepEpoch', { run }))
}

/** Back by some mini-batches, or to one. */
export async function goBack(
  run: number,
  by: { readonly batches: number } | { readonly toStep: number },
): Promise<void> {
  await attempt(() => client.call('run.back', { run, ...by }))
}

/** Goes on with a run that has ended before its last mini-batch; on another device where one is named. */
export async function continueRun(run: number, device?: DeviceName): Promise<void> {
  const going = await attempt(() => client.call('run.continue', device === undefined ? { run } : { run, device }))
  if (going === null) return
  learner.setState({ draft: null })
  runs.select(run)
}

/** Starts a run with these settings in place of one that may still train. */
export async function startInstead(run: RunSummary, specification: RunSpecification): Promise<void> {
  if (isActive(run) && (await attempt(() => client.call('run.stop', { run: run.id }))) === null) return
  await startRun({ ...specification, from: null })
}

export async function stopRun(run: number): Promise<void> {
  await attempt(() => client.call('run.stop', { run }))
}

type WantedRate = { readonly run: number; readonly learningRate: number }

/** The newest rate that a person wants, until the engine has answered to it. */
let wantedRate: WantedRate | null = null
let rateUnderWay = false

/** Sends the newest rate, one command at a time, however fast the slider moves. */
export async function setLearningRate(run: number, learningRate: number): Promise<void> {
  wantedRate = { run, learningRate }
  if (rateUnderWay) return
  rateUnderWay = true
  try {
    let sent: WantedRate | null = null
    while (sent !== wantedRate) {
      sent = wantedRate
      const wanted: WantedRate = sent
      await attempt(() => client.call('run.setLearningRate', wanted))
    }
  } finally {
    wantedRate = null
    rateUnderWay = false
  }
}

/** The rate that the run has, or will have once the engine has heard of the newest change. */
export function rateNow(run: RunSummary): number {
  return wantedRate?.run === run.id ? wantedRate.learningRate : run.learningRate
}

/** Milliseconds in which a removed run can be brought back; as long as the toast stands. */
const UNDO_MILLISECONDS = 6500
const removals = new Map<number, ReturnType<typeof setTimeout>>()

function setRemoving(run: number, removing: boolean): void {
  learner.setState((state) => {
    const next = new Set(state.removing)
    if (removing) next.add(run)
    else next.delete(run)
    return { removing: next }
  })
}

/** Takes a run off the list; the engine forgets it only when nobody took it back in time. */
export function removeRun(run: number): void {
  setRemoving(run, true)
  if (runs.api.getState().selected === run) runs.select(null)
  const timer = setTimeout(() => {
    removals.delete(run)
    client
      .call('run.remove', { run })
      .catch((thrown: unknown) => learner.setState({ error: asAppError(thrown) }))
      .finally(() => setRemoving(run, false))
  }, UNDO_MILLISECONDS)
  removals.set(run, timer)
}

/** Brings a run back that `removeRun` took off the list. */
export function keepRun(run: number): void {
  clearTimeout(removals.get(run))
  removals.delete(run)
  setRemoving(run, false)
}
