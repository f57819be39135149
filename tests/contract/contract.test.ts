/** The contract, told once and kept over every door: what a page may rely on, whichever channel leads to the engine. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '../../data/error.ts'
import type { Client } from '../../main/contract/client.ts'
import { commands, type ArgumentsOf } from '../../main/contract/commands.ts'
import type { Events, EventName } from '../../main/contract/events.ts'
import { plainQuery } from '../../main/contract/image-query.ts'
import type { RunState, RunSummary } from '../../main/contract/types.ts'
import { allDigits, defaultSpecification, type RunSpecification } from '../../native/learn/specification.ts'
import { doors, TEST_COUNT, TRAIN_COUNT, type OpenDoor } from './doors.ts'

const specification: RunSpecification = { ...defaultSpecification(), dataset: 'mnist', batchSize: 20, epochs: 3 }
const STEPS_PER_EPOCH = TRAIN_COUNT / 20

/** A one, drawn from top to bottom. */
const drawing: Omit<ArgumentsOf<'digit.predict'>, 'models'> = {
  strokes: [Array.from({ length: 15 }, (_, i): [number, number] => [100, 20 + 10 * i])],
  width: 200,
  height: 200,
}

/** Resolves with the first payload of this event that `wanted` accepts. */
function eventOf<Name extends EventName>(
  client: Client,
  name: Name,
  wanted: (payload: Events[Name]) => boolean = () => true,
): Promise<Events[Name]> {
  return new Promise((resolve) => {
    const stop = client.on(name, (payload) => {
      if (!wanted(payload)) return
      stop()
      resolve(payload)
    })
  })
}

const inState = (client: Client, run: number, ...states: RunState[]): Promise<Events['run.changed']> =>
  eventOf(client, 'run.changed', (event) => event.run.id === run && states.includes(event.run.state))

/**
 * Resolves with the run as soon as it is so: now, or after a later event. Listens before it looks, since what follows an answer may
 * have come with it.
 */
async function runThat(client: Client, id: number, is: (run: RunSummary) => boolean): Promise<RunSummary> {
  const told = eventOf(client, 'run.changed', ({ run }) => run.id === id && is(run))
  const { run } = await client.call('run.read', { run: id })
  return is(run) ? run : (await told).run
}

const isPaused = ({ state }: RunSummary): boolean => state === 'paused'

async function failure(promise: Promise<unknown>): Promise<AppError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('expected an AppError, but the call succeeded')
}

/** Runs a whole run from start to end and gives its id. */
async function train(client: Client, changes: Partial<RunSpecification> = {}): Promise<number> {
  const finished = eventOf(client, 'run.changed', ({ run }) => run.state === 'finished')
  const { id } = await client.call('run.start', { specification: { ...specification, ...changes } })
  await finished
  return id
}

test('what a branch leaves unchanged is not filled in', () => {
  const read = commands['run.branch'].arguments.parse({ run: 1, step: 0, changes: {} })
  expect(read).toEqual({ run: 1, step: 0, changes: {} })
})

