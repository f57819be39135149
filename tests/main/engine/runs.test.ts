/** Runs that are taken back, cut off, gone on with and branched: their numbers are what they would have been. */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { EventName, Events } from '../../../main/contract/events.ts'
import type { RunRecord, RunSummary } from '../../../main/contract/types.ts'
import { createEngine, type Engine } from '../../../main/engine/engine.ts'
import { computedWith } from '../../../main/engine/run-past.ts'
import { root } from '../../../main/scripts/root.ts'
import { Random } from '../../../native/learn/random.ts'
import { defaultSpecification, type RunSpecification } from '../../../native/learn/specification.ts'
import { makeDataDirectory, TEST_COUNT } from '../../contract/doors.ts'
import { untilRun } from './until-run.ts'

let dataDirectory: string
let engine: Engine
beforeEach(async () => {
  dataDirectory = await makeDataDirectory()
  engine = await open()
})
afterEach(async () => {
  await engine.close()
  await rm(dataDirectory, { recursive: true, force: true })
})

const open = (): Promise<Engine> =>
  createEngine({ dataDirectory, searchFolders: [], starterFolder: join(root, 'native', 'starter'), version: '0.0.0' })

/** Closes the engine, which interrupts what trains, and opens the next one. */
async function reopen(): Promise<void> {
  await engine.close()
  engine = await open()
}

function told<Name extends EventName>(
  wanted: Name,
  accept: (payload: Events[Name]) => boolean = () => true,
): Promise<Events[Name]> {
  return new Promise((resolve) => {
    const stop = engine.onEvent((name: EventName, payload) => {
      if (name !== wanted || !accept(payload as unknown as Events[Name])) return
      stop()
      resolve(payload as unknown as Events[Name])
    })
  })
}

const inState = (run: number, state: RunSummary['state'], step?: number): Promise<RunSummary> =>
  untilRun(engine, run, (summary) => summary.state === state && (step === undefined || summary.step === step))

const read = async (run: number): Promise<RunRecord> => await engine.handlers['run.read']({ run })

/** 20 mini-batches an epoch, dropout and Adam, so that nothing that a step depends on is left out. */
const specification: RunSpecification = {
  ...defaultSpecification(),
  dataset: 'mnist',
  batchSize: 20,
  epochs: 6,
  model: 'mlp',
  hidden: [12],
  dropout: 0.2,
  optimizer: 'adam',
  learningRate: 0.01,
  schedule: 'one-cycle',
}

async function startPaused(changes: Partial<RunSpecification> = {}): Promise<number> {
  const { id } = await engine.handlers['run.start']({ specification: { ...specification, ...changes }, paused: true })
  await inState(id, 'paused')
  return id
}

async function trainTo(run: number, step: number): Promise<void> {
  const now = (await read(run)).run.step
  await engine.handlers['run.step']({ run, batches: step - now })
  await inState(run, 'paused', step)
}

async function finish(run: number): Promise<RunRecord> {
  await engine.handlers['run.resume']({ run })
  await inState(run, 'finished')
  return await read(run)
}

/** The whole run, with another learning rate from mini-batch 51 on. */
async function undisturbed(changes: Partial<RunSpecification> = {}): Promise<RunRecord> {
  const id = await startPaused(changes)
  await trainTo(id, 50)
  await engine.handlers['run.setLearningRate']({ run: id, learningRate: 0.003 })
  return await finish(id)
}

/** Speeds differ from time to time. */
const figures = ({ epochs }: RunRecord) => epochs.map(({ imagesPerSecond: _speed, ...epoch }) => epoch)

