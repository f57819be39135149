import { describe, expect, test } from 'vitest'
import { constant, input, logSoftmax, portable, sign, writeModel, type Value } from '../../../native/graph/index.ts'
import { buildModel } from '../../../native/learn/models/index.ts'
import { initialize } from '../../../native/learn/parameters.ts'
import { Random } from '../../../native/learn/random.ts'
import { defaultSpecification, type RunSpecification } from '../../../native/learn/specification.ts'
import { writeTrainingSteps, writeUnrolledSteps } from '../../../native/learn/training-step.ts'
import { float32Of, Session, tensorOf } from '../../../native/runtime/session.ts'
import { columns, firstState, stepNumbers, tensorsOf } from '../../../native/trainer/steps.ts'

const steps = 3
const batch = 8
const images = 40

async function answers(model: Uint8Array, spec: RunSpecification): Promise<Record<string, Float32Array>> {
  const random = new Random(5)
  const weights = initialize(buildModel(spec).parameters, 'linear', spec.seed)
  const session = await Session.create(model)
  const results = await session.run({
    ...tensorsOf(firstState(spec, weights)),
    ...columns(stepNumbers(spec, 1, steps, (step) => 0.1 / step)),
    images: tensorOf(
      Uint8Array.from({ length: images * 784 }, () => random.uniform() * 256),
      [images, 784],
    ),
    classes: tensorOf(
      Int32Array.from({ length: images }, (_, image) => image % 10),
      [images],
    ),
    indices: tensorOf(
      Int32Array.from({ length: steps * batch }, (_, i) => (i * 7) % images),
      [steps, batch],
    ),
  })
  await session.close()
  return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, float32Of(tensor)]))
}

describe('unrolled steps', () => {
  test.each([
    { name: 'a linear model by SGD', change: {} },
    {
      name: 'dropout and Adam, which get numbers of their own',
      change: { model: 'mlp', hidden: [16], dropout: 0.3, optimizer: 'adam' },
    },
    { name: 'LeNet with momentum', change: { model: 'lenet', optimizer: 'momentum' } },
    { name: 'binary cross-entropy, whose slope asks for a sign', change: { loss: 'binary_cross_entropy' } },
  ] as const)('give what Scan gives: $name', async ({ change }) => {
    const spec: RunSpecification = { ...defaultSpecification(), ...change, batchSize: batch }
    const sizes = { images, outputs: 10, batch }
    const scanned = await answers(writeTrainingSteps(spec, sizes), spec)
    const unrolled = await answers(writeUnrolledSteps(spec, sizes, steps), spec)
    expect(Object.keys(unrolled).sort()).toEqual(Object.keys(scanned).sort())
    for (const [name, numbers] of Object.entries(scanned)) {
      const off = Math.hypot(...numbers.map((number, i) => number - unrolled[name]![i]!))
      expect(off / Math.hypot(...numbers), name).toBeLessThan(1e-5)
    }
  })
})

describe('portable', () => {
  async function numbersOf(value: Value): Promise<number[]> {
    const session = await Session.create(writeModel({ name: 'test', inputs: [], outputs: { y: value } }))
    const { y } = await session.run({})
    await session.close()
    return [...float32Of(y)]
  }
  const rows = [1, 2, 3, -200, 0, 200, 88, 88, 88]

  test('writes the logarithm of softmax without overflow', async () => {
    const [value] = portable([logSoftmax(constant(rows, { shape: [3, 3] }))])
    const closed = [0, 3, 6].flatMap((start) => {
      const row = rows.slice(start, start + 3)
      const largest = Math.max(...row)
      const log = largest + Math.log(row.reduce((total, x) => total + Math.exp(x - largest), 0))
      return row.map((x) => x - log)
    })
    for (const [i, number] of (await numbersOf(value!)).entries()) expect(number).toBeCloseTo(closed[i]!, 4)
  })

  test('writes the sign as comparisons', async () => {
    const [value] = portable([sign(constant([-3, 0, 1e-20], { shape: [3] }))])
    expect(await numbersOf(value!)).toEqual([-1, 0, 1])
  })

  test('leaves a graph of other operators the same object', () => {
    const x = input('x', [2])
    expect(portable([x])).toEqual([x])
  })
})
