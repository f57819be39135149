/**
 * The training runs as the pages know them: summaries, epochs and live figures in a small store without React, the
 * losses beside it in typed buffers. It is fed by the engine's events, and reads a run again where something is missing.
 */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { ArgumentsOf, CommandName, ResultOf } from '../../main/contract/commands.ts'
import type { EventName, Events } from '../../main/contract/events.ts'
import type { EpochRecord, RunState, RunSummary } from '../../main/contract/types.ts'
import { mergeEpochs, WHOLE_EPOCHS } from './epochs.ts'
import { LossSeries } from './loss-series.ts'

/** The part of the contract's client that the store needs. */
export type RunClient = {
  call<Name extends CommandName>(name: Name, input: ArgumentsOf<Name>): Promise<ResultOf<Name>>
  on<Name extends EventName>(name: Name, listener: (payload: Events[Name]) => void): () => void
}

/** What changes with every message while a run trains. */
export type RunPulse = {
  /** Mini-batches done. */
  readonly step: number
  readonly learningRate: number
  readonly imagesPerSecond: number | null
  readonly secondsLeft: number | null
}

export type RunsState = {
  /** True once the list of runs was read. */
  readonly loaded: boolean
  /** Why the list or a run could not be read; null when all is well. */
  readonly problem: Error | null
  /** Newest first. */
  readonly runs: readonly RunSummary[]
  /** The run that a person opened; null for the newest one. */
  readonly selected: number | null
  /** Of each run that was opened; the figures of each digit only of the newest. */
  readonly epochs: ReadonlyMap<number, readonly EpochRecord[]>
  readonly pulses: ReadonlyMap<number, RunPulse>
  /** Grows when losses were added, at most `PUBLISH_RATE` times a second. */
  readonly revision: number
}

/** Charts follow at this rate, in updates per second. */
export const PUBLISH_RATE = 12

const activeStates: ReadonlySet<RunState> = new Set<RunState>(['preparing', 'training', 'paused'])

/** How diagnoses of runs that learn nothing begin. */
const stuckCodes = ['one-class/', 'still/', 'slow/'] as const

/** Whether the engine holds the run: it trains, is about to, or waits. */
export function isActive(run: RunSummary): boolean {
  return activeStates.has(run.state)
}

/** Whether a run learns nothing: it reads everything as one class, has no gradient, or its loss stays where it was. */
export function isStuck(run: RunSummary): boolean {
  return run.diagnoses.some(({ code }) => stuckCodes.some((kind) => code.startsWith(kind)))
}

/** The run that pages show: the opened one, else the newest. */
export function shownRun(state: RunsState): RunSummary | null {
  return state.runs.find((run) => run.id === state.selected) ?? state.runs[0] ?? null
}

/** The run that the engine holds, or null. */
export function activeRun(state: RunsState): RunSummary | null {
  return state.runs.find(isActive) ?? null
}

/** Mini-batches done, from the newest message or from the summary. */
export function stepOf(state: RunsState, run: RunSummary): number {
  return isActive(run) ? Math.max(run.step, state.pulses.get(run.id)?.step ?? 0) : run.step
}

export type RunStore = {
  readonly api: StoreApi<RunsState>
  /** The losses of a run; empty until `open` has read it. */
  series(run: number): LossSeries
  /** Reads a run's losses and epochs, unless they are here. */
  open(run: number): Promise<void>
  /** Shows this run from now on; null for the newest. */
  select(run: number | null): void
  /** Puts in what a command answered, without waiting for its event. */
  put(run: RunSummary): void
  /** Reads everything again: at the start, and when the engine came back. */
  refresh(): Promise<void>
  /** Stops listening. */
  close(): void
}

const emptyState: RunsState = {
  loaded: false,
  problem: null,
  runs: [],
  selected: null,
  epochs: new Map(),
  pulses: new Map(),
  revision: 0,
}

/** Losses as they came, the first of them at mini-batch `firstStep`. */
type Block = { readonly firstStep: number; readonly losses: Float32Array }

