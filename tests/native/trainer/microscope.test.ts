import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { ImageSet } from '../../../data/image-set.ts'
import { generateDigits } from '../../../data/synthetic/index.ts'
import { buildModel } from '../../../native/learn/models/index.ts'
import {
  defaultSpecification,
  namesOf,
  optimizers,
  type LossName,
  type RunSpecification,
} from '../../../native/learn/specification.ts'
import type { EpochImages } from '../../../native/trainer/epoch-images.ts'
import { Microscope, type ObservedStep } from '../../../native/trainer/microscope.ts'
import { Trainer } from '../../../native/trainer/trainer.ts'

const sets = { train: generateDigits({ count: 300, seed: 1 }), test: generateDigits({ count: 60, seed: 2 }) }

function specification(change: Partial<RunSpecification>): RunSpecification {
  return { ...defaultSpecification(change.digits), batchSize: 64, ...change }
}

/** The images of another epoch: the same ones, mirrored where the epoch is odd. */
function mirrored({ images }: ImageSet, epoch: number): Uint8Array {
  if (epoch % 2 === 0) return images
  return images.map((_, at) => images[at - (at % 28) + 27 - (at % 28)]!)
}

/** Ends once so many mini-batches are done and the run rests. */
async function stepTo(trainer: Trainer, step: number): Promise<void> {
  trainer.stepBatches(step - trainer.step)
  while (trainer.state === 'training') await new Promise((resolve) => setTimeout(resolve, 1))
  expect(trainer.step).toBe(step)
}

/** Looks at mini-batch `step`, then lets the run take it. */
async function lookThenStep(change: Partial<RunSpecification>, step = 4) {
  const spec = specification(change)
  const trainer = await Trainer.create(spec, sets)
  await stepTo(trainer, step - 1)
  const microscope = await Microscope.create(spec, sets.train)
  const view = await microscope.look(trainer.moment())
  await stepTo(trainer, step)
  const next = trainer.moment()
  const loss = trainer.lastLoss
  await microscope.close()
  await trainer.dispose()
  return { spec, view, loss, next }
}

const numbers = (view: ObservedStep, name: string): Float32Array => {
  const found = view.values.get(name)
  if (found === undefined) throw new Error(`no value "${name}"`)
  return found.data
}

/** The norm of the difference over the norm of the second; of zeros, the norm of the first. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  let [difference, size] = [0, 0]
  for (let i = 0; i < b.length; i += 1) {
    difference += (a[i]! - b[i]!) ** 2
    size += b[i]! ** 2
  }
  return Math.sqrt(difference / (size === 0 ? 1 : size))
}

/** `[rows, inner]` times `[inner, columns]`, in double precision. */
function product(a: ArrayLike<number>, b: ArrayLike<number>, inner: number): Float64Array {
  const [rows, columns] = [a.length / inner, b.length / inner]
  return Float64Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns]
    let total = 0
    for (let k = 0; k < inner; k += 1) total += a[row * inner + k]! * b[k * columns + column]!
    return total
  })
}

function transposed(a: ArrayLike<number>, columns: number): Float64Array {
  const rows = a.length / columns
  return Float64Array.from({ length: a.length }, (_, at) => a[(at % rows) * columns + Math.floor(at / rows)]!)
}

