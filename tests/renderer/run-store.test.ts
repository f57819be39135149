import { describe, expect, test } from 'vitest'
import type { CommandName } from '../../main/contract/commands.ts'
import type { EventName, Events } from '../../main/contract/events.ts'
import type { EpochRecord, RunRecord, RunSummary } from '../../main/contract/types.ts'
import { defaultSpecification } from '../../native/learn/specification.ts'
import { activeRun, createRunStore, shownRun, stepOf, type RunClient } from '../../renderer/store/run-store.ts'

function summary(id: number, changes: Partial<RunSummary> = {}): RunSummary {
  return {
    id,
    title: `Run ${id}`,
    specification: defaultSpecification(),
    state: 'training',
    createdAt: 0,
    step: 0,
    stepsPerEpoch: 10,
    totalSteps: 50,
    learningRate: 0.1,
    parameters: 7850,
    sizes: [784, 10],
    trainCount: 2560,
    testCount: 500,
    imagesPerSecond: null,
    accuracy: null,
    lastLoss: null,
    problem: null,
    endedBy: null,
    stopAt: null,
    device: null,
    diagnoses: [],
    model: null,
    ...changes,
  }
}

function epoch(number: number): EpochRecord {
  return {
    epoch: number,
    step: number * 10,
    trainLoss: 1,
    validLoss: 1,
    accuracy: 0.5,
    imagesPerSecond: 1000,
    confusion: null,
    classes: null,
  }
}

