import { describe, expect, test } from 'vitest'
import { AppError } from '../../../data/error.ts'
import type { ImageSet } from '../../../data/image-set.ts'
import { Random } from '../../../native/learn/random.ts'
import { defaultSpecification, type RunSpecification } from '../../../native/learn/specification.ts'
import { Classifier } from '../../../native/runtime/classifier.ts'
import { History } from '../../../native/trainer/history.ts'
import { Trainer, type TrainerEpoch, type TrainerListener, type TrainerState } from '../../../native/trainer/trainer.ts'

/** Each digit lights its own block of pixels, with noise: easy, and unlike random data it can be learned. */
function blocks(count: number, seed: number, digits = 10): ImageSet {
  const random = new Random(seed)
  const images = new Uint8Array(count * 784)
  const labels = Uint8Array.from({ length: count }, (_, i) => i % digits)
  for (let i = 0; i < count; i += 1) {
    for (let p = 0; p < 784; p += 1) {
      const own = Math.floor(p / 78) === labels[i]
      images[i * 784 + p] = random.uniform() < (own ? 0.7 : 0.1) ? 255 : 0
    }
  }
  return { images, labels, count, height: 28, width: 28 }
}

const sets = { train: blocks(1000, 1), test: blocks(300, 2) }
const small: RunSpecification = { ...defaultSpecification(), batchSize: 64, epochs: 3, learningRate: 0.5 }

/** Everything that a run tells. */
function recorder() {
  const losses: number[] = []
  const epochs: TrainerEpoch[] = []
  const states: TrainerState[] = []
  const listener: TrainerListener = {
    stepped(firstStep, more) {
      expect(firstStep).toBe(losses.length + 1)
      losses.push(...more)
    },
    epochEnded: (epoch) => epochs.push(epoch),
    stateChanged: (state) => states.push(state),
  }
  return { losses, epochs, states, listener }
}

async function runToEnd(spec: RunSpecification, data = sets) {
  const record = recorder()
  const trainer = await Trainer.create(spec, data, record.listener)
  trainer.resume()
  const outcome = await trainer.ended
  const model = trainer.exportModel()
  await trainer.dispose()
  return { ...record, outcome, model, trainer }
}

async function codeOf(action: () => unknown): Promise<string> {
  try {
    await action()
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
  return 'no error'
}

async function untilItRests(trainer: Trainer): Promise<void> {
  while (trainer.state === 'training') await new Promise((resolve) => setTimeout(resolve, 1))
}

describe('a run', () => {
  test('learns, keeps the short last mini-batch, and ends', async () => {
    const { losses, epochs, states, outcome, trainer } = await runToEnd(small)
    expect(outcome).toBe('finished')
    expect(trainer.stepsPerEpoch).toBe(16)
    expect(losses).toHaveLength(48)
    expect(epochs.map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 16],
      [2, 32],
      [3, 48],
    ])
    expect(epochs[0]!.trainLoss).toBeCloseTo(losses.slice(0, 16).reduce((a, b) => a + b) / 16, 5)
    expect(losses[0]).toBeGreaterThan(1.5)
    expect(epochs.at(-1)!.accuracy).toBeGreaterThan(0.99)
    expect(states).toEqual(['training', 'finished'])
  })

  test('is the same again: losses and file, bit by bit, however it is cut into pieces', async () => {
    const spec: RunSpecification = { ...small, model: 'mlp', hidden: [16] }
    const one = await runToEnd(spec)
    const two = await runToEnd(spec)
    expect(two.losses).toEqual(one.losses)
    expect(Buffer.from(two.model).equals(Buffer.from(one.model))).toBe(true)

    const record = recorder()
    const trainer = await Trainer.create(spec, sets, record.listener)
    for (const batches of [1, 2, 13, 5, 1]) {
      trainer.stepBatches(batches)
      await trainer.pause().then(() => undefined)
      while (trainer.state === 'training') await new Promise((resolve) => setTimeout(resolve, 1))
    }
    trainer.resume()
    await trainer.ended
    expect(record.losses).toEqual(one.losses)
    expect(Buffer.from(trainer.exportModel()).equals(Buffer.from(one.model))).toBe(true)
    await trainer.dispose()
  })

  test('is the same bit by bit at any speed', async () => {
    const spec: RunSpecification = { ...small, model: 'mlp', hidden: [16] }
    const full = await runToEnd(spec)
    const record = recorder()
    const trainer = await Trainer.create(spec, sets, record.listener)
    for (const [step, speed] of [
      [0, 150],
      [8, 60],
      [12, 3000],
      [20, null],
      [36, 400],
    ] as const) {
      while (trainer.step < step) await new Promise((resolve) => setTimeout(resolve, 1))
      trainer.setSpeed(speed)
      trainer.resume()
    }
    await trainer.ended
    expect(record.losses).toEqual(full.losses)
    expect(Buffer.from(trainer.exportModel()).equals(Buffer.from(full.model))).toBe(true)
    await trainer.dispose()
  })

  test('with another seed is another', async () => {
    const one = await runToEnd({ ...small, epochs: 1 })
    const two = await runToEnd({ ...small, epochs: 1, seed: 2 })
    expect(two.losses).not.toEqual(one.losses)
  })

  test('starts from zeros at the loss of guessing, log 10', async () => {
    const { losses } = await runToEnd({ ...small, epochs: 1, initialization: 'zeros' })
    expect(losses[0]).toBeCloseTo(Math.log(10), 5)
  })

  test('with hidden layers of zeros moves only the last bias', async () => {
    const trainer = await Trainer.create({ ...small, model: 'simple_net', initialization: 'zeros' }, sets)
    trainer.resume()
    await trainer.ended
    const { weights, range } = trainer.firstLayer()
    expect(range).toBe(0)
    expect(weights.every((weight) => weight === 0)).toBe(true)
    await trainer.dispose()
  })

  test('that is driven to infinity ends as diverged', async () => {
    const { outcome, losses, states, trainer } = await runToEnd({
      ...small,
      model: 'mlp',
      hidden: [64, 64],
      initialization: 'normal',
      learningRate: 1e6,
      epochs: 20,
    })
    expect(outcome).toBe('diverged')
    // With the first loss that is no number, however many steps the machine makes at once.
    expect(losses.findIndex((loss) => !Number.isFinite(loss))).toBe(losses.length - 1)
    expect(trainer.step).toBe(losses.length)
    expect(states.at(-1)).toBe('diverged')
  })
})

