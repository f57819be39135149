import { expect, test } from 'vitest'
import {
  elementCount,
  gradients,
  inOrder,
  input,
  mul,
  normalizeImages,
  scaleChannels,
  sigmoid,
  simplify,
  sum,
  writeModel,
  type Value,
} from '../../../native/graph/index.ts'
import { Random } from '../../../native/learn/random.ts'
import { float32Of, Session, tensorOf } from '../../../native/runtime/session.ts'
import { evaluate } from './check-gradient.ts'

const shape = [3, 4, 5, 6]

/** Products over whole images; those of a number for each channel or image cost nothing. */
const wholeProducts = (values: readonly Value[]): number =>
  inOrder(values).filter(
    (value) => value.source.kind === 'operator' && value.source.onnx === 'Mul' && elementCount(value.shape) === 360,
  ).length

test('normalized images and their gradients are the same with fewer products, in double precision to 1e-12', async () => {
  const [x, gain, shift, weights] = [
    input('x', shape, 'float64'),
    input('gain', [4], 'float64'),
    input('shift', [4], 'float64'),
    input('weights', shape, 'float64'),
  ]
  const result = scaleChannels(normalizeImages(x), gain, shift)
  const values = [result, ...gradients(sum(mul(result, weights)), [x, gain, shift])]
  const simple = simplify(values)
  // Squares and the result going forward; going back the products with what was centered, and two that are scaled.
  expect(wholeProducts(simple)).toBe(5)
  expect(wholeProducts(values)).toBeGreaterThan(7)

  const random = new Random(4)
  const numbers = new Map(
    [x, gain, shift, weights].map((leaf) => {
      return [leaf, Float64Array.from({ length: elementCount(leaf.shape) }, () => random.uniform() * 3 - 1)] as const
    }),
  )
  const named = (of: readonly Value[]) => Object.fromEntries(of.map((value, position) => [`value${position}`, value]))
  const [before, after] = [await evaluate(numbers, named(values)), await evaluate(numbers, named(simple))]
  for (const [name, plain] of Object.entries(before)) {
    const off = Math.hypot(...plain.map((number, i) => number - after[name]![i]!))
    expect(off / Math.hypot(...plain), name).toBeLessThan(1e-12)
  }
})

test('a sigmoid keeps all digits of what is almost 0, and nothing of it overflows', async () => {
  const at = [-200, -88, -30, -18, -15, -10, -1, 0, 1, 30, 200]
  const x = input('x', [at.length])
  const [y = x] = simplify([sigmoid(x)])
  const session = await Session.create(writeModel({ name: 'sigmoid', inputs: [x], outputs: { y } }))
  const found = float32Of((await session.run({ x: tensorOf(Float32Array.from(at), [at.length]) }))['y'])
  await session.close()
  expect(found[0]).toBe(0)
  for (const [i, z] of at.entries()) {
    // Below -87 results would be denormal numbers, which count as 0.
    if (z > -87) expect(Math.abs(found[i]! * (1 + Math.exp(-z)) - 1), `at ${z}`).toBeLessThan(2e-7)
  }
})
