/** Runs graphs on the real ONNX Runtime and compares gradients with finite differences, in float64 so that they mean something. */
import { expect } from 'vitest'
import {
  elementCount,
  gradients,
  input,
  mul,
  constant,
  sum,
  writeModel,
  type Value,
} from '../../../native/graph/index.ts'
import { Session, tensorOf } from '../../../native/runtime/session.ts'
import { Random } from '../../../native/learn/random.ts'

/** The values of the outputs for these numbers of the inputs. */
export async function evaluate(
  inputs: ReadonlyMap<Value, Float64Array>,
  outputs: Record<string, Value>,
): Promise<Record<string, number[]>> {
  const session = await Session.create(writeModel({ name: 'test', inputs: [...inputs.keys()], outputs }))
  const feeds = [...inputs].map(([value, numbers]) => {
    if (value.source.kind !== 'input') throw new Error('not an input')
    return [value.source.name, tensorOf(numbers, value.shape.map(Number))] as const
  })
  const results = await session.run(Object.fromEntries(feeds))
  await session.close()
  return Object.fromEntries(
    Object.entries(results).map(([name, tensor]) => [name, Array.from(tensor.data as Float64Array)]),
  )
}

export type GradientCase = {
  /** Shapes of the inputs that get gradients. */
  shapes: readonly (readonly number[])[]
  /** The expression; its result may have any shape. */
  build: (...inputs: Value[]) => Value
  /** Numbers are drawn from this interval, -1 to 1 when left out. */
  range?: readonly [number, number]
  seed?: number
}

/**
 * The loss is the expression times fixed random weights, summed: so every element of the result counts differently.
 * Central differences with h = 1e-5 are exact to about 1e-10 in float64; 1e-6 is asked.
 */
export async function expectGradients({ shapes, build, range = [-1, 1], seed = 1 }: GradientCase): Promise<void> {
  const random = new Random(seed, 77)
  const draw = (count: number) =>
    Float64Array.from({ length: count }, () => range[0] + (range[1] - range[0]) * random.uniform())
  const inputs = shapes.map((shape, i) => input(`x${i}`, shape, 'float64'))
  const numbers = new Map(inputs.map((value) => [value, draw(elementCount(value.shape))]))
  const result = build(...inputs)
  const weights = constant([...draw(elementCount(result.shape))], { shape: result.shape.map(Number), type: 'float64' })
  const loss = sum(mul(result, weights))
  const wanted = gradients(loss, inputs)
  wanted.forEach((gradient, i) => expect(gradient.shape).toEqual(shapes[i]))

  const outputs = Object.fromEntries(wanted.map((gradient, i) => [`g${i}`, gradient]))
  const answers = await evaluate(numbers, outputs)
  const session = await Session.create(writeModel({ name: 'loss', inputs, outputs: { loss } }))
  const lossAt = async (at: ReadonlyMap<Value, Float64Array>): Promise<number> => {
    const feeds = Object.fromEntries(
      inputs.map((value, i) => [`x${i}`, tensorOf(at.get(value)!, value.shape.map(Number))]),
    )
    return (await session.run(feeds))['loss']!.data[0] as number
  }
  const h = 1e-5
  for (const [i, value] of inputs.entries()) {
    const here = numbers.get(value)!
    for (let element = 0; element < here.length; element += 1) {
      const above = here.with(element, here[element]! + h)
      const below = here.with(element, here[element]! - h)
      const slope =
        ((await lossAt(new Map(numbers).set(value, above))) - (await lossAt(new Map(numbers).set(value, below)))) /
        (2 * h)
      const answer = answers[`g${i}`]![element]!
      expect(Math.abs(answer - slope), `input ${i}, element ${element}: ${answer} against ${slope}`).toBeLessThan(
        1e-6 * Math.max(1, Math.abs(slope)),
      )
    }
  }
  await session.close()
}

/** As expectGradients for what is linear in each input alone, in float32: long steps, 1e-4 of the largest slope is asked. */
export async function expectLinearGradients(
  shapes: readonly (readonly number[])[],
  build: (...inputs: Value[]) => Value,
) {
  const random = new Random(5)
  const draw = (count: number) => Float32Array.from({ length: count }, () => 2 * random.uniform() - 1)
  const inputs = shapes.map((shape, i) => input(`x${i}`, shape))
  const numbers = inputs.map((value) => draw(elementCount(value.shape)))
  const result = build(...inputs)
  const weights = constant([...draw(elementCount(result.shape))], { shape: result.shape.map(Number) })
  const loss = sum(mul(result, weights))
  const wanted = gradients(loss, inputs)
  const outputs = { loss, ...Object.fromEntries(wanted.map((gradient, i) => [`g${i}`, gradient])) }
  const session = await Session.create(writeModel({ name: 'linear', inputs, outputs }))
  const run = (at: Float32Array[]) =>
    session.run(Object.fromEntries(at.map((data, i) => [`x${i}`, tensorOf(data, shapes[i]!)])))
  const answers = await run(numbers)
  for (const [i, here] of numbers.entries()) {
    expect(answers[`g${i}`]!.dims).toEqual(shapes[i])
    const answer = answers[`g${i}`]!.data as Float32Array
    const largest = answer.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0)
    for (let element = 0; element < here.length; element += 1) {
      const shifted = async (by: number) =>
        (await run(numbers.with(i, here.with(element, here[element]! + by))))['loss']!.data[0] as number
      const slope = ((await shifted(4)) - (await shifted(-4))) / 8
      expect(Math.abs(answer[element]! - slope), `input ${i}, element ${element}`).toBeLessThan(1e-4 * largest)
    }
  }
  await session.close()
}