describe('control', () => {
  test('a slow run waits between its mini-batches, and every command is heard in the meantime', async () => {
    const { losses, listener } = recorder()
    const trainer = await Trainer.create({ ...small, epochs: 10_000 }, sets, listener)
    // The next mini-batch would be due in a quarter of an hour.
    trainer.setSpeed(0.001)
    trainer.resume()
    while (trainer.step < 1) await new Promise((resolve) => setTimeout(resolve, 1))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect([trainer.step, trainer.state]).toEqual([1, 'training'])
    expect(trainer.secondsLeft).toBeGreaterThan(1e8)
    await trainer.pause()
    expect([trainer.step, trainer.state]).toEqual([1, 'paused'])
    // Steps that are asked for begin at once.
    trainer.stepBatches(1)
    await untilItRests(trainer)
    trainer.resume()
    while (trainer.step < 3) await new Promise((resolve) => setTimeout(resolve, 1))
    trainer.stepBatches(1)
    await untilItRests(trainer)
    expect(trainer.step).toBe(4)
    // A higher speed ends the wait.
    trainer.resume()
    while (trainer.step < 5) await new Promise((resolve) => setTimeout(resolve, 1))
    trainer.setSpeed(null)
    while (trainer.step < 40) await new Promise((resolve) => setTimeout(resolve, 1))
    trainer.setSpeed(0.001)
    await trainer.back(1)
    const { step } = trainer
    expect(step).toBeGreaterThanOrEqual(39)
    trainer.resume()
    await trainer.stop()
    expect(trainer.state).toBe('stopped')
    expect(losses.length).toBeGreaterThanOrEqual(step)
    await trainer.dispose()
  })

  test('a speed is kept to over a while', async () => {
    const { listener } = recorder()
    const trainer = await Trainer.create({ ...small, epochs: 10_000 }, sets, listener)
    trainer.setSpeed(200)
    const began = performance.now()
    trainer.resume()
    while (trainer.step < 60) await new Promise((resolve) => setTimeout(resolve, 1))
    // The first slice of four is made at once; slower it may be on a loaded machine, faster never.
    expect(performance.now() - began).toBeGreaterThan(((60 - 8) / 200) * 1000)
    expect(trainer.imagesPerSecond).toBeLessThanOrEqual(200 * small.batchSize)
    await trainer.dispose()
  })

  test('pause, one mini-batch, resume with another learning rate, stop', async () => {
    const { losses, states, listener } = recorder()
    const trainer = await Trainer.create({ ...small, epochs: 10_000 }, sets, listener)
    expect(trainer.state).toBe('paused')
    trainer.resume()
    await new Promise((resolve) => setTimeout(resolve, 100))
    await trainer.pause()
    expect(trainer.state).toBe('paused')
    const before = trainer.step
    expect(before).toBeGreaterThan(0)
    trainer.stepBatches(1)
    while (trainer.step === before || trainer.state !== 'paused') await new Promise((resolve) => setTimeout(resolve, 1))
    expect(trainer.step).toBe(before + 1)
    trainer.setLearningRate(1e-9)
    const weights = trainer.firstLayer().weights
    trainer.stepBatches(3)
    while (trainer.step !== before + 4) await new Promise((resolve) => setTimeout(resolve, 1))
    await trainer.pause()
    const moved = trainer
      .firstLayer()
      .weights.reduce((most, weight, i) => Math.max(most, Math.abs(weight - weights[i]!)), 0)
    expect(moved).toBeLessThan(1e-7)
    await trainer.stop()
    expect(await trainer.ended).toBe('stopped')
    expect(losses).toHaveLength(trainer.step)
    expect(states.filter((state) => state === 'paused').length).toBeGreaterThanOrEqual(3)
    expect(await codeOf(() => trainer.resume())).toBe('train/wrong-state')
    await trainer.dispose()
  })
})

