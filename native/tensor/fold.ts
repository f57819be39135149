/** Reductions without derivatives: numbers along some axes folded into one, in double precision. */
import type { DType } from './dtype.ts'
import { checkWhole } from './dtype.ts'
import { spendTensor } from './limits.ts'
import type { Shape, Tensor } from './tensor.ts'
import { countOf, rowStrides, zeros } from './tensor.ts'
import { walk } from './walk.ts'

/** Folds along `axes`, which stay as axes of size 1. `[..., 1, ...]` */
export function fold(
  input: Tensor,
  axes: readonly number[],
  dtype: DType,
  first: number,
  step: (folded: number, value: number) => number,
): Tensor {
  const shape = input.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
  const strides = rowStrides(shape).map((stride, axis) => (axes.includes(axis) ? 0 : stride))
  const count = countOf(shape)
  spendTensor(count * 8, shape)
  const folded = new Float64Array(count).fill(first)
  const { storage } = input
  walk(input.shape, [input.strides, strides], [input.offset, 0], ([start = 0, to = 0], length, [by = 0, toBy = 0]) => {
    if (toBy === 0) {
      let value = folded[to] ?? 0
      for (let k = 0, at = start; k < length; k += 1, at += by) value = step(value, storage[at] ?? 0)
      folded[to] = value
      return
    }
    for (let k = 0, at = start, into = to; k < length; k += 1, at += by, into += toBy) {
      folded[into] = step(folded[into] ?? 0, storage[at] ?? 0)
    }
  })
  const result = zeros(dtype, shape, input.isArray)
  for (let index = 0; index < count; index += 1) {
    const value = folded[index] ?? 0
    result.storage[index] = dtype === 'int64' ? checkWhole(value) : value
  }
  return result
}

export function sumAxes(input: Tensor, axes: readonly number[], dtype: DType): Tensor {
  return fold(input, axes, dtype, 0, (sum, value) => sum + value)
}

/** Undoes broadcasting in a gradient: sums over the axes along which `shape` was stretched. */
export function sumTo(gradient: Tensor, shape: Shape): Tensor {
  const extra = gradient.rank - shape.length
  const axes = gradient.shape.flatMap((size, axis) => {
    const own = axis < extra ? 1 : (shape[axis - extra] ?? 1)
    return axis < extra || (own === 1 && size !== 1) ? [axis] : []
  })
  if (axes.length === 0) return gradient
  const summed = sumAxes(gradient, axes, gradient.dtype)
  return summed.view({ shape, strides: rowStrides(shape), offset: 0 })
}