describe('what the microscope shows is what training does', () => {
  const cases: [string, Partial<RunSpecification>][] = [
    ['the linear model', {}],
    ['the book, two digits', { digits: [3, 7], loss: 'mnist_loss', order: 'book', batchSize: 20 }],
    ['hidden layers with dropout', { model: 'mlp', hidden: [20, 12], activation: 'tanh', dropout: 0.3 }],
    ['LeNet', { model: 'lenet' }],
    ['LeNet with average pooling and dropout', { model: 'lenet_average', dropout: 0.4 }],
    ['the ResNet', { model: 'resnet', optimizer: 'momentum', learningRate: 0.05 }],
    ['a forgotten zero_grad', { model: 'simple_net', forgetZeroGrad: true }],
    ['label smoothing', { labelSmoothing: 0.1 }],
    ['one-cycle', { schedule: 'one-cycle', epochs: 1 }],
    ...namesOf(optimizers).map((optimizer): [string, Partial<RunSpecification>] => [
      `${optimizer} with weight decay`,
      { model: 'simple_net', optimizer, weightDecay: 0.01, learningRate: 0.01 },
    ]),
  ]
  test.each(cases)('%s', async (_, change) => {
    const { spec, view, loss, next } = await lookThenStep(change)
    expect(view.step).toBe(4)
    expect(view.loss).toBe(loss)
    expect(view.images).toHaveLength(spec.batchSize)
    for (const [name, after] of next.numbers) {
      // The same graph; extra outputs may keep ONNX Runtime from fusing, so 1e-6 instead of the very bits.
      expect(distance(numbers(view, `${name}.after`), after), name).toBeLessThan(1e-6)
      const before = numbers(view, name)
      const update = numbers(view, `${name}.update`)
      expect(
        distance(
          update,
          after.map((value, at) => value - before[at]!),
        ),
        name,
      ).toBeLessThan(1e-5)
    }
    const losses = numbers(view, 'losses')
    expect(losses).toHaveLength(view.images.length)
    expect(losses.reduce((total, each) => total + each, 0) / losses.length).toBeCloseTo(view.loss, 5)
  })

  test('the short last mini-batch of an epoch, and the first of the next', async () => {
    const change = { batchSize: 70 }
    const last = await lookThenStep(change, 5)
    expect([last.view.epoch, last.view.batch, last.view.images.length]).toEqual([1, 5, 20])
    expect(last.view.loss).toBe(last.loss)
    const first = await lookThenStep(change, 6)
    expect([first.view.epoch, first.view.batch, first.view.images.length]).toEqual([2, 1, 70])
    expect(first.view.loss).toBe(first.loss)
  })

  test('a learning rate that was set while the run rests', async () => {
    const spec = specification({})
    const trainer = await Trainer.create(spec, sets)
    await stepTo(trainer, 2)
    trainer.setLearningRate(0.25)
    const microscope = await Microscope.create(spec, sets.train)
    const view = await microscope.look(trainer.moment())
    expect(view.learningRate).toBe(0.25)
    await stepTo(trainer, 3)
    expect(distance(numbers(view, 'layer1.weight.after'), trainer.moment().numbers.get('layer1.weight')!)).toBe(0)
    await microscope.close()
    await trainer.dispose()
  })

  test('images that are new in each epoch', async () => {
    const spec = specification({ fresh: true })
    const fresh: EpochImages = {
      images: async (epoch) => mirrored(sets.train, epoch),
      prepare: () => undefined,
    }
    const trainer = await Trainer.create(spec, { ...sets, fresh })
    await stepTo(trainer, 6)
    const microscope = await Microscope.create(spec, sets.train)
    const view = await microscope.look(trainer.moment(), fresh)
    const stale = await microscope.look(trainer.moment())
    await stepTo(trainer, 7)
    expect(view.epoch).toBe(2)
    expect(view.loss).toBe(trainer.lastLoss)
    expect(stale.loss).not.toBe(trainer.lastLoss)
    await microscope.close()
    await trainer.dispose()
  })

  test('looking leaves a run as it is, bit by bit', async () => {
    const spec = specification({ model: 'mlp', hidden: [16], optimizer: 'adam', learningRate: 0.01 })
    const run = async (look: boolean) => {
      const losses: number[] = []
      const trainer = await Trainer.create(spec, sets, { stepped: (_, more) => losses.push(...more) })
      const microscope = await Microscope.create(spec, sets.train)
      for (let step = 1; step <= 8; step += 1) {
        if (look) await microscope.look(trainer.moment())
        await stepTo(trainer, step)
      }
      await microscope.close()
      await trainer.dispose()
      return losses
    }
    expect(await run(true)).toEqual(await run(false))
  })
})