describe('an evaluation under way', () => {
  test('does not hold up a pause, a resume or a stop', async () => {
    const told: string[] = []
    const trainer: Trainer = await Trainer.create({ ...small, epochs: 5 }, sets, {
      stepped: (firstStep, losses) => {
        if ((firstStep + losses.length - 1) % trainer.stepsPerEpoch === 0) void trainer.pause()
      },
      epochEnded: ({ epoch }) => told.push(`epoch ${epoch}`),
      stateChanged: (state) => {
        told.push(state)
        // The second time it goes on while the evaluation is still under way, the third time it stops there.
        const pauses = told.filter((word) => word === 'paused').length
        if (state === 'paused' && pauses === 2) trainer.resume()
        if (state === 'paused' && pauses === 3) void trainer.stop()
      },
    })
    trainer.resume()
    while (!told.includes('epoch 1')) await new Promise((resolve) => setTimeout(resolve, 1))
    expect(told).toEqual(['training', 'paused', 'epoch 1'])
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(trainer.step).toBe(16)
    trainer.resume()
    expect(await trainer.ended).toBe('stopped')
    await trainer.dispose()
    expect(told.slice(3)).toEqual(['training', 'paused', 'training', 'epoch 2', 'paused', 'stopped'])
    expect(trainer.step).toBe(48)
  })
})

describe('going back', () => {
  const spec: RunSpecification = {
    ...small,
    model: 'mlp',
    hidden: [16],
    optimizer: 'adam',
    learningRate: 0.005,
    epochs: 20,
  }
  const finished = async (trainer: Trainer, step: number) => {
    while (trainer.state === 'training' || trainer.step !== step) await new Promise((resolve) => setTimeout(resolve, 1))
  }

  test('and forward again is bit-identical, past epochs, optimizer memory and changes of the learning rate', async () => {
    const record = recorder()
    const back: number[] = []
    const listener = { ...record.listener, stepped: () => {}, wentBack: (step: number) => back.push(step) }
    const trainer = await Trainer.create(spec, sets, listener)
    const goTo = async (step: number) => {
      trainer.stepBatches(step - trainer.step)
      await finished(trainer, step)
      return Buffer.from(trainer.exportModel())
    }
    const at10 = await goTo(10)
    trainer.setLearningRate(0.02)
    const at75 = await goTo(75)
    const at170 = await goTo(170)
    await trainer.back(95)
    expect(trainer.step).toBe(75)
    expect(trainer.learningRate).toBe(0.02)
    expect(Buffer.from(trainer.exportModel()).equals(at75)).toBe(true)
    await trainer.back(65)
    expect(trainer.learningRate).toBe(0.005)
    expect(Buffer.from(trainer.exportModel()).equals(at10)).toBe(true)
    trainer.setLearningRate(0.02)
    expect((await goTo(75)).equals(at75)).toBe(true)
    expect((await goTo(170)).equals(at170)).toBe(true)
    await trainer.back(10_000)
    expect(trainer.step).toBe(0)
    expect(trainer.lastLoss).toBe(null)
    expect(back).toEqual([75, 10, 0])
    await trainer.dispose()
  })

  test('keeps its snapshots within the budget, the first and the newest among them', () => {
    const history = new History<number>(8 * 1024 * 1024)
    for (let step = 0; step <= 5000; step += 50) history.record(step, step)
    expect(history.steps.length).toBeLessThanOrEqual(8)
    expect(history.steps[0]).toBe(0)
    expect(history.steps.at(-1)).toBe(5000)
    expect(history.before(4999).step).toBeLessThanOrEqual(4999)
    history.forgetAfter(100)
    expect(history.steps.every((step) => step <= 100)).toBe(true)
  })
})

