/** The shape rules, on shapes that fast-check makes up: ONNX Runtime must come to the same shapes, and gradients to those of their targets. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../../data/error.ts'
import {
  add,
  affine,
  averagePool,
  concat,
  convolve,
  elementCount,
  expand,
  gatherRows,
  gradients,
  greater,
  input,
  logSoftmax,
  matmul,
  max,
  maxPool,
  mean,
  mul,
  normalizeImages,
  pad,
  reshape,
  scaleChannels,
  slice,
  sub,
  sum,
  transpose,
  where,
  writeModel,
  type Value,
} from '../../../native/graph/index.ts'
import { float32Of, Session, tensorOf, type Tensor } from '../../../native/runtime/session.ts'

/** An operator applied to inputs of made-up shapes. */
type Application = { readonly inputs: readonly Value[]; readonly result: Value; readonly differentiable: boolean }

const size = fc.integer({ min: 1, max: 4 })
const shapeOfRank = (least: number, most = 4) => fc.array(size, { minLength: least, maxLength: most })

const leaf = (name: string, shape: readonly number[]) => input(name, shape)
const unary = (shape: fc.Arbitrary<number[]>, build: (x: Value, pick: (below: number) => number) => Value) =>
  fc.tuple(shape, fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 })).map(([of, numbers]): Application => {
    const x = leaf('x', of)
    let next = 0
    const pick = (below: number) => (numbers[next++ % numbers.length] ?? 0) % below
    return { inputs: [x], result: build(x, pick), differentiable: true }
  })

/** Two shapes that broadcast to `whole`: axes of each may be 1 or, in front, missing. */
const broadcasting = shapeOfRank(0).chain((whole) =>
  fc
    .tuple(
      fc.array(fc.boolean(), { minLength: whole.length, maxLength: whole.length }),
      fc.array(fc.boolean(), { minLength: whole.length, maxLength: whole.length }),
      fc.nat(whole.length),
    )
    .map(([ones, others, missing]) => ({
      a: whole.map((length, axis) => (ones[axis] ? 1 : length)),
      b: whole.map((length, axis) => (others[axis] ? 1 : length)).slice(missing),
    })),
)
const binary = (build: (a: Value, b: Value) => Value) =>
  broadcasting.map(({ a, b }): Application => {
    const inputs = [leaf('a', a), leaf('b', b)] as const
    return { inputs, result: build(...inputs), differentiable: true }
  })

const numbers = (x: Value): number[] => x.shape.map(Number)
const axisOf = (x: Value, pick: (below: number) => number): number => pick(x.shape.length)

const applications: Readonly<Record<string, fc.Arbitrary<Application>>> = {
  add: binary(add),
  sub: binary(sub),
  mul: binary(mul),
  where: binary((a, b) => where(greater(a, b), a, b)),
  'reshape to two axes': unary(shapeOfRank(1), (x, pick) => {
    const split = pick(x.shape.length + 1)
    return reshape(x, [elementCount(x.shape.slice(0, split)), elementCount(x.shape.slice(split))])
  }),
  transpose: unary(shapeOfRank(1), (x, pick) => {
    const left = x.shape.map((_, axis) => axis)
    return transpose(
      x,
      x.shape.map(() => left.splice(pick(left.length), 1)[0] ?? 0),
    )
  }),
  'expand in front': unary(shapeOfRank(0, 3), (x, pick) => expand(x, [1 + pick(3), ...x.shape])),
  sum: unary(shapeOfRank(1), (x, pick) => sum(x, { axes: [axisOf(x, pick)], keepDimensions: pick(2) === 0 })),
  mean: unary(shapeOfRank(1), (x, pick) =>
    mean(x, { axes: [axisOf(x, pick) - x.shape.length], keepDimensions: pick(2) === 0 }),
  ),
  max: unary(shapeOfRank(1), (x, pick) => max(x, axisOf(x, pick))),
  logSoftmax: unary(shapeOfRank(1), (x) => logSoftmax(x)),
  normalizeImages: unary(shapeOfRank(4, 4), (x) => normalizeImages(x)),
  scaleChannels: shapeOfRank(4, 4).map((shape) => {
    const inputs = [leaf('x', shape), leaf('gain', shape.slice(1, 2)), leaf('shift', shape.slice(1, 2))] as const
    return { inputs, result: scaleChannels(...inputs), differentiable: true }
  }),
  slice: unary(shapeOfRank(1), (x, pick) => {
    const axis = axisOf(x, pick)
    const start = pick(numbers(x)[axis] ?? 1)
    return slice(x, { axes: [axis], starts: [start], ends: [start + 1 + pick((numbers(x)[axis] ?? 1) - start)] })
  }),
  pad: unary(shapeOfRank(1), (x, pick) =>
    pad(x, { before: x.shape.map(() => pick(3)), after: x.shape.map(() => pick(3)) }),
  ),
  concat: unary(shapeOfRank(1), (x, pick) => concat([x, x, x].slice(0, 1 + pick(3)), axisOf(x, pick))),
  matmul: fc.tuple(size, size, size, fc.boolean(), fc.boolean()).map(([m, k, n, transposeA, transposeB]) => {
    const inputs = [leaf('a', transposeA ? [k, m] : [m, k]), leaf('b', transposeB ? [n, k] : [k, n])] as const
    return { inputs, result: matmul(...inputs, { transposeA, transposeB }), differentiable: true }
  }),
  affine: fc.tuple(size, size, size, fc.boolean()).map(([m, k, n, row]) => {
    const inputs = [leaf('a', [m, k]), leaf('b', [k, n]), leaf('c', row ? [n] : [m, n])] as const
    return { inputs, result: affine(...inputs), differentiable: true }
  }),
  gatherRows: fc.tuple(shapeOfRank(1), size).map(([table, count]) => {
    const inputs = [leaf('table', table), input('rows', [count], 'int32')] as const
    return { inputs, result: gatherRows(...inputs), differentiable: false }
  }),
  convolve: fc
    .tuple(size, size, size, fc.tuple(size, size), fc.tuple(size, size), fc.nat(2), fc.integer({ min: 1, max: 3 }))
    .map(([batch, channels, outputs, [h, w], [more, wider], padding, stride]) => {
      // At least as large as the kernel, so that it fits without padding too.
      const inputs = [leaf('x', [batch, channels, h + more, w + wider]), leaf('k', [outputs, channels, h, w])] as const
      return { inputs, result: convolve(...inputs, { padding, stride }), differentiable: true }
    }),
  pooling: fc.tuple(size, size, size, size, fc.boolean()).map(([batch, channels, h, w, largest]) => {
    const x = leaf('x', [batch, channels, 2 * h, 2 * w])
    return { inputs: [x], result: largest ? maxPool(x) : averagePool(x), differentiable: false }
  }),
}