describe('going back', () => {
  test('takes losses and epochs off the record, tells everyone, and forward again is the same', async () => {
    const whole = await undisturbed()
    const id = await startPaused()
    await trainTo(id, 50)
    await engine.handlers['run.setLearningRate']({ run: id, learningRate: 0.003 })
    await trainTo(id, 67)
    const wentBack = told('run.wentBack')
    const back = await engine.handlers['run.back']({ run: id, batches: 30 })
    expect(await wentBack).toEqual({ run: id, step: 37 })
    expect(back).toMatchObject({ step: 37, state: 'paused', learningRate: 0.01 })
    const record = await read(id)
    expect(record.losses).toEqual(whole.losses.slice(0, 37))
    expect(figures(record)).toEqual(figures(whole).slice(0, 1))
    expect(record.run.accuracy).toBe(whole.epochs[0]!.accuracy)

    await trainTo(id, 50)
    await engine.handlers['run.setLearningRate']({ run: id, learningRate: 0.003 })
    await engine.handlers['run.back']({ run: id, toStep: 45 })
    await trainTo(id, 50)
    await engine.handlers['run.setLearningRate']({ run: id, learningRate: 0.003 })
    const again = await finish(id)
    expect(again.losses).toEqual(whole.losses)
    expect(figures(again)).toEqual(figures(whole))
  })

  test('losses that are told afterwards begin after the step that it went back to', async () => {
    const id = await startPaused()
    await trainTo(id, 25)
    await engine.handlers['run.back']({ run: id, toStep: 10 })
    const next = told('run.progressed')
    await trainTo(id, 12)
    expect(await next).toMatchObject({ firstStep: 11 })
    expect((await next).losses).toHaveLength(2)
  })

  test('one epoch goes to its end, and to the next one from there', async () => {
    const id = await startPaused()
    await trainTo(id, 5)
    // A pause does not wait until the epoch is measured.
    const measured = told('run.epochEnded', ({ epoch }) => epoch.epoch === 2)
    for (const end of [20, 40]) {
      await engine.handlers['run.stepEpoch']({ run: id })
      expect((await inState(id, 'paused', end)).step).toBe(end)
    }
    await measured
    expect((await read(id)).epochs).toHaveLength(2)
  })

  test('is asked of a run that has ended in vain', async () => {
    const id = await startPaused()
    await engine.handlers['run.stop']({ run: id })
    await expect(async () => await engine.handlers['run.back']({ run: id, batches: 1 })).rejects.toMatchObject({
      code: 'train/wrong-state',
    })
  })
})