describe('the last few states', () => {
  test('make a small way back short, and go when nearer ones come', () => {
    const history = new History<number>(1024)
    history.record(0, 0)
    for (let step = 1; step <= 40; step += 1) history.note(step, step)
    expect(history.before(39)).toEqual({ step: 39, state: 39 })
    expect(history.before(17)).toEqual({ step: 17, state: 17 })
    expect(history.before(16)).toEqual({ step: 0, state: 0 })
    // Back at 5, those around it are kept and the far ones go.
    for (let step = 3; step <= 20; step += 1) history.note(step, step)
    expect(history.before(4)).toEqual({ step: 4, state: 4 })
    history.forgetAfter(6)
    expect(history.before(40)).toEqual({ step: 6, state: 6 })
  })

  test('are few where they are large', () => {
    const history = new History<number>(6 * 1024 * 1024)
    history.record(0, 0)
    for (let step = 1; step <= 40; step += 1) history.note(step, step)
    expect([39, 38].map((step) => history.before(step).step)).toEqual([39, 0])
  })
})

describe('what cannot be trained is a coded error', () => {
  const cases: [string, Partial<RunSpecification>, string][] = [
    ['mnist_loss on ten digits', { loss: 'mnist_loss' }, 'train/loss-needs-two-classes'],
    ['a batch larger than the data', { batchSize: 1001 }, 'train/bad-specification'],
    ['a batch of nothing', { batchSize: 0 }, 'train/bad-specification'],
    ['a negative rate', { learningRate: -1 }, 'train/bad-specification'],
    ['a rate that is no number', { learningRate: Number.NaN }, 'train/bad-specification'],
    ['half an epoch', { epochs: 0.5 }, 'train/bad-specification'],
    ['the same digit twice', { digits: [3, 3], loss: 'mse' }, 'train/bad-specification'],
    ['one digit', { digits: [3] }, 'train/bad-specification'],
    ['no hidden layer', { model: 'mlp', hidden: [] }, 'train/bad-specification'],
    ['a hidden layer of nothing', { model: 'mlp', hidden: [0] }, 'train/bad-specification'],
    ['a seed that is too large', { seed: 2 ** 32 }, 'train/bad-specification'],
  ]
  test.each(cases)('%s', async (_, change, code) => {
    expect(await codeOf(() => Trainer.create({ ...small, ...change }, sets))).toBe(code)
  })
  test('digits that the set does not have', async () => {
    const few = { train: blocks(1000, 1, 5), test: blocks(300, 2, 5) }
    expect(await codeOf(() => Trainer.create(small, few))).toBe('dataset/no-images-of-class')
  })
})

describe('a saved model', () => {
  test('says what it said in training, for two digits with one output and in ascending order', async () => {
    const spec: RunSpecification = { ...small, digits: [7, 3], loss: 'mnist_loss' }
    const { model, epochs } = await runToEnd(spec)
    const classifier = await Classifier.load(model)
    expect(classifier.digits).toEqual([3, 7])
    const { accuracy, loss, count, confusion } = await classifier.evaluate(sets.test)
    expect(accuracy).toBe(epochs.at(-1)!.accuracy)
    expect(loss).toBeCloseTo(epochs.at(-1)!.validLoss, 6)
    expect(count).toBe(60)
    expect(confusion.flat().reduce((a, b) => a + b)).toBe(60)
    const three = sets.test.images.subarray(3 * 784, 4 * 784)
    const [p3, p7] = await classifier.probabilities(three)
    expect(p3! + p7!).toBeCloseTo(1, 6)
    expect(p3).toBeGreaterThan(0.5)
    await classifier.close()
  })

  test('for ten digits gives probabilities that sum to 1', async () => {
    const { model, epochs } = await runToEnd(small)
    const classifier = await Classifier.load(model)
    const probabilities = await classifier.probabilities(sets.test.images.subarray(0, 5 * 784))
    for (let i = 0; i < 5; i += 1) {
      const row = probabilities.subarray(i * 10, i * 10 + 10)
      expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 5)
      expect(row.indexOf(Math.max(...row))).toBe(i)
    }
    expect((await classifier.evaluate(sets.test)).accuracy).toBe(epochs.at(-1)!.accuracy)
    await classifier.close()
  })

  test('that is none is refused with a code', async () => {
    expect(await codeOf(() => Classifier.load(new TextEncoder().encode('hello, this is no model')))).toBe(
      'model/not-onnx',
    )
    expect(await codeOf(() => Classifier.load(new Uint8Array(0)))).toBe('model/not-onnx')
    const { model } = await runToEnd({ ...small, epochs: 1 })
    expect(await codeOf(() => Classifier.load(model.subarray(0, 5000)))).toBe('model/not-onnx')
  })
})
