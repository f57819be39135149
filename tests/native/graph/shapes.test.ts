import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../../data/error.ts'
import {
  add,
  affine,
  constant,
  expand,
  gradients,
  input,
  matmul,
  mean,
  reshape,
  sign,
  sum,
  transpose,
} from '../../../native/graph/index.ts'
import { broadcastShapes, stretchedAxes } from '../../../native/graph/shapes.ts'
import { evaluate } from './check-gradient.ts'

const size = fc.integer({ min: 1, max: 4 })
const shape = fc.array(size, { maxLength: 4 })

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
  return 'no error'
}

describe('broadcasting', () => {
  test('is commutative, and a shape with itself is itself', () => {
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        const one = codeOf(() => broadcastShapes(a, b, 'test'))
        expect(codeOf(() => broadcastShapes(b, a, 'test'))).toBe(one)
        if (one === 'no error') expect(broadcastShapes(a, b, 'test')).toEqual(broadcastShapes(b, a, 'test'))
        expect(broadcastShapes(a, a, 'test')).toEqual(a)
      }),
    )
  })

  test('names every axis that it adds or stretches', () => {
    expect(stretchedAxes([3, 1], [2, 3, 4])).toEqual([0, 2])
    expect(stretchedAxes([2, 3], [2, 3])).toEqual([])
    expect(stretchedAxes([], [2, 3])).toEqual([0, 1])
  })

  test('agrees with ONNX Runtime about the shape of a sum', async () => {
    await fc.assert(
      fc.asyncProperty(shape, shape, async (a, b) => {
        if (codeOf(() => broadcastShapes(a, b, 'test')) !== 'no error') return
        const [x, y] = [input('x', a, 'float64'), input('y', b, 'float64')]
        const ones = (of: number[]) => new Float64Array(of.reduce((p, n) => p * n, 1)).fill(1)
        const total = add(x, y)
        const answer = await evaluate(new Map([[x, ones(a)], [y, ones(b)]]), { total }) // prettier-ignore
        expect(answer['total']).toEqual(new Array(total.shape.reduce<number>((p, n) => p * Number(n), 1)).fill(2))
      }),
      { numRuns: 25 },
    )
  })
})

describe('shapes that do not fit', () => {
  const matrix = input('m', [2, 3])
  test.each([
    ['a sum', () => add(matrix, input('v', [4]))],
    ['a product', () => matmul(matrix, matrix)],
    ['a product with a vector', () => matmul(matrix, input('v', [3]))],
    ['a bias', () => affine(matrix, input('w', [3, 4]), input('b', [3]))],
    ['a reshape', () => reshape(matrix, [7])],
    ['a transpose', () => transpose(matrix, [0, 0])],
    ['a stretch', () => expand(matrix, [4, 3])],
    ['an axis', () => sum(matrix, { axes: [2] })],
    ['element types', () => add(matrix, input('d', [3], 'float64'))],
    ['a constant', () => constant([1, 2, 3], { shape: [2] })],
    ['a loss that is no number', () => gradients(matrix, [matrix])],
    ['a mean over a size known only at run time', () => mean(input('x', ['batch', 3]))],
  ])('in %s are graph/shape-mismatch', (_, build) => {
    expect(codeOf(build)).toBe('graph/shape-mismatch')
  })

  test('a gradient that does not exist is graph/no-gradient', () => {
    const x = input('x', [3])
    expect(codeOf(() => gradients(sum(sign(x)), [x]))).toBe('graph/no-gradient')
    expect(codeOf(() => gradients(sum(x), [input('other', [3])]))).toBe('graph/no-gradient')
  })
})