describe('a run that was cut off', () => {
  test('goes on with the numbers that it would have had, in another engine, and can go further back than it was cut', async () => {
    const whole = await undisturbed()
    const id = await startPaused()
    await trainTo(id, 33)
    await reopen()
    expect((await read(id)).run.state).toBe('interrupted')
    await engine.handlers['run.continue']({ run: id, paused: true })
    await inState(id, 'paused')
    await trainTo(id, 50)
    await engine.handlers['run.setLearningRate']({ run: id, learningRate: 0.003 })
    await trainTo(id, 71)
    await engine.handlers['run.stop']({ run: id })
    await reopen()

    await engine.handlers['run.continue']({ run: id, paused: true })
    const waiting = await inState(id, 'paused')
    expect(waiting).toMatchObject({ step: 71, learningRate: 0.003 })
    await engine.handlers['run.back']({ run: id, toStep: 12 })
    expect((await read(id)).losses).toEqual(whole.losses.slice(0, 12))
    await trainTo(id, 50)
    await engine.handlers['run.setLearningRate']({ run: id, learningRate: 0.003 })
    const record = await finish(id)
    expect(record.losses).toEqual(whole.losses)
    expect(figures(record)).toEqual(figures(whole))
    const weights = async (run: number) => (await engine.handlers['run.weights']({ run })).weights
    expect(await weights(id)).toEqual(await weights(whole.run.id))
  })

  test('begins at its last checkpoint again, and repeats the learning rates that were set after it', async () => {
    const whole = await undisturbed()
    const id = await startPaused()
    await trainTo(id, 40)
    await engine.handlers['run.stop']({ run: id })
    await engine.handlers['run.continue']({ run: id, paused: true })
    await inState(id, 'paused')
    await trainTo(id, 50)
    await engine.handlers['run.setLearningRate']({ run: id, learningRate: 0.003 })
    await trainTo(id, 66)
    await reopen()
    // As after a kill: the newest state that was kept is an older one. A rest that lasts, as on a slow machine, keeps one more.
    const kept = join(dataDirectory, 'checkpoints', `run-${id}`)
    const newer = (await readdir(kept)).filter((name) => Number.parseInt(name, 10) > 40)
    expect(newer).toContain('66.safetensors')
    for (const name of newer) await rm(join(kept, name))
    const wentBack = told('run.wentBack')
    await engine.handlers['run.continue']({ run: id })
    expect(await wentBack).toEqual({ run: id, step: 40 })
    await inState(id, 'finished')
    const record = await read(id)
    expect(record.losses).toEqual(whole.losses)
    expect(figures(record)).toEqual(figures(whole))
    expect(record.rates).toEqual(whole.rates)
  })

  test('shows the weights of its last checkpoint, at their own step', async () => {
    const id = await startPaused()
    await trainTo(id, 20)
    await engine.handlers['run.stop']({ run: id })
    const before = await engine.handlers['run.weights']({ run: id })
    expect(before).toMatchObject({ step: 20, count: 12, firing: { function: 'relu', images: TEST_COUNT } })
    await engine.handlers['run.continue']({ run: id, paused: true })
    await inState(id, 'paused')
    await trainTo(id, 45)
    const last = await engine.handlers['run.weights']({ run: id })
    await reopen()
    expect(await engine.handlers['run.weights']({ run: id })).toEqual(last)
    // As after a kill: the last steps left no state.
    const kept = join(dataDirectory, 'checkpoints', `run-${id}`)
    for (const name of await readdir(kept)) if (Number.parseInt(name, 10) > 20) await rm(join(kept, name))
    expect((await read(id)).run).toMatchObject({ state: 'interrupted', step: 45 })
    expect(await engine.handlers['run.weights']({ run: id })).toEqual(before)
    // Without any, as of a run of an older Inkling, its model is left.
    await rm(kept, { recursive: true })
    expect(await engine.handlers['run.weights']({ run: id })).toEqual(last)
  })

  test('and has no checkpoint at all starts over', async () => {
    const id = await startPaused()
    await trainTo(id, 30)
    const { losses } = await read(id)
    await reopen()
    await rm(join(dataDirectory, 'checkpoints'), { recursive: true })
    await engine.handlers['run.continue']({ run: id, paused: true })
    expect(await inState(id, 'paused')).toMatchObject({ step: 0, accuracy: null })
    await trainTo(id, 30)
    expect((await read(id)).losses).toEqual(losses)
  })

  test('is not one that has trained all its epochs', async () => {
    const { run } = await finish(await startPaused({ epochs: 1 }))
    expect(run.endedBy).toBe('epochs')
    expect(() => engine.handlers['run.continue']({ run: run.id })).toThrow(/branch/)
  })
})

test('what was left to measurement stays as it was measured, in a run that goes on and in its branches', () => {
  const device = { requested: 'auto', used: 'webgpu', threads: 2, warning: null, figures: [] }
  const undecided = { ...specification, threads: 0, device: 'auto' } as const
  expect(computedWith({ specification: undecided, device })).toEqual({ ...undecided, threads: 2, device: 'webgpu' })
  expect(computedWith({ specification: undecided, device: null })).toEqual(undecided)
  // Who asked for a device by name wants it still, even if it did not work then.
  const named = { ...undecided, device: 'cuda' } as const
  expect(computedWith({ specification: named, device: { ...device, used: 'cpu' } }).device).toBe('cuda')
})