describe.each(doors)('the contract $title', (door) => {
  let opened: OpenDoor
  let client: Client

  beforeAll(async () => {
    opened = await door.open()
    client = await opened.connect()
  })
  afterAll(async () => {
    await opened.close()
  })

  test('a command is answered', async () => {
    const info = await client.call('app.read', {})
    expect(info).toMatchObject({ version: '0.0.0', dataDirectory: opened.dataDirectory })
    expect(info.enginePid === process.pid).toBe(!door.ownProcess)
  })

  test('an unknown command is refused by name', async () => {
    const call = client.call as (name: string, input: unknown) => Promise<unknown>
    for (const name of ['dataset.burn', 'constructor', '__proto__', 'toString']) {
      expect(await failure(call(name, {}))).toMatchObject({
        code: 'channel/unknown-command',
        details: { command: name },
      })
    }
  })

  test('wrong arguments are refused with the name of the field', async () => {
    const refused = async (input: unknown): Promise<AppError> =>
      failure(client.call('run.start', input as ArgumentsOf<'run.start'>))
    const wrong = await refused({ specification: { ...specification, learningRate: -1 } })
    expect(wrong.code).toBe('channel/bad-arguments')
    expect(wrong.details).toEqual({ command: 'run.start', field: 'specification.learningRate' })
    expect(wrong.message).toContain('specification.learningRate')
    expect((await refused({})).details['field']).toBe('specification')
    expect((await refused({ specification, colour: 'red' })).details['field']).toBe('colour')
    expect((await refused(null)).details['field']).toBe('arguments')
    expect((await refused({ specification: { ...specification, seed: 1.5 } })).details['field']).toBe(
      'specification.seed',
    )
  })

  test("a handler's error arrives with its code, message and details", async () => {
    const error = await failure(client.call('dataset.image', { dataset: 'mnist', split: 'test', index: TEST_COUNT }))
    expect(error).toBeInstanceOf(AppError)
    expect(error.code).toBe('dataset/no-such-image')
    expect(error.details).toEqual({ dataset: 'mnist', split: 'test', index: TEST_COUNT, count: TEST_COUNT })
    expect(error.message).toContain(String(TEST_COUNT))
    expect((await failure(client.call('run.read', { run: 999 }))).code).toBe('train/unknown-run')
    expect((await failure(client.call('drawing.remove', { drawing: 999 }))).code).toBe('drawing/unknown')
  })

  test('typed arrays arrive with their own type and length', async () => {
    const page = await client.call('dataset.page', {
      dataset: 'mnist',
      query: { ...plainQuery('train'), label: 3 },
      offset: 5,
      count: 7,
    })
    expect(page.indices).toBeInstanceOf(Uint32Array)
    expect(page.labels).toEqual(Uint8Array.from([3, 3, 3, 3, 3, 3, 3]))
    expect(page.pixels).toBeInstanceOf(Uint8Array)
    expect(page.pixels).toHaveLength(7 * 784)
    expect(page.total).toBe(TRAIN_COUNT / 10)
    const { pixels } = await client.call('dataset.image', { dataset: 'mnist', split: 'train', index: page.indices[2]! })
    expect(pixels).toEqual(page.pixels.slice(2 * 784, 3 * 784))
    const averages = await client.call('averages.compute', { dataset: 'mnist', digits: [3, 7] })
    expect(averages.means).toBeInstanceOf(Float32Array)
    expect(averages.means).toHaveLength(2 * 784)
    expect(Math.max(...averages.means)).toBeLessThanOrEqual(1)
  })

  test('a page past the end is empty', async () => {
    const page = await client.call('dataset.page', {
      dataset: 'mnist',
      query: plainQuery('test'),
      offset: 9999,
      count: 5,
    })
    expect(page).toMatchObject({ total: TEST_COUNT, indices: new Uint32Array(0), pixels: new Uint8Array(0) })
  })

  test('averages classify, and one image is compared with each', async () => {
    const accuracy = await client.call('averages.evaluate', { dataset: 'mnist', digits: [1, 0], distance: 'rmse' })
    expect(accuracy).toMatchObject({ dataset: 'mnist', digits: [1, 0], count: TEST_COUNT / 5 })
    expect(accuracy.overall).toBeGreaterThan(0.8)
    const compared = await client.call('averages.compare', {
      dataset: 'mnist',
      digits: [3, 7],
      split: 'test',
      index: 0,
    })
    expect([compared.l1.length, compared.rmse.length, compared.image.index]).toEqual([2, 2, 0])
  })

  test('settings and drawings are kept, and everyone is told', async () => {
    const other = await opened.connect()
    const told = Promise.all([eventOf(other, 'settings.changed'), eventOf(other, 'drawing.changed')])
    expect((await client.call('settings.read', {})).welcomeDone).toBe(false)
    expect((await client.call('settings.change', { welcomeDone: true })).welcomeDone).toBe(true)
    const { saved } = await client.call('drawing.save', { drawing: { ...drawing, label: 1 } })
    await told
    expect((await other.call('settings.read', {})).welcomeDone).toBe(true)
    const slower = eventOf(other, 'settings.changed')
    expect((await client.call('run.setSpeed', { speed: 50 })).trainingSpeed).toBe(50)
    await slower
    expect((await other.call('settings.read', {})).trainingSpeed).toBe(50)
    await client.call('run.setSpeed', { speed: null })
    expect(await other.call('drawing.list', {})).toEqual([saved])
    await client.call('drawing.remove', { drawing: saved.id })
    expect(await client.call('drawing.list', {})).toEqual([])
    other.close()
  })

  test('a model is measured on any half, on the digits that it knows', async () => {
    const evaluate = (model: string, dataset: string, split: 'train' | 'test') =>
      client.call('model.evaluate', { model, dataset, split })
    const own = await client.call('averages.evaluate', { dataset: 'mnist', digits: allDigits, distance: 'rmse' })
    const score = await evaluate('average-rmse', 'mnist', 'test')
    expect(score).toEqual({ correct: Math.round(own.overall * own.count), count: TEST_COUNT })
    expect((await evaluate('average-l1', 'mnist', 'train')).count).toBe(TRAIN_COUNT)
    expect((await failure(evaluate('run-77', 'mnist', 'test'))).code).toBe('model/unknown')
    expect((await failure(evaluate('average-l1', 'handwriting', 'test'))).code).toBe('dataset/unknown')
  })

  test('a kept drawing is an image by its number, gets another label, goes and comes back', async () => {
    const kept = { drawing: { ...drawing, label: 1 }, key: 'sent-twice' }
    const first = await client.call('drawing.save', kept)
    expect(first).toEqual({ saved: { ...first.saved, drawing: kept.drawing, split: 'train' }, labeled: 1 })
    expect(await client.call('drawing.save', kept)).toEqual(first)
    const place = { dataset: 'handwriting', split: 'train', index: 0 } as const
    expect(await client.call('dataset.image', place)).toMatchObject({ label: 1, drawing: first.saved.id })
    expect((await client.call('dataset.image', { ...place, dataset: 'mnist' })).drawing).toBeNull()

    const told = Promise.all([eventOf(client, 'drawing.changed'), eventOf(client, 'dataset.changed')])
    await client.call('drawing.relabel', { drawing: first.saved.id, label: 7 })
    await told
    expect(await client.call('dataset.image', place)).toMatchObject({ label: 7, drawing: first.saved.id })

    await client.call('drawing.remove', { drawing: first.saved.id })
    expect((await failure(client.call('dataset.image', place))).code).toBe('dataset/unknown')
    const restored = await client.call('drawing.restore', { drawing: first.saved.id })
    expect(restored.drawing).toEqual({ ...drawing, label: 7 })
    expect(await client.call('dataset.image', place)).toMatchObject({ label: 7, drawing: first.saved.id })
    await client.call('drawing.remove', { drawing: first.saved.id })

    const blank = client.call('drawing.save', { drawing: { ...drawing, strokes: [], label: 8 } })
    expect((await failure(blank)).code).toBe('drawing/blank')
    expect((await failure(client.call('drawing.relabel', { drawing: 999, label: 1 }))).code).toBe('drawing/unknown')
    expect((await failure(client.call('drawing.restore', { drawing: 999 }))).code).toBe('drawing/unknown')
  })

  test('a drawing is read by several models; a blank one by none', async () => {
    const reading = await client.call('digit.predict', { ...drawing, models: ['average-rmse', 'average-l1'] })
    expect(reading.predictions.map(({ model }) => model)).toEqual(['average-rmse', 'average-l1'])
    for (const { digit, values, digits } of reading.predictions) {
      expect(digit).toBe(1)
      expect(digits[values.indexOf(Math.min(...values))]).toBe(1)
    }
    expect(reading.pixels).toHaveLength(784)
    const blank = await client.call('digit.predict', { ...drawing, strokes: [], models: ['average-l1'] })
    expect(blank).toEqual({ blank: true, pixels: new Uint8Array(784), predictions: [] })
    const unknown = await failure(client.call('digit.predict', { ...drawing, models: ['run-77'] }))
    expect(unknown.code).toBe('model/unknown')
  })

  test('a run tells every loss once and in order, and its model reads drawings afterwards', async () => {
    const progress: Events['run.progressed'][] = []
    const epochs: Events['run.epochEnded'][] = []
    const stops = [
      client.on('run.progressed', (event) => progress.push(event)),
      client.on('run.epochEnded', (event) => epochs.push(event)),
    ]
    const id = await train(client)
    for (const stop of stops) stop()

    expect(progress.map(({ sequence }) => sequence)).toEqual(progress.map((_, index) => index + 1))
    let next = 1
    for (const { firstStep, losses } of progress) {
      expect(losses).toBeInstanceOf(Float32Array)
      expect(firstStep).toBe(next)
      next += losses.length
    }
    expect(next - 1).toBe(3 * STEPS_PER_EPOCH)
    expect(epochs.map(({ epoch }) => epoch.step)).toEqual([1, 2, 3].map((epoch) => epoch * STEPS_PER_EPOCH))

    const record = await client.call('run.read', { run: id })
    expect(record.losses).toEqual(Float32Array.from(progress.flatMap(({ losses }) => [...losses])))
    expect(record.epochs).toEqual(epochs.map(({ epoch }) => epoch))
    expect(record.run).toMatchObject({
      state: 'finished',
      step: 3 * STEPS_PER_EPOCH,
      model: `run-${id}`,
      trainCount: TRAIN_COUNT,
      testCount: TEST_COUNT,
      parameters: 7850,
    })
    const score = await client.call('model.evaluate', { model: `run-${id}`, dataset: 'mnist', split: 'test' })
    expect(score).toEqual({ correct: Math.round((record.run.accuracy ?? 0) * TEST_COUNT), count: TEST_COUNT })
    const reading = await client.call('digit.predict', { ...drawing, models: [`run-${id}`] })
    const total = reading.predictions[0]!.values.reduce((sum, value) => sum + value, 0)
    expect(total).toBeCloseTo(1, 5)
    expect((await client.call('model.list', {})).map((model) => model.id)).toContain(`run-${id}`)

    const pictures = await client.call('run.weights', { run: id })
    expect(pictures).toMatchObject({
      kind: 'output',
      count: 10,
      labels: allDigits.map(String),
      step: 3 * STEPS_PER_EPOCH,
    })
    expect(pictures.weights).toHaveLength(7840)
  })

  test('a run is paused, stepped, changed, resumed and stopped', async () => {
    const { id } = await client.call('run.start', { specification: { ...specification, epochs: 10_000 } })
    await eventOf(client, 'run.progressed', ({ run }) => run === id)
    const paused = inState(client, id, 'paused')
    expect((await client.call('run.pause', { run: id })).state).toBe('paused')
    const { step } = (await paused).run

    const stepped = inState(client, id, 'paused')
    await client.call('run.step', { run: id, batches: 3 })
    expect((await stepped).run.step).toBe(step + 3)

    const changed = await client.call('run.setLearningRate', { run: id, learningRate: 0.25 })
    expect(changed).toMatchObject({ learningRate: 0.25, specification: { learningRate: 0.1 } })

    const busy = await failure(client.call('run.start', { specification }))
    expect(busy).toMatchObject({ code: 'train/busy', details: { run: id } })
    const early = await failure(client.call('run.remove', { run: id }))
    expect(early.code).toBe('train/wrong-state')

    await client.call('run.resume', { run: id })
    const told = await eventOf(client, 'run.progressed', ({ run }) => run === id)
    expect(told.learningRate).toBe(0.25)
    const stopped = await client.call('run.stop', { run: id })
    expect(stopped).toMatchObject({ state: 'stopped', model: `run-${id}` })
    const late = await failure(client.call('run.resume', { run: id }))
    expect(late).toMatchObject({ code: 'train/wrong-state', details: { state: 'stopped' } })

    await client.call('run.remove', { run: id })
    expect((await client.call('run.list', {})).map((run) => run.id)).not.toContain(id)
    expect((await failure(client.call('run.read', { run: id }))).code).toBe('train/unknown-run')
  })

  test('a run that starts paused waits before its first mini-batch, and trains no more than it is stepped', async () => {
    const { id } = await client.call('run.start', { specification, paused: true })
    const first = await runThat(client, id, isPaused)
    expect(first).toMatchObject({ step: 0, stepsPerEpoch: STEPS_PER_EPOCH, trainCount: TRAIN_COUNT })
    const stepped = inState(client, id, 'paused')
    await client.call('run.step', { run: id, batches: 1 })
    expect((await stepped).run.step).toBe(1)
    await client.call('run.stop', { run: id })

    // Stepped at once, while it still prepares.
    const next = await client.call('run.start', { specification, paused: true })
    await client.call('run.step', { run: next.id, batches: 2 })
    await runThat(client, next.id, (run) => isPaused(run) && run.step === 2)
    expect((await client.call('run.stop', { run: next.id })).step).toBe(2)
  })

  test('a run goes back, everyone is told, and the way forward is the same', async () => {
    const other = await opened.connect()
    const { id } = await client.call('run.start', { specification, paused: true })
    await runThat(client, id, isPaused)
    const measured = eventOf(client, 'run.epochEnded', ({ run }) => run === id)
    await client.call('run.stepEpoch', { run: id })
    const { epoch } = await measured
    expect(epoch).toMatchObject({ epoch: 1, step: STEPS_PER_EPOCH })
    expect(epoch.classes?.map(({ digit, support }) => [digit, support])).toEqual(
      allDigits.map((digit) => [digit, TEST_COUNT / 10]),
    )
    const { losses } = await client.call('run.read', { run: id })
    const told = eventOf(other, 'run.wentBack')
    const back = await client.call('run.back', { run: id, batches: 3 })
    expect(await told).toEqual({ run: id, step: STEPS_PER_EPOCH - 3 })
    expect(back).toMatchObject({ state: 'paused', step: STEPS_PER_EPOCH - 3, accuracy: null })
    expect((await client.call('run.read', { run: id })).epochs).toEqual([])
    const again = eventOf(client, 'run.changed', ({ run }) => run.id === id && run.step === STEPS_PER_EPOCH)
    await client.call('run.step', { run: id, batches: 3 })
    await again
    expect((await client.call('run.read', { run: id })).losses).toEqual(losses)
    for (const wrong of [{}, { batches: 1, toStep: 1 }, { batches: 0 }, { toStep: -1 }]) {
      const refused = await failure(client.call('run.back', { run: id, ...wrong }))
      expect(refused.code).toBe('channel/bad-arguments')
    }
    await client.call('run.stop', { run: id })
    other.close()
  })

  test('a branch of a run, and the run as it was, are had by its recorded steps', async () => {
    const id = await train(client, { model: 'simple_net' })
    const { losses, epochs } = await client.call('run.read', { run: id })
    const moment = await client.call('run.at', { run: id, step: STEPS_PER_EPOCH })
    expect(moment.evaluation).toMatchObject({ run: id, accuracy: epochs[0]!.accuracy, confusion: epochs[0]!.confusion })
    expect(moment.weights.weights).toBeInstanceOf(Float32Array)
    const measured = await client.call('run.evaluate', { run: id, split: 'train' })
    expect(measured).toMatchObject({ run: id, step: 3 * STEPS_PER_EPOCH, count: TRAIN_COUNT })

    const finished = eventOf(client, 'run.changed', ({ run }) => run.state === 'finished')
    const step = STEPS_PER_EPOCH + 7
    const branch = await client.call('run.branch', { run: id, step, changes: { learningRate: 0.5 } })
    expect(branch).toMatchObject({ state: 'preparing', step, specification: { from: { run: id, step } } })
    await finished
    const record = await client.call('run.read', { run: branch.id })
    expect(record.losses.slice(0, step + 1)).toEqual(losses.slice(0, step + 1))
    expect(record.losses).not.toEqual(losses)
    // What is left out of the changes is as it was, not as a new specification would have it.
    expect(record.run.specification).toMatchObject({ model: 'simple_net', schedule: 'constant', learningRate: 0.5 })
    const unfit = await failure(client.call('run.branch', { run: id, step, changes: { model: 'linear' } }))
    expect(unfit).toMatchObject({ code: 'train/bad-specification', details: { field: 'model' } })
  })

  test('a run ends at a metric, and goes on when that is asked for', async () => {
    const id = await train(client, { stopAt: { metric: 'accuracy', value: 0.01 } })
    const { run } = await client.call('run.read', { run: id })
    expect(run).toMatchObject({ endedBy: 'metric', step: STEPS_PER_EPOCH })
    const finished = eventOf(client, 'run.changed', ({ run: changed }) => changed.state === 'finished')
    expect(await client.call('run.continue', { run: id })).toMatchObject({ id, state: 'preparing', endedBy: null })
    expect((await finished).run).toMatchObject({ id, endedBy: 'epochs', step: 3 * STEPS_PER_EPOCH })
    const { id: same } = await client.call('run.start', { specification, paused: true })
    await runThat(client, same, isPaused)
    const set = await client.call('run.setStopAt', { run: same, stopAt: { metric: 'validLoss', value: 0.5 } })
    expect(set.stopAt).toEqual({ metric: 'validLoss', value: 0.5 })
    const beyond = { metric: 'accuracy', value: 2 } as const
    expect((await failure(client.call('run.setStopAt', { run: same, stopAt: beyond }))).code).toBe(
      'train/bad-specification',
    )
    await client.call('run.stop', { run: same })
  })

  test('a run that diverges is diagnosed to everyone', async () => {
    const told = eventOf(client, 'run.diagnosed', ({ diagnoses: all }) => all[0]?.code.startsWith('diverged') === true)
    const { id } = await client.call('run.start', {
      specification: { ...specification, model: 'mlp', hidden: [64, 64], initialization: 'normal', learningRate: 1e6 },
    })
    const { run, diagnoses } = await told
    expect(run).toBe(id)
    expect(diagnoses).toMatchObject([
      { code: 'diverged/large-weights', remedy: { changes: { initialization: 'he', learningRate: 0.1 } } },
      { code: 'diverged/rate-too-high', remedy: { changes: { learningRate: 0.1 } } },
    ])
    // It ends a moment after it is diagnosed.
    expect(await runThat(client, id, ({ state }) => state !== 'training')).toMatchObject({
      state: 'diverged',
      diagnoses,
    })
  })

  test('a run that cannot be trained fails with the reason, and the next one can be', async () => {
    const failed = eventOf(client, 'run.changed', ({ run }) => run.state === 'failed')
    await client.call('run.start', { specification: { ...specification, dataset: 'fashion_mnist' } })
    expect((await failed).run.problem).toMatchObject({ code: 'dataset/unknown' })
    const impossible = await failure(
      client.call('run.start', { specification: { ...specification, loss: 'mnist_loss' } }),
    )
    expect(impossible.code).toBe('train/loss-needs-two-classes')
    await train(client, { epochs: 1 })
  })

  test('the same settings give the same losses', async () => {
    const first = await client.call('run.read', { run: await train(client, { model: 'simple_net' }) })
    const second = await client.call('run.read', { run: await train(client, { model: 'simple_net' }) })
    expect(second.losses).toEqual(first.losses)
    const { kind, firing } = await client.call('run.weights', { run: second.run.id })
    expect([kind, firing?.images, firing?.first.constructor]).toEqual(['hidden', TEST_COUNT, Float32Array])
    const gradients = await client.call('run.gradients', { run: second.run.id })
    expect([gradients.kind, gradients.weights.constructor, gradients.firing]).toEqual(['hidden', Float32Array, null])
  })

  test('a client that closes has its waiting calls rejected, and others go on', async () => {
    const other = await opened.connect()
    const waiting = failure(other.call('dataset.list', {}))
    other.close()
    expect((await waiting).code).toBe('channel/closed')
    expect((await failure(other.call('app.read', {}))).code).toBe('channel/closed')
    expect((await client.call('app.read', {})).version).toBe('0.0.0')
  })

  const inProcess = door.ownProcess ? test : () => undefined
  inProcess('a killed engine is told, started again, and has kept the run up to then', async () => {
    const { enginePid } = await client.call('app.read', {})
    const { id } = await client.call('run.start', { specification: { ...specification, epochs: 10_000 } })
    await eventOf(client, 'run.epochEnded', ({ run }) => run === id)
    const restarting = eventOf(client, 'engine.changed', ({ state }) => state === 'restarting')
    const running = eventOf(client, 'engine.changed', ({ state }) => state === 'running')
    // The engine never gets to answer this.
    process.kill(enginePid, 'SIGSTOP')
    const waiting = failure(client.call('model.list', {}))
    process.kill(enginePid, 'SIGKILL')
    expect((await waiting).code).toBe('engine/crashed')
    await restarting
    // Asked before the next engine is there: it waits for it.
    const early = client.call('app.read', {})
    await running
    expect((await early).enginePid).not.toBe(enginePid)

    const { run, losses, epochs } = await client.call('run.read', { run: id })
    expect(run).toMatchObject({ state: 'interrupted', model: null })
    expect(epochs.length).toBeGreaterThan(0)
    expect(losses.length).toBeGreaterThanOrEqual(STEPS_PER_EPOCH)

    // From its last checkpoint to beyond the kill it makes the same losses.
    const beyond = eventOf(client, 'run.progressed', (event) => event.firstStep + event.losses.length > losses.length)
    await client.call('run.continue', { run: id })
    await beyond
    await client.call('run.stop', { run: id })
    const gone = await client.call('run.read', { run: id })
    expect(gone.losses.slice(0, losses.length)).toEqual(losses)
    expect(gone.run).toMatchObject({ state: 'stopped', model: `run-${id}` })
    await train(client, { epochs: 1 })
  })
})