describe('the numbers put into the formulas', () => {
  test('forward, back and update of the small net', async () => {
    const { view, spec } = await lookThenStep({ model: 'simple_net', learningRate: 0.5 })
    const n = view.images.length
    const value = (name: string) => numbers(view, name)
    const pixels = Float64Array.from(value('pixels'))
    view.images.forEach((image, row) => {
      const own = sets.train.images.subarray(image * 784, (image + 1) * 784)
      expect(
        distance(
          pixels.subarray(row * 784, (row + 1) * 784),
          Float64Array.from(own, (p) => p / 255),
        ),
      ).toBeLessThan(1e-6)
      expect(view.labels[row]).toBe(sets.train.labels[image])
    })

    const withBias = (sums: Float64Array, bias: Float32Array) => sums.map((sum, at) => sum + bias[at % bias.length]!)
    const z1 = withBias(product(pixels, value('layer1.weight'), 784), value('layer1.bias'))
    const a1 = z1.map((z) => Math.max(0, z))
    const z = withBias(product(a1, value('layer2.weight'), 30), value('layer2.bias'))
    const p = z.map((_, at) => {
      const row = z.subarray(at - (at % 10), at - (at % 10) + 10)
      return Math.exp(z[at]!) / row.reduce((total, other) => total + Math.exp(other), 0)
    })
    const t = Float64Array.from({ length: n * 10 }, (_, at) => (view.labels[Math.floor(at / 10)] === at % 10 ? 1 : 0))
    const losses = Float64Array.from({ length: n }, (_, row) => -Math.log(p[row * 10 + view.labels[row]!]!))
    const dz = p.map((probability, at) => (probability - t[at]!) / n)
    const dw2 = product(transposed(a1, 30), dz, n)
    const da1 = product(dz, transposed(value('layer2.weight'), 10), 10)
    const dz1 = da1.map((slope, at) => (z1[at]! > 0 ? slope : 0))
    const dw1 = product(transposed(pixels, 784), dz1, n)
    const db1 = Float64Array.from({ length: 30 }, (_, unit) =>
      dz1.reduce((sum, d, at) => (at % 30 === unit ? sum + d : sum), 0),
    )
    const expected: Record<string, Float64Array> = {
      'layer1.sum': z1,
      'layer1.activation': a1,
      logits: z,
      probabilities: p,
      targets: t,
      losses,
      'logits.gradient': dz,
      'layer2.weight.gradient': dw2,
      'layer1.activation.gradient': da1,
      'layer1.sum.gradient': dz1,
      'layer1.weight.gradient': dw1,
      'layer1.bias.gradient': db1,
      'layer1.weight.after': dw1.map((slope, at) => value('layer1.weight')[at]! - spec.learningRate * slope),
    }
    for (const [name, right] of Object.entries(expected)) expect(distance(value(name), right), name).toBeLessThan(1e-5)
    expect(value('learning_rate')).toEqual(Float32Array.of(0.5))
    const answers = Array.from({ length: n }, (_, row) => {
      const own = [...z.subarray(row * 10, row * 10 + 10)]
      return own.indexOf(Math.max(...own))
    })
    expect([...view.answers]).toEqual(answers)
    expect(view.lossAfter).toBeLessThan(view.loss)
  })

  type Slope = (p: readonly number[], t: readonly number[], j: number) => number
  type LossOf = (p: readonly number[], t: readonly number[]) => number
  const slopes: [LossName, number[], Slope, LossOf][] = [
    [
      'mnist_loss',
      [3, 7],
      ([p = 0], [t = 0]) => (1 - 2 * t) * p * (1 - p),
      ([p = 0], [t = 0]) => (t === 1 ? 1 - p : p),
    ],
    ['binary_cross_entropy', [3, 7], ([p = 0], [t = 0]) => p - t, ([p = 0], [t = 0]) => -Math.log(t === 1 ? p : 1 - p)],
    ['mse', [3, 7], ([p = 0], [t = 0]) => 2 * (p - t) * p * (1 - p), ([p = 0], [t = 0]) => (p - t) ** 2],
    ['l1', [3, 7], ([p = 0], [t = 0]) => Math.sign(p - t) * p * (1 - p), ([p = 0], [t = 0]) => Math.abs(p - t)],
    ['accuracy', [3, 7], () => 0, ([p = 0], [t = 0]) => (p > 0.5 === (t === 1) ? 0 : 1)],
    ['cross_entropy', [1, 2, 3], (p, t, j) => p[j]! - t[j]!, (p, t) => -Math.log(p[t.indexOf(1)]!)],
    [
      'binary_cross_entropy',
      [1, 2, 3],
      (p, t, j) => (p[j]! - t[j]!) / p.length,
      (p, t) => p.reduce((sum, each, j) => sum - Math.log(t[j] === 1 ? each : 1 - each), 0) / p.length,
    ],
    [
      'mse',
      [1, 2, 3],
      (p, t, j) =>
        (2 / p.length) * p[j]! * (p[j]! - t[j]! - p.reduce((sum, each, k) => sum + (each - t[k]!) * each, 0)),
      (p, t) => p.reduce((sum, each, j) => sum + (each - t[j]!) ** 2, 0) / p.length,
    ],
    [
      'l1',
      [1, 2, 3],
      (p, t, j) =>
        (1 / p.length) *
        p[j]! *
        (Math.sign(p[j]! - t[j]!) - p.reduce((sum, each, k) => sum + Math.sign(each - t[k]!) * each, 0)),
      (p, t) => p.reduce((sum, each, j) => sum + Math.abs(each - t[j]!), 0) / p.length,
    ],
  ]
  test.each(slopes)('%s of the digits %j: each loss, and its slope by the logits', async (loss, digits, slope, of) => {
    const { view } = await lookThenStep({ loss, digits, batchSize: 16 }, 3)
    const outputs = view.values.get('logits')!.shape[1]!
    const [p, t] = [numbers(view, 'probabilities'), numbers(view, 'targets')]
    const row = (from: Float32Array, image: number) => [...from.subarray(image * outputs, (image + 1) * outputs)]
    const right = Array.from({ length: p.length }, (_, at) => {
      const image = Math.floor(at / outputs)
      return slope(row(p, image), row(t, image), at % outputs) / view.images.length
    })
    expect(distance(numbers(view, 'logits.gradient'), right)).toBeLessThan(1e-4)
    const losses = Array.from(view.images, (_, image) => of(row(p, image), row(t, image)))
    expect(distance(numbers(view, 'losses'), losses)).toBeLessThan(1e-4)
  })

  test.each(namesOf(optimizers))('%s: the update from the gradient and what it remembers', async (optimizer) => {
    const { view } = await lookThenStep({ optimizer, weightDecay: 0.05, learningRate: 0.01 })
    const of = (name: string) => numbers(view, `layer1.weight${name}`)
    const [w, slope, rate, decay] = [of(''), of('.gradient'), 0.01, 0.05]
    const g = slope.map((each, at) => (optimizer === 'adamw' ? each : each + decay * w[at]!))
    let right: Float32Array
    if (optimizer === 'sgd') right = w.map((each, at) => each - rate * g[at]!)
    else if (optimizer === 'momentum' || optimizer === 'nesterov') {
      const v = g.map((each, at) => 0.9 * of('.velocity')[at]! + each)
      expect(distance(of('.velocity.after'), v)).toBeLessThan(1e-5)
      right = w.map((each, at) => each - rate * (optimizer === 'nesterov' ? g[at]! + 0.9 * v[at]! : v[at]!))
    } else {
      const m = g.map((each, at) => 0.9 * of('.mean')[at]! + 0.1 * each)
      const s = g.map((each, at) => 0.999 * of('.square')[at]! + 0.001 * each * each)
      expect(distance(of('.mean.after'), m)).toBeLessThan(1e-5)
      expect(distance(of('.square.after'), s)).toBeLessThan(1e-4)
      const c1 = numbers(view, 'correction_1')[0]!
      const c2 = numbers(view, 'correction_2')[0]!
      const kept = optimizer === 'adamw' ? 1 - rate * decay : 1
      right = w.map((each, at) => each * kept - ((rate / c1) * m[at]!) / (Math.sqrt(s[at]!) / c2 + 1e-8))
    }
    expect(distance(of('.after'), right)).toBeLessThan(1e-6)
  })
})