describe('a branch', () => {
  const branch = async (run: number, step: number, changes: Partial<RunSpecification>): Promise<RunRecord> => {
    const { id } = await engine.handlers['run.branch']({ run, step, changes })
    await inState(id, 'finished')
    return await read(id)
  }

  test('without a change is the run itself from there on; it has the past as its own', async () => {
    const whole = await undisturbed()
    const same = await branch(whole.run.id, 57, {})
    expect(same.run.specification).toMatchObject({ from: { run: whole.run.id, step: 57 }, learningRate: 0.003 })
    expect(same.losses).toEqual(whole.losses)
    expect(figures(same)).toEqual(figures(whole))

    await engine.handlers['run.remove']({ run: whole.run.id })
    const second = await branch(same.run.id, 80, {})
    expect(second.losses).toEqual(whole.losses)
  })

  test('has settings that a run of its own can start with', async () => {
    const whole = await undisturbed()
    const { run } = await branch(whole.run.id, 57, {})
    const { id } = await engine.handlers['run.start']({ specification: run.specification, paused: true })
    expect(await inState(id, 'paused')).toMatchObject({ step: 0, specification: { from: null } })
  })

  test('with another learning rate parts from the run where it began', async () => {
    const whole = await undisturbed()
    const other = await branch(whole.run.id, 57, { learningRate: 0.03, epochs: 4 })
    expect(other.run.totalSteps).toBe(80)
    expect(other.losses.slice(0, 58)).toEqual(whole.losses.slice(0, 58))
    expect(other.losses[58]).not.toBe(whole.losses[58])
    expect(other.rates.map(({ from, rate }) => [from, rate])).toEqual([
      [1, 0.01],
      [51, 0.003],
      [58, 0.03],
    ])
  })

  test('with another optimizer is what that optimizer makes of the weights, from its own first step', async () => {
    const plain = { dropout: 0, schedule: 'constant', optimizer: 'sgd' } as const
    const whole = await finish(await startPaused({ ...plain, learningRate: 0.1 }))
    const adam = await branch(whole.run.id, 60, { optimizer: 'adam', learningRate: 0.001 })
    // Adam's first step moves each weight by the learning rate, whatever its gradient; without its correction it would be a third.
    const before = await engine.handlers['run.at']({ run: whole.run.id, step: 60 })
    const after = await engine.handlers['run.at']({ run: adam.run.id, step: 61 })
    const moves = after.weights.weights.map((weight, place) => Math.abs(weight - before.weights.weights[place]!))
    const largest = moves.reduce((most, move) => Math.max(most, move), 0)
    expect(largest).toBeGreaterThan(0.00099)
    expect(largest).toBeLessThan(0.00101)
  })

  test('with another batch size begins with an epoch, counted in its own mini-batches', async () => {
    const whole = await undisturbed()
    const larger = await branch(whole.run.id, 60, { batchSize: 40 })
    expect(larger.run).toMatchObject({ stepsPerEpoch: 10, totalSteps: 60, step: 60 })
    expect(larger.losses.slice(0, 30).every(Number.isNaN)).toBe(true)
    expect(larger.losses.slice(30).every(Number.isFinite)).toBe(true)
    expect(larger.epochs.map(({ epoch, step }) => [epoch, step])).toEqual([1, 2, 3, 4, 5, 6].map((e) => [e, e * 10]))
    expect(figures(larger)[2]!.accuracy).toBe(figures(whole)[2]!.accuracy)
  })

  test('that does not fit is refused with the field', async () => {
    const { run } = await undisturbed({ model: 'linear', dropout: 0 })
    const refused = async (step: number, changes: Partial<RunSpecification>): Promise<unknown> =>
      await Promise.resolve()
        .then(() => engine.handlers['run.branch']({ run: run.id, step, changes }))
        .then(
          () => 'taken',
          ({ code, details }: { code: string; details: object }) => ({ code, ...details }),
        )
    const bad = (field: string) => ({ code: 'train/bad-specification', field })
    expect(await refused(57, { model: 'simple_net' })).toEqual(bad('model'))
    expect(await refused(57, { digits: [3, 7] })).toEqual(bad('digits'))
    expect(await refused(57, { dataset: 'synthetic' })).toEqual(bad('dataset'))
    expect(await refused(57, { batchSize: 40 })).toEqual(bad('batchSize'))
    expect(await refused(57, { epochs: 2 })).toEqual(bad('epochs'))
    expect(await refused(120, {})).toEqual(bad('epochs'))
    expect(await refused(57, { loss: 'mnist_loss' })).toMatchObject({ code: 'train/loss-needs-two-classes' })
    expect(await refused(121, {})).toMatchObject({ code: 'train/wrong-state' })
    expect(await refused(57, { model: 'linear', epochs: 3 })).toBe('taken')
  })
})

