import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../../data/error.ts'
import { generateDigits } from '../../../data/synthetic/index.ts'
import { buildModel } from '../../../native/learn/models/index.ts'
import { initialize } from '../../../native/learn/parameters.ts'
import { defaultSpecification, models, namesOf, type RunSpecification } from '../../../native/learn/specification.ts'
import { ActivationReader } from '../../../native/trainer/activations.ts'
import { Microscope } from '../../../native/trainer/microscope.ts'
import { histogramOf, partOf, summarize } from '../../../native/trainer/named-values.ts'

const digits = generateDigits({ count: 250, seed: 3 })

function specification(change: Partial<RunSpecification>): RunSpecification {
  return { ...defaultSpecification(), batchSize: 40, ...change }
}

async function readerOf(change: Partial<RunSpecification>) {
  const spec = specification(change)
  const weights = initialize(buildModel(spec).parameters, 'linear', 1)
  return { spec, weights, reader: await ActivationReader.create(spec) }
}

describe('the activations of a model', () => {
  test.each(namesOf(models))('of %s are those of its training step, by the same names and shapes', async (model) => {
    const { spec, weights, reader } = await readerOf({ model, hidden: [20, 12], activation: 'tanh' })
    const microscope = await Microscope.create(spec, digits)
    const step = await microscope.look({ step: 0, memorySince: 0, learningRate: 0.1, numbers: weights })
    const images = new Uint8Array(40 * 784)
    step.images.forEach((image, row) => images.set(digits.images.subarray(image * 784, (image + 1) * 784), row * 784))
    const values = await reader.read(
      weights,
      images,
      40,
      reader.noted.map(({ name }) => name),
    )
    expect(values.size).toBeGreaterThan(0)
    for (const [name, { shape, data }] of values) {
      const trained = step.values.get(name)
      expect(trained?.shape, name).toEqual(shape)
      const most = data.reduce((worst, value, at) => Math.max(worst, Math.abs(value - trained!.data[at]!)), 0)
      expect(most, name).toBeLessThan(1e-5)
    }
    await reader.close()
    await microscope.close()
  })

  test('of many images are those of each alone', async () => {
    const { weights, reader } = await readerOf({ model: 'mlp', hidden: [8] })
    const all = await reader.read(weights, digits.images, 250, ['layer1.activation', 'logits'])
    for (const image of [0, 99, 100, 249]) {
      const own = digits.images.subarray(image * 784, (image + 1) * 784)
      const alone = await reader.read(weights, own, 1, ['layer1.activation', 'logits'])
      for (const [name, { data }] of alone) {
        const [size, among] = [data.length, all.get(name)!.data]
        data.forEach((value, at) => expect(among[image * size + at]).toBeCloseTo(value, 5))
      }
    }
    await reader.close()
  })

  test('that the model does not have are a coded error', async () => {
    const { weights, reader } = await readerOf({})
    await expect(reader.read(weights, digits.images, 1, ['layer1.activation'])).rejects.toThrow(AppError)
    expect(reader.layers).toEqual([])
    await reader.close()
  })
})

describe('units that let no gradient through', () => {
  /** One hidden layer whose units have these biases and no weights, so that they are the same for every image. */
  async function reportOf(activation: RunSpecification['activation'], biases: readonly number[]) {
    const spec = specification({ model: 'mlp', hidden: [biases.length], activation })
    const reader = await ActivationReader.create(spec)
    const weights = new Map(initialize(buildModel(spec).parameters, 'zeros', 1))
    weights.set('layer1.bias', Float32Array.from(biases))
    const values = await reader.read(weights, digits.images, 250, ['layer1.activation'])
    const report = reader.report('layer1.activation', values.get('layer1.activation')!, 10)
    await reader.close()
    return report
  }

  test('ReLU: 0 for every image', async () => {
    const report = await reportOf('relu', [1, -1, 0, 2])
    expect(report.function).toBe('relu')
    expect([...report.firing]).toEqual([1, 0, 0, 1])
    expect(report.dead).toBe(0.5)
    expect(report.saturated).toBe(null)
  })

  test('sigmoid: beyond .99 of its range, which is 5.29 from the middle', async () => {
    const report = await reportOf('sigmoid', [0, 5.2, 5.4, -5.4])
    expect([...report.firing]).toEqual([1, 1, 0, 0])
    expect([report.dead, report.saturated]).toEqual([0.5, 0.5])
  })

  test('tanh: beyond .99, which is 2.65 from the middle', async () => {
    const report = await reportOf('tanh', [2.6, -2.6, 2.7, -9])
    expect([...report.firing]).toEqual([1, 1, 0, 0])
    expect([report.dead, report.saturated]).toEqual([0.5, 0.5])
  })

  test('of a convolution are its channels, all places together', async () => {
    const { spec, reader } = await readerOf({ model: 'lenet' })
    const weights = new Map(initialize(buildModel(spec).parameters, 'zeros', 1))
    // Kernel 0 copies the picture, kernel 1 its negative; the others stay 0.
    const kernels = new Float32Array(8 * 25)
    kernels[12] = 1
    kernels[25 + 12] = -1
    weights.set('conv1.weight', kernels)
    const blank = digits.images.slice(0, 4 * 784).fill(0, 0, 784)
    const values = await reader.read(weights, blank, 4, ['conv1.activation'])
    const report = reader.report('conv1.activation', values.get('conv1.activation')!, 10)
    expect([...report.firing]).toEqual([0.75, 0, 0, 0, 0, 0, 0, 0])
    expect(report.dead).toBe(7 / 8)
    await reader.close()
  })
})