describe('the seven steps', () => {
  test.each<[string, Partial<RunSpecification>]>([
    ['simple_net', { model: 'simple_net', dropout: 0.2, weightDecay: 0.1, optimizer: 'adam' }],
    ['lenet', { model: 'lenet', forgetZeroGrad: true, optimizer: 'momentum' }],
    ['lenet_average', { model: 'lenet_average' }],
    ['resnet', { model: 'resnet', dropout: 0.2 }],
    ['the book', { digits: [3, 7], loss: 'mnist_loss' }],
  ])('of %s name only values that are there, and every value has its step', async (_, change) => {
    const { view, spec } = await lookThenStep({ ...change, batchSize: 32 }, 1)
    expect(view.steps.map(({ name }) => name)).toEqual([
      'initialize',
      'predict',
      'loss',
      'gradient',
      'step',
      'repeat',
      'stop',
    ])
    const [first] = buildModel(spec).parameters
    for (const { formulas, values } of view.steps) {
      for (const name of values) expect(view.values.has(name), name).toBe(true)
      for (const { tex, letters } of formulas) {
        expect(tex).not.toBe('')
        expect(Object.keys(letters).length, tex).toBeGreaterThan(0)
        for (const [letter, name] of Object.entries(letters)) {
          expect(tex).toContain(letter)
          expect(view.values.has(name.replace('{parameter}', first!.name)), `${name} in ${tex}`).toBe(true)
        }
      }
    }
    const told = new Set(view.steps.flatMap(({ values }) => values))
    for (const name of view.values.keys()) {
      const isScalar = view.values.get(name)!.shape.length === 0
      if (!isScalar && !/^(logits|probabilities)\.after$/.test(name)) expect(told.has(name), name).toBe(true)
    }
  })
})