describe('whatever is done to a run', () => {
  test.each([1, 2, 3])(
    'its record is that of a run with its learning rates and nothing else (seed %i)',
    async (seed) => {
      const random = new Random(seed)
      const pick = (count: number): number => Math.floor(random.uniform() * count)
      const id = await startPaused({ epochs: 15 })
      const total = 300
      const deeds: (() => Promise<unknown>)[] = [
        async () => await engine.handlers['run.resume']({ run: id }),
        async () => await engine.handlers['run.pause']({ run: id }),
        async () => await engine.handlers['run.step']({ run: id, batches: 1 + pick(15) }),
        async () => await engine.handlers['run.stepEpoch']({ run: id }),
        async () => await engine.handlers['run.back']({ run: id, batches: 1 + pick(30) }),
        async () => await engine.handlers['run.back']({ run: id, toStep: pick(total) }),
        async () => await engine.handlers['run.setLearningRate']({ run: id, learningRate: 0.001 * (1 + pick(20)) }),
        async () => await engine.handlers['run.at']({ run: id, step: pick((await read(id)).run.step + 1) }),
        async () => {
          await engine.handlers['run.stop']({ run: id })
          await goOn()
        },
        async () => {
          await reopen()
          await goOn()
        },
        () => new Promise((resolve) => setTimeout(resolve, pick(30))),
      ]
      const goOn = async (): Promise<void> => {
        const { run } = await read(id)
        if (run.state === 'finished') return
        await engine.handlers['run.continue']({ run: id, paused: pick(2) === 0 })
      }
      for (let deed = 0; deed < 40; deed += 1) {
        if ((await read(id)).run.state === 'finished') break
        await deeds[pick(deeds.length)]!().catch((error: unknown) => {
          // It is still being prepared, or has ended meanwhile.
          expect(error).toMatchObject({ code: 'train/wrong-state' })
        })
      }
      if ((await read(id)).run.state !== 'finished') {
        while ((await read(id)).run.state === 'preparing') await new Promise((resolve) => setTimeout(resolve, 5))
        await engine.handlers['run.resume']({ run: id })
      }
      const { run } = await inState(id, 'finished').then(() => read(id))
      const record = await read(run.id)
      expect(record.losses).toHaveLength(total)

      const plain = await startPaused({ epochs: 15 })
      for (const { from, rate } of record.rates) {
        if (from > 1) await trainTo(plain, from - 1)
        await engine.handlers['run.setLearningRate']({ run: plain, learningRate: rate })
      }
      const reference = await finish(plain)
      expect(record.losses).toEqual(reference.losses)
      expect(figures(record)).toEqual(figures(reference))
      expect(record.rates).toEqual(reference.rates)
    },
  )
})

describe('looking back', () => {
  test('a run at any step is what it was: figures at epochs, weights where it stands', async () => {
    const whole = await undisturbed()
    const { id } = whole.run
    for (const epoch of [whole.epochs[3]!, whole.epochs[0]!, whole.epochs[5]!]) {
      const { evaluation, weights } = await engine.handlers['run.at']({ run: id, step: epoch.step })
      expect(evaluation).toMatchObject({ accuracy: epoch.accuracy, loss: epoch.validLoss, classes: epoch.classes })
      expect(evaluation!.confusion).toEqual(epoch.confusion)
      expect(weights.step).toBe(epoch.step)
    }
    const last = await engine.handlers['run.at']({ run: id, step: 120 })
    expect(last.weights.weights).toEqual((await engine.handlers['run.weights']({ run: id })).weights)
    await expect(engine.handlers['run.at']({ run: id, step: 121 })).rejects.toMatchObject({ code: 'train/wrong-state' })
  })

  test('a run that trains can be looked at without disturbing it', async () => {
    const whole = await undisturbed()
    const id = await startPaused()
    await trainTo(id, 45)
    const early = await engine.handlers['run.at']({ run: id, step: 20 })
    expect(early.evaluation!.accuracy).toBe(whole.epochs[0]!.accuracy)
    await trainTo(id, 50)
    await engine.handlers['run.setLearningRate']({ run: id, learningRate: 0.003 })
    await trainTo(id, 60)
    const later = await engine.handlers['run.at']({ run: id, step: 60 })
    expect(later.evaluation!.accuracy).toBe(whole.epochs[2]!.accuracy)
    expect((await finish(id)).losses).toEqual(whole.losses)
  })

  test('it is measured on either split', async () => {
    const { run, epochs } = await undisturbed()
    const test_ = await engine.handlers['run.evaluate']({ run: run.id, split: 'test' })
    expect(test_).toMatchObject({ step: 120, split: 'test', count: 100, accuracy: epochs.at(-1)!.accuracy })
    expect(test_.classes).toEqual(epochs.at(-1)!.classes)
    const train = await engine.handlers['run.evaluate']({ run: run.id, split: 'train' })
    expect(train.count).toBe(400)
    expect(train.classes.reduce((total, { support }) => total + support, 0)).toBe(400)
  })
})