function numbersFor(value: Value): Tensor {
  const count = elementCount(value.shape)
  const data =
    value.type === 'int32' ? new Int32Array(count) : Float32Array.from({ length: count }, (_, i) => Math.sin(7 * i))
  return tensorOf(data, value.shape.map(Number))
}

/** Dimensions that ONNX Runtime finds, by name. */
async function dimensionsOf(
  inputs: readonly Value[],
  outputs: Record<string, Value>,
): Promise<Record<string, readonly number[]>> {
  const session = await Session.create(writeModel({ name: 'shapes', inputs, outputs }))
  const feeds = Object.fromEntries(
    inputs.map((value) => [value.source.kind === 'input' ? value.source.name : '', numbersFor(value)]),
  )
  const results = await session.run(feeds)
  for (const tensor of Object.values(results)) expect(float32Of(tensor).every(Number.isFinite)).toBe(true)
  await session.close()
  return Object.fromEntries(Object.entries(results).map(([name, { dims }]) => [name, dims]))
}

describe('the shape rule, and the shapes of gradients, agree with ONNX Runtime', () => {
  test.each(Object.entries(applications))('of %s', async (_, application) => {
    await fc.assert(
      fc.asyncProperty(application, async ({ inputs, result, differentiable }) => {
        const floats = inputs.filter(({ type }) => type === 'float32')
        // Squares, so that the gradient depends on the result.
        const wanted = differentiable ? gradients(sum(mul(result, result)), floats) : []
        const outputs = { result, ...Object.fromEntries(wanted.map((gradient, i) => [`gradient${i}`, gradient])) }
        const found = await dimensionsOf(inputs, outputs)
        expect(found['result']).toEqual(result.shape)
        for (const [i, target] of floats.entries()) {
          if (!differentiable) continue
          expect(wanted[i]?.shape).toEqual(target.shape)
          expect(found[`gradient${i}`]).toEqual(target.shape)
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('shapes that do not fit are refused when the graph is built', () => {
  const anyShape = shapeOfRank(0)
  const codeOf = (build: () => unknown): string | null => {
    try {
      build()
      return null
    } catch (error) {
      if (error instanceof AppError) return error.code
      throw error
    }
  }
  const refused = (build: () => unknown, fits: boolean) =>
    expect(codeOf(build)).toBe(fits ? null : 'graph/shape-mismatch')

  test('products, unless the inner sizes are the same', () => {
    fc.assert(
      fc.property(anyShape, anyShape, (a, b) => {
        refused(() => matmul(leaf('a', a), leaf('b', b)), a.length === 2 && b.length === 2 && a[1] === b[0])
      }),
    )
  })
  test('reshapes, unless the number of elements stays', () => {
    fc.assert(
      fc.property(anyShape, anyShape, (a, b) => {
        refused(() => reshape(leaf('a', a), b), elementCount(a) === elementCount(b))
      }),
    )
  })
  test('joins, unless all other sizes are the same', () => {
    fc.assert(
      fc.property(shapeOfRank(1), shapeOfRank(1), fc.nat(3), (a, b, axis) => {
        fc.pre(axis < a.length)
        const fits = a.length === b.length && a.every((length, at) => at === axis || length === b[at])
        refused(() => concat([leaf('a', a), leaf('b', b)], axis), fits)
      }),
    )
  })
  test('convolutions, unless channels agree and the kernel fits', () => {
    fc.assert(
      fc.property(anyShape, anyShape, fc.nat(1), (images, kernels, padding) => {
        const fits =
          images.length === 4 &&
          kernels.length === 4 &&
          images[1] === kernels[1] &&
          [2, 3].every((axis) => (images[axis] ?? 0) + 2 * padding >= (kernels[axis] ?? 0))
        refused(() => convolve(leaf('i', images), leaf('k', kernels), { padding }), fits)
      }),
    )
  })
  test('axes, unless the value has them', () => {
    fc.assert(
      fc.property(anyShape, fc.integer({ min: -6, max: 6 }), (shape, axis) => {
        refused(() => sum(leaf('x', shape), { axes: [axis] }), axis >= -shape.length && axis < shape.length)
      }),
    )
  })
})