/** An engine's side that a test writes by hand: records to read, and events to send. */
function scriptedEngine() {
  const listeners = new Map<string, Set<(payload: never) => void>>()
  const records = new Map<number, RunRecord>()
  const calls: string[] = []
  const answer = (name: CommandName, input: object): unknown => {
    if (name === 'run.list') return [...records.values()].map((record) => record.run)
    const record = 'run' in input && typeof input.run === 'number' ? records.get(input.run) : undefined
    if (record === undefined) throw new Error(`no answer to ${name}`)
    return record
  }
  const client = {
    call: (name: CommandName, input: object) => {
      calls.push(name)
      return Promise.resolve().then(() => answer(name, input))
    },
    on: (name: string, listener: (payload: never) => void) => {
      const all = listeners.get(name) ?? new Set()
      listeners.set(name, all.add(listener))
      return () => all.delete(listener)
    },
  } as RunClient
  return {
    client,
    records,
    calls,
    send: <Name extends EventName>(name: Name, payload: Events[Name]) => {
      for (const listener of listeners.get(name) ?? []) listener(payload as never)
    },
    progress(sequence: number, firstStep: number, losses: number[]) {
      this.send('run.progressed', {
        run: 1,
        sequence,
        firstStep,
        losses: Float32Array.from(losses),
        learningRate: 0.1,
        imagesPerSecond: 1000,
        secondsLeft: 5,
      })
    },
  }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

describe('the run store', () => {
  test('lists the runs, newest first, and shows the newest until another is opened', async () => {
    const engine = scriptedEngine()
    for (const id of [1, 2])
      engine.records.set(id, { run: summary(id), losses: new Float32Array(), epochs: [], rates: [] })
    const store = createRunStore(engine.client)
    expect(store.api.getState().loaded).toBe(false)
    await store.refresh()
    expect(store.api.getState().runs.map((run) => run.id)).toEqual([2, 1])
    expect(shownRun(store.api.getState())?.id).toBe(2)
    store.select(1)
    expect(shownRun(store.api.getState())?.id).toBe(1)
    store.close()
  })

  test('finds a run that is under way after a reload and goes on with its messages', async () => {
    const engine = scriptedEngine()
    engine.records.set(1, {
      run: summary(1, { step: 3 }),
      losses: Float32Array.of(3, 2, 1),
      epochs: [epoch(1)],
      rates: [],
    })
    const store = createRunStore(engine.client)
    await store.refresh()
    await store.open(1)
    engine.progress(41, 4, [0.5, 0.4])
    engine.send('run.epochEnded', { run: 1, epoch: epoch(2) })
    expect([...store.series(1).losses()].map((loss) => loss.toFixed(1))).toEqual(['3.0', '2.0', '1.0', '0.5', '0.4'])
    await expect
      .poll(() =>
        store.api
          .getState()
          .epochs.get(1)
          ?.map((each) => each.epoch),
      )
      .toEqual([1, 2])
    expect(activeRun(store.api.getState())?.id).toBe(1)
    store.close()
  })

  test('reads the run again when a message is missing', async () => {
    const engine = scriptedEngine()
    engine.records.set(1, { run: summary(1), losses: Float32Array.of(3), epochs: [], rates: [] })
    const store = createRunStore(engine.client)
    await store.refresh()
    await store.open(1)
    engine.records.set(1, { run: summary(1), losses: Float32Array.of(3, 2, 1), epochs: [], rates: [] })
    engine.progress(7, 4, [0.5])
    await settle()
    expect(engine.calls.filter((name) => name === 'run.read')).toHaveLength(2)
    expect([...store.series(1).losses()]).toEqual([3, 2, 1, 0.5])
    store.close()
  })

  test('reads the run once more when the record lags behind the messages', async () => {
    const engine = scriptedEngine()
    engine.records.set(1, { run: summary(1), losses: Float32Array.of(3), epochs: [], rates: [] })
    const store = createRunStore(engine.client)
    await store.refresh()
    await store.open(1)
    engine.progress(7, 4, [0.5])
    await settle()
    expect(store.series(1).length).toBe(1)
    engine.records.set(1, { run: summary(1), losses: Float32Array.of(3, 2, 1, 0.5), epochs: [], rates: [] })
    await expect.poll(() => store.series(1).length).toBe(4)
    store.close()
  })

  test('publishes many messages as few changes', async () => {
    const engine = scriptedEngine()
    engine.records.set(1, { run: summary(1), losses: new Float32Array(), epochs: [], rates: [] })
    const store = createRunStore(engine.client)
    await store.refresh()
    await store.open(1)
    const before = store.api.getState().revision
    for (let step = 1; step <= 200; step += 1) engine.progress(step, step, [1 / step])
    await expect.poll(() => store.api.getState().revision).toBe(before + 1)
    const state = store.api.getState()
    const run = shownRun(state)
    expect(run === null ? null : stepOf(state, run)).toBe(200)
    store.close()
  })

  test('takes over what the engine still has after it came back', async () => {
    const engine = scriptedEngine()
    engine.records.set(1, { run: summary(1), losses: Float32Array.of(3, 2), epochs: [], rates: [] })
    const store = createRunStore(engine.client)
    await store.refresh()
    await store.open(1)
    engine.progress(1, 3, [1, 0.5])
    engine.records.set(1, {
      run: summary(1, { state: 'interrupted', step: 3 }),
      losses: Float32Array.of(3, 2, 1),
      epochs: [],
      rates: [],
    })
    await store.refresh()
    expect(store.series(1).length).toBe(3)
    const state = store.api.getState()
    const run = shownRun(state)
    expect(run?.state).toBe('interrupted')
    expect(run === null ? null : stepOf(state, run)).toBe(3)
    store.close()
  })

  test('takes the later losses and epochs off when the run goes back', async () => {
    const engine = scriptedEngine()
    const losses = Float32Array.from({ length: 25 }, (_, index) => index)
    engine.records.set(1, { run: summary(1, { step: 25 }), losses, epochs: [epoch(1), epoch(2)], rates: [] })
    const store = createRunStore(engine.client)
    await store.refresh()
    await store.open(1)
    engine.progress(7, 26, [25])
    engine.send('run.epochEnded', { run: 1, epoch: epoch(3) })
    engine.send('run.wentBack', { run: 1, step: 12 })
    const state = store.api.getState()
    expect(store.series(1).length).toBe(12)
    expect(state.epochs.get(1)?.map((known) => known.epoch)).toEqual([1])
    expect(stepOf(state, state.runs[0]!)).toBe(12)
    engine.progress(8, 13, [99])
    expect(store.series(1).at(13)).toBe(99)
    expect(engine.calls.filter((call) => call === 'run.read')).toHaveLength(1)
    store.close()
  })

  test('keeps the figures of each digit of the newest epochs, and reads them again after a long way back', async () => {
    const engine = scriptedEngine()
    const whole = (number: number): EpochRecord => ({ ...epoch(number), confusion: [[number]], classes: [] })
    const record = (count: number): RunRecord => ({
      run: summary(1, { step: count * 10 }),
      losses: new Float32Array(count * 10),
      epochs: Array.from({ length: count }, (_, index) => whole(index + 1)),
      rates: [],
    })
    engine.records.set(1, record(30))
    const store = createRunStore(engine.client)
    await store.refresh()
    await store.open(1)
    engine.send('run.epochEnded', { run: 1, epoch: whole(31) })
    const known = () => store.api.getState().epochs.get(1) ?? []
    await expect.poll(() => known().length).toBe(31)
    expect(known().map(({ epoch: number }) => number)).toEqual(Array.from({ length: 31 }, (_, index) => index + 1))
    expect(known().filter(({ confusion }) => confusion !== null)).toHaveLength(20)
    expect(known().at(-1)).toEqual(whole(31))
    expect(known()[0]).toEqual(epoch(1))

    engine.send('run.wentBack', { run: 1, step: 250 })
    expect(known().at(-1)).toEqual(whole(25))
    expect(engine.calls.filter((call) => call === 'run.read')).toHaveLength(1)
    engine.records.set(1, record(4))
    engine.send('run.wentBack', { run: 1, step: 45 })
    await expect.poll(() => known().at(-1)).toEqual(whole(4))
    expect(engine.calls.filter((call) => call === 'run.read')).toHaveLength(2)
    store.close()
  })

  test('reads a run again that went back while it was being read', async () => {
    const engine = scriptedEngine()
    engine.records.set(1, { run: summary(1), losses: Float32Array.of(3, 2, 1), epochs: [], rates: [] })
    const store = createRunStore(engine.client)
    await store.refresh()
    const reading = store.open(1)
    engine.send('run.wentBack', { run: 1, step: 1 })
    await reading
    await settle()
    expect(engine.calls.filter((call) => call === 'run.read')).toHaveLength(2)
    store.close()
  })

  test('forgets a removed run', async () => {
    const engine = scriptedEngine()
    engine.records.set(1, { run: summary(1), losses: Float32Array.of(3), epochs: [], rates: [] })
    const store = createRunStore(engine.client)
    await store.refresh()
    store.select(1)
    await store.open(1)
    engine.send('run.removed', { run: 1 })
    expect(shownRun(store.api.getState())).toBeNull()
    expect(store.api.getState().selected).toBeNull()
    expect(store.series(1).length).toBe(0)
    store.close()
  })

  test('keeps a failure to read as its problem', async () => {
    const engine = scriptedEngine()
    const store = createRunStore(engine.client)
    await store.refresh()
    await store.open(9)
    expect(store.api.getState().problem?.message).toBe('no answer to run.read')
    store.close()
  })
})