describe('stopping at a metric', () => {
  test('ends the run with the epoch that reaches it, and says so', async () => {
    const whole = await undisturbed()
    const { accuracy: value } = whole.epochs[4]!
    const reached = whole.epochs.find(({ step, accuracy }) => step > 50 && accuracy >= value)!
    const id = await startPaused()
    await trainTo(id, 50)
    await engine.handlers['run.setLearningRate']({ run: id, learningRate: 0.003 })
    await engine.handlers['run.setStopAt']({ run: id, stopAt: { metric: 'accuracy', value } })
    const { run, epochs } = await finish(id)
    expect(run).toMatchObject({ endedBy: 'metric', step: reached.step })
    expect(epochs.at(-1)!.accuracy).toBeGreaterThanOrEqual(value)

    await engine.handlers['run.continue']({ run: id })
    const end = await inState(id, 'finished', 120)
    expect(end).toMatchObject({ endedBy: 'epochs', stopAt: null })
    expect((await read(id)).losses).toEqual(whole.losses)
  })

  test('a loss counts when it falls to it', async () => {
    const whole = await undisturbed()
    const value = whole.epochs[1]!.validLoss
    const { run } = await finish(await startPaused({ stopAt: { metric: 'validLoss', value } }))
    expect(run.step).toBe(40)
  })
})

describe('a run that fails', () => {
  test('by divergence is diagnosed, keeps the diagnosis, and can be branched before it', async () => {
    const diagnosed = told('run.diagnosed', ({ diagnoses: all }) => all[0]?.code.startsWith('diverged') === true)
    const { id } = await engine.handlers['run.start']({
      specification: {
        ...specification,
        hidden: [64, 64],
        dropout: 0,
        initialization: 'normal',
        optimizer: 'sgd',
        schedule: 'constant',
        learningRate: 1e6,
      },
    })
    const { diagnoses } = await diagnosed
    expect(diagnoses).toMatchObject([{ code: 'diverged/large-weights' }, { code: 'diverged/rate-too-high' }])
    await inState(id, 'diverged')
    await reopen()
    const { run, losses } = await read(id)
    expect(run.diagnoses).toEqual(diagnoses)
    expect(() => engine.handlers['run.continue']({ run: id })).toThrow(/branch/)
    const good = losses.findIndex((loss) => !Number.isFinite(loss))
    expect(() => engine.handlers['run.branch']({ run: id, step: good + 1, changes: {} })).toThrow(/no number/)
    const { id: gentle } = await engine.handlers['run.branch']({ run: id, step: 0, changes: { learningRate: 0.001 } })
    await inState(gentle, 'finished')
    expect((await read(gentle)).losses.every(Number.isFinite)).toBe(true)
  })

  test('by zeros in hidden layers is diagnosed when it ends', async () => {
    const { run } = await finish(
      await startPaused({
        model: 'simple_net',
        initialization: 'zeros',
        optimizer: 'sgd',
        dropout: 0,
        learningRate: 0.1,
      }),
    )
    expect(run.diagnoses[0]).toMatchObject({
      code: 'one-class/zero-weights',
      remedy: { changes: { initialization: 'linear' } },
    })
  })
})