/** Made once by tests/fixtures/make_pytorch_microscope.py. */
type Reference = {
  images: number
  batch: number
  cases: (Pick<RunSpecification, 'model' | 'hidden' | 'activation' | 'loss' | 'optimizer' | 'learningRate'> & {
    digits: number[]
    images: number[]
    values: Record<string, { shape: number[]; norm: number; stride: number; samples: number[] }>
  })[]
}
const reference = JSON.parse(readFileSync('tests/fixtures/pytorch-microscope.json', 'utf8')) as Reference

describe('every inner value agrees with PyTorch', () => {
  function formulaWeights(count: number, inputs: number, salt: number): Float32Array {
    return Float32Array.from({ length: count }, (_, i) => {
      const k = BigInt(i + salt * 1000)
      return (Number((k * 1103515245n + 12345n) % 65536n) / 32768 - 1) / Math.sqrt(inputs)
    })
  }

  test.each(reference.cases)('$model, $loss, $optimizer', async ({ images: order, values, ...rest }) => {
    const count = reference.images
    const images = Uint8Array.from({ length: count * 784 }, (_, at) => {
      const value = (Math.floor(at / 784) * 7919 + (at % 784) * 104729) % 1009
      return value < 256 ? value : 0
    })
    const labels = Uint8Array.from({ length: count }, (_, i) => rest.digits[i % rest.digits.length]!)
    const train: ImageSet = { images, labels, count, height: 28, width: 28 }
    const spec = specification({ ...rest, order: 'book', batchSize: reference.batch })
    const weights = new Map<string, Float32Array>()
    for (const [salt, { name, shape, inputs }] of buildModel(spec).parameters.entries()) {
      weights.set(
        name,
        formulaWeights(
          shape.reduce((a, b) => a * b, 1),
          inputs,
          salt,
        ),
      )
    }
    const trainer = await Trainer.create(spec, { train, test: train }, {}, { weights })
    const microscope = await Microscope.create(spec, train)
    const view = await microscope.look(trainer.moment())
    expect([...view.images]).toEqual(order)
    for (const [name, { shape, norm, stride, samples }] of Object.entries(values)) {
      const found = view.values.get(name)
      expect(found?.shape, name).toEqual(shape)
      expect(Math.abs(Math.hypot(...found!.data) - norm) / norm, name).toBeLessThan(1e-5)
      expect(
        distance(
          found!.data.filter((_, at) => at % stride === 0),
          samples,
        ),
        name,
      ).toBeLessThan(1e-5)
    }
    await microscope.close()
    await trainer.dispose()
  })
})