/** Milliseconds until a run is read again whose record did not reach the newest message yet. */
const READ_AGAIN_AFTER = 300

function unrecorded(losses: Float32Array): number {
  const first = losses.findIndex((loss) => !Number.isNaN(loss))
  return first === -1 ? losses.length : first
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}

/** A store over this client; it listens at once, and reads nothing before `refresh`. */
export function createRunStore(client: RunClient): RunStore {
  const api = createStore<RunsState>(() => emptyState)
  const allSeries = new Map<number, LossSeries>()
  const opened = new Set<number>()
  const sequences = new Map<number, number>()
  const reading = new Map<number, Promise<void>>()
  /** Blocks that arrived while their run was being read. */
  const pending = new Map<number, Block[]>()
  /** Runs that went back while they were being read: what is read may be what was before. */
  const stale = new Set<number>()
  const timers = new Set<ReturnType<typeof setTimeout>>()
  const waitingPulses = new Map<number, RunPulse>()
  const waitingEpochs = new Map<number, EpochRecord[]>()
  let publishTimer: ReturnType<typeof setTimeout> | null = null
  let publishedAt = -Infinity
  let refreshing: Promise<void> | null = null

  function series(run: number): LossSeries {
    const known = allSeries.get(run)
    if (known !== undefined) return known
    const created = new LossSeries()
    allSeries.set(run, created)
    return created
  }

  function publish(): void {
    publishTimer = null
    publishedAt = performance.now()
    api.setState((state) => {
      const pulses = new Map(state.pulses)
      for (const [run, pulse] of waitingPulses) pulses.set(run, pulse)
      waitingPulses.clear()
      const revision = state.revision + 1
      if (waitingEpochs.size === 0) return { pulses, revision }
      const epochs = new Map(state.epochs)
      for (const [run, added] of waitingEpochs) epochs.set(run, mergeEpochs(epochs.get(run) ?? [], added))
      waitingEpochs.clear()
      return { pulses, epochs, revision }
    })
  }

  function publishSoon(): void {
    const wait = publishedAt + 1000 / PUBLISH_RATE - performance.now()
    publishTimer ??= setTimeout(publish, Math.max(0, wait))
  }

  function publishNow(): void {
    if (publishTimer !== null) clearTimeout(publishTimer)
    publish()
  }

  function put(run: RunSummary): void {
    api.setState((state) => {
      const others = state.runs.filter((other) => other.id !== run.id)
      return { runs: [...others, run].sort((a, b) => b.id - a.id) }
    })
  }

  function forget(run: number): void {
    allSeries.delete(run)
    opened.delete(run)
    sequences.delete(run)
    waitingPulses.delete(run)
    waitingEpochs.delete(run)
    api.setState((state) => {
      const epochs = new Map(state.epochs)
      const pulses = new Map(state.pulses)
      epochs.delete(run)
      pulses.delete(run)
      return {
        runs: state.runs.filter((other) => other.id !== run),
        selected: state.selected === run ? null : state.selected,
        epochs,
        pulses,
      }
    })
  }

  async function read(run: number): Promise<void> {
    const record = await client.call('run.read', { run })
    const fresh = new LossSeries()
    // A branch with other mini-batches than the run before it has a past without losses.
    if (record.run.specification.from !== null) fresh.begin(unrecorded(record.losses))
    fresh.append(1, record.losses)
    const complete = (pending.get(run) ?? []).every((block) => fresh.append(block.firstStep, block.losses))
    allSeries.set(run, fresh)
    opened.add(run)
    put(record.run)
    api.setState((state) => ({
      epochs: new Map(state.epochs).set(run, mergeEpochs(state.epochs.get(run) ?? [], record.epochs)),
      problem: null,
    }))
    publishNow()
    if (!complete) readAgain(run)
  }

  function readAgain(run: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      void readOnce(run)
    }, READ_AGAIN_AFTER)
    timers.add(timer)
  }

  /** One reading of a run at a time; a failure is kept as the state's problem. */
  function readOnce(run: number): Promise<void> {
    const running = reading.get(run)
    if (running !== undefined) return running
    pending.set(run, [])
    const started = read(run)
      .catch((thrown: unknown) => api.setState({ problem: asError(thrown) }))
      .finally(() => {
        reading.delete(run)
        pending.delete(run)
        if (stale.delete(run)) void reread(run)
      })
    reading.set(run, started)
    return started
  }

  function open(run: number): Promise<void> {
    return opened.has(run) ? Promise.resolve() : readOnce(run)
  }

  async function readAll(): Promise<void> {
    try {
      const list = await client.call('run.list', {})
      const runs = [...list].sort((a, b) => b.id - a.id)
      const present = new Set(runs.map((run) => run.id))
      for (const run of allSeries.keys()) if (!present.has(run)) forget(run)
      api.setState({ runs, loaded: true, problem: null })
      await Promise.all([...opened].map((run) => reread(run)))
    } catch (thrown) {
      api.setState({ problem: asError(thrown) })
    }
  }

  function goBack(run: number, step: number): void {
    series(run).truncate(step)
    if (reading.has(run)) stale.add(run)
    waitingPulses.delete(run)
    const upTo = (epochs: readonly EpochRecord[] = []) => epochs.filter((epoch) => epoch.step <= step)
    const before = api.getState().epochs.get(run) ?? []
    waitingEpochs.set(run, upTo(waitingEpochs.get(run)))
    api.setState((state) => {
      const pulses = new Map(state.pulses)
      const pulse = pulses.get(run)
      if (pulse !== undefined) pulses.set(run, { ...pulse, step })
      return {
        pulses,
        epochs: new Map(state.epochs).set(run, upTo(state.epochs.get(run))),
        runs: state.runs.map((other) => (other.id === run ? { ...other, step } : other)),
      }
    })
    publishNow()
    // The figures of each digit in the epoch that is now the newest are not here any more.
    if (opened.has(run) && before.length - upTo(before).length >= WHOLE_EPOCHS) void readOnce(run)
  }

  function reread(run: number): Promise<void> {
    sequences.delete(run)
    waitingPulses.delete(run)
    waitingEpochs.delete(run)
    api.setState((state) => ({ epochs: new Map(state.epochs).set(run, []) }))
    return readOnce(run)
  }

  const stops = [
    client.on('run.changed', ({ run }) => put(run)),
    client.on('run.removed', ({ run }) => forget(run)),
    client.on('run.wentBack', ({ run, step }) => goBack(run, step)),
    client.on('run.epochEnded', ({ run, epoch }) => {
      waitingEpochs.set(run, [...(waitingEpochs.get(run) ?? []), epoch])
      publishSoon()
    }),
    client.on('run.progressed', (progress) => {
      const { run, sequence, firstStep, losses } = progress
      const previous = sequences.get(run)
      const inOrder = previous === undefined || sequence === previous + 1
      sequences.set(run, sequence)
      waitingPulses.set(run, {
        step: firstStep + losses.length - 1,
        learningRate: progress.learningRate,
        imagesPerSecond: progress.imagesPerSecond,
        secondsLeft: progress.secondsLeft,
      })
      const fits = series(run).append(firstStep, losses)
      // A run that nobody opened is read when it is opened.
      if (opened.has(run) && !(fits && inOrder)) void readOnce(run)
      pending.get(run)?.push({ firstStep, losses })
      publishSoon()
    }),
  ]

  return {
    api,
    series,
    open,
    select: (selected) => api.setState({ selected }),
    put,
    refresh: () => {
      refreshing ??= readAll().finally(() => {
        refreshing = null
      })
      return refreshing
    },
    close: () => {
      if (publishTimer !== null) clearTimeout(publishTimer)
      for (const timer of timers) clearTimeout(timer)
      for (const stop of stops) stop()
    },
  }
}
