/** What the Train page asks of the engine. Each answer goes into the run store at once; a failure becomes the page's banner. */
import { AppError, toErrorPayload } from '../../../data/error.ts'
import type { Changes } from '../../../main/contract/specification-schema.ts'
import type { RunSummary } from '../../../main/contract/types.ts'
import type { DeviceName, RunSpecification, StopAt } from '../../../native/learn/specification.ts'
import { client } from '../../connection.ts'
import { activeRun, isActive } from '../../store/run-store.ts'
import { runs } from '../../store/runs.ts'
import { learner, type CommandKind } from './learner-store.ts'

function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown
  const payload = toErrorPayload(thrown)
  return new AppError(payload.code, payload.message, { cause: thrown })
}

/** Milliseconds after which a command that was not answered yet is shown to be on its way. */
const SHOW_AFTER = 30

/** Runs a command; its problem is shown and not thrown on. Of those without a kind nobody sees that they take long. */
async function attempt(kind: CommandKind | null, command: () => Promise<RunSummary>): Promise<RunSummary | null> {
  const timer = kind === null ? undefined : setTimeout(() => learner.setState({ underWay: kind }), SHOW_AFTER)
  try {
    const run = await command()
    learner.setState({ error: null })
    runs.put(run)
    return run
  } catch (thrown) {
    learner.setState({ error: asAppError(thrown) })
    return null
  } finally {
    clearTimeout(timer)
    if (learner.getState().underWay === kind) learner.setState({ underWay: null })
  }
}

/** A second press before the first run is there would ask for another one. */
let starting = false

/** Runs a command that makes a run go on, unless such a one is under way. */
async function begin(kind: CommandKind, command: () => Promise<RunSummary>): Promise<RunSummary | null> {
  if (starting) return null
  starting = true
  try {
    return await attempt(kind, command)
  } finally {
    starting = false
  }
}

/** Starts a run and shows it. With `batches` it trains that many mini-batches, or one epoch, and then waits. */
export async function startRun(specification: RunSpecification, batches?: number | 'epoch'): Promise<void> {
  const paused = batches !== undefined
  await show(await begin('start', () => client.call('run.start', { specification, paused })), batches)
}

/** Starts a new run from a recorded step of this one and shows it. A run that waits is ended first, and kept. */
export async function branchRun(run: RunSummary, step: number, changes: Changes, paused: boolean): Promise<void> {
  const branch = await begin('start', async () => {
    if (isActive(run)) await client.call('run.stop', { run: run.id })
    return await client.call('run.branch', { run: run.id, step, changes, paused })
  })
  await show(branch)
}

/** Starts a run in place of the one that may still train. */
export async function startInstead(specification: RunSpecification): Promise<void> {
  const run = await begin('start', async () => {
    const active = activeRun(runs.api.getState())
    if (active !== null) await client.call('run.stop', { run: active.id })
    return await client.call('run.start', { specification: { ...specification, from: null } })
  })
  await show(run)
}

async function show(run: RunSummary | null, batches?: number | 'epoch'): Promise<void> {
  if (run === null) return
  learner.setState({ draft: null })
  runs.select(run.id)
  const reading = runs.open(run.id)
  if (batches === 'epoch') await stepEpoch(run.id)
  else if (batches !== undefined) await stepRun(run.id, batches)
  await reading
}

export async function pauseRun(run: number): Promise<void> {
  await attempt('pause', () => client.call('run.pause', { run }))
}

export async function resumeRun(run: number): Promise<void> {
  await attempt('resume', () => client.call('run.resume', { run }))
}

export async function stepRun(run: number, batches: number): Promise<void> {
  await attempt('batch', () => client.call('run.step', { run, batches }))
}

/** To the end of the present epoch. */
export async function stepEpoch(run: number): Promise<void> {
  await attempt('epoch', () => client.call('run.stepEpoch', { run }))
}

/** Back by some mini-batches, or to one. */
export async function goBack(
  run: number,
  by: { readonly batches: number } | { readonly toStep: number },
): Promise<void> {
  await attempt('back', () => client.call('run.back', { run, ...by }))
}

/** Ends the run early, from its next epoch's end on; null for not. */
export async function setStopAt(run: number, stopAt: StopAt | null): Promise<void> {
  await attempt(null, () => client.call('run.setStopAt', { run, stopAt }))
}

/** Goes on with a run that has ended before its last mini-batch; on another device where one is named. */
export async function continueRun(run: number, device?: DeviceName): Promise<void> {
  const going = await begin('continue', () =>
    client.call('run.continue', device === undefined ? { run } : { run, device }),
  )
  if (going === null) return
  learner.setState({ draft: null })
  runs.select(run)
}

export async function stopRun(run: number): Promise<void> {
  await attempt('stop', () => client.call('run.stop', { run }))
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
      await attempt(null, () => client.call('run.setLearningRate', wanted))
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