describe('numbers that are looked at', () => {
  test('have a summary that leaves out what is not finite', () => {
    const data = Float32Array.of(0, -2, 4, Number.NaN, Infinity, 0)
    expect(summarize({ shape: [6], data })).toEqual({
      shape: [6],
      min: -2,
      max: 4,
      mean: 0.5,
      zeros: 2 / 6,
      notFinite: 2,
    })
    expect(summarize({ shape: [1], data: Float32Array.of(Number.NaN) }).mean).toBe(null)
  })

  test('have a histogram that holds each of them', () => {
    expect(histogramOf(Float32Array.of(0, 1, 2, 3, 4), 4)).toEqual({
      from: 0,
      to: 4,
      counts: Uint32Array.of(1, 1, 1, 2),
    })
    const same = histogramOf(Float32Array.of(3, 3, 3), 5)
    expect(same.counts).toEqual(Uint32Array.of(0, 0, 3, 0, 0))
    expect(same.from).toBeLessThan(3)
    expect(same.to).toBeGreaterThan(3)
  })

  test('have parts whose every number is the one at its place', () => {
    const axis = fc.integer({ min: 1, max: 4 }).chain((size) =>
      fc.tuple(
        fc.constant(size),
        fc.oneof(
          fc.constant(null),
          fc.integer({ min: 0, max: size - 1 }),
          fc
            .integer({ min: 0, max: size - 1 })
            .chain((from) => fc.tuple(fc.constant(from), fc.integer({ min: from + 1, max: size }))),
        ),
      ),
    )
    fc.assert(
      fc.property(fc.array(axis, { maxLength: 4 }), (axes) => {
        const shape = axes.map(([size]) => size)
        const count = shape.reduce((product, size) => product * size, 1)
        const numbers = { shape, data: Float32Array.from({ length: count }, (_, at) => at) }
        let places: number[][] = [[]]
        for (const [size, place] of axes) {
          const [from, below] = place === null ? [0, size] : typeof place === 'number' ? [place, place + 1] : place
          const along = Array.from({ length: below - from }, (_, at) => from + at)
          places = places.flatMap((before) => along.map((at) => [...before, at]))
        }
        const expected = places.map((place) => place.reduce((flat, at, position) => flat * shape[position]! + at, 0))
        expect([
          ...partOf(
            numbers,
            axes.map(([, place]) => place),
            'x',
          ).data,
        ]).toEqual(expected)
      }),
    )
  })

  test('have parts, as slices of PyTorch do', () => {
    const numbers = { shape: [2, 3, 4], data: Float32Array.from({ length: 24 }, (_, at) => at) }
    expect(partOf(numbers, [1, 2, 3], 'x')).toEqual({ shape: [], data: Float32Array.of(23) })
    expect(partOf(numbers, [null, 1], 'x')).toEqual({
      shape: [2, 4],
      data: Float32Array.of(4, 5, 6, 7, 16, 17, 18, 19),
    })
    expect(partOf(numbers, [0, [1, 3], 2], 'x')).toEqual({ shape: [2], data: Float32Array.of(6, 10) })
    expect(partOf(numbers, [], 'x')).toEqual(numbers)
    for (const places of [[2], [0, [1, 4] as const], [0, 0, 0, 0], [[1, 1] as const], [-1]]) {
      expect(() => partOf(numbers, places, 'x')).toThrow(/"x" has the shape \[2, 3, 4\]/)
    }
  })
})
