/** The same numbers in another arrangement: shapes, axes, stacks. Most are views that share the memory. */
import { resultType } from './dtype.ts'
import { record } from './gradient.ts'
import { Mistake } from './mistake.ts'
import type { Shape, Tensor } from './tensor.ts'
import { axisOf, countOf, isContiguous, rowStrides, shapeText, zeros } from './tensor.ts'
import { contiguous, copy, copyInto } from './walk.ts'
import { sumTo } from './fold.ts'

/**
 * The same numbers, row by row, in another shape; one size may be -1: what is left over. A view where the numbers lie row by row.
 * Throws `tensor/shape-mismatch` where the numbers do not fit.
 */
export function reshape(input: Tensor, sizes: Shape, method: 'view' | 'reshape' = 'reshape'): Tensor {
  const shape = fittingShape(input, sizes, method)
  if (method === 'view' && !isContiguous(input)) {
    throw new Mistake(
      'tensor/wrong-value',
      `view() needs numbers that lie row by row in memory, and these do not, as after .T. Use .reshape(${sizes.join(', ')}) instead: it copies where it must.`,
    )
  }
  const rows = contiguous(input)
  const result = rows.view({ shape, strides: rowStrides(shape), offset: rows.offset })
  return record(result, method, [input], (gradient) => [reshape(gradient, input.shape)])
}

function fittingShape(input: Tensor, sizes: Shape, method: string): Shape {
  const { count, shape: own } = input
  const has = `${shapeText(own)} has ${count.toLocaleString('en-US')} numbers`
  const open = sizes.filter((size) => size === -1).length
  if (open > 1) {
    throw new Mistake('tensor/wrong-value', `${method}() can find out one size for itself; ${open} are given as -1.`)
  }
  if (sizes.some((size) => size < -1)) {
    throw new Mistake('tensor/wrong-value', `A size is 0, 1, 2, ..., or -1 for what is left over; here are ${shapeText(sizes)}.`) // prettier-ignore
  }
  const known = countOf(sizes.filter((size) => size !== -1))
  if (open === 0) {
    if (known === count) return sizes
    throw new Mistake(
      'tensor/shape-mismatch',
      `${method}() cannot make ${shapeText(sizes)}, which needs ${known.toLocaleString('en-US')} numbers: ${has}. Write -1 for the size that it should find out.`,
    )
  }
  const rest = known === 0 ? 0 : count / known
  if (known > 0 && Number.isInteger(rest)) return sizes.map((size) => (size === -1 ? rest : size))
  throw new Mistake(
    'tensor/shape-mismatch',
    `${method}() cannot make ${shapeText(sizes)}: ${has}, which cannot be divided by ${known.toLocaleString('en-US')}.`,
  )
}

/** Axes in another order. A view. */
export function permute(input: Tensor, order: readonly number[]): Tensor {
  const axes = order.map((axis) => axisOf(axis, input.rank))
  if (axes.length !== input.rank || new Set(axes).size !== input.rank) {
    throw new Mistake(
      'tensor/wrong-value',
      `The new order must name each of the ${input.rank} axes once; ${shapeText(order)} does not. For example ${shapeText(input.shape.map((_, axis) => input.rank - 1 - axis))}.`,
    )
  }
  const result = input.view({
    shape: axes.map((axis) => input.shape[axis] ?? 1),
    strides: axes.map((axis) => input.strides[axis] ?? 0),
    offset: input.offset,
  })
  return record(result, 'permute', [input], (gradient) => [
    permute(
      gradient,
      axes.map((_, axis) => axes.indexOf(axis)),
    ),
  ])
}

export function transpose(input: Tensor, first: number, second: number): Tensor {
  const [a, b] = [axisOf(first, input.rank), axisOf(second, input.rank)]
  return permute(
    input,
    input.shape.map((_, axis) => (axis === a ? b : axis === b ? a : axis)),
  )
}

/** A new axis of size 1 before `axis`. A view. */
export function unsqueeze(input: Tensor, axis: number): Tensor {
  const at = axisOf(axis, input.rank + 1)
  return reshape(input, [...input.shape.slice(0, at), 1, ...input.shape.slice(at)])
}

/** Without axes of size 1: all of them, or this one if it is. A view. */
export function squeeze(input: Tensor, axis: number | null): Tensor {
  const at = axis === null ? null : axisOf(axis, input.rank)
  return reshape(
    input,
    input.shape.filter((size, own) => size !== 1 || (at !== null && own !== at)),
  )
}

/** Axes from `first` to `last` joined into one. */
export function flatten(input: Tensor, first: number, last: number): Tensor {
  if (input.rank === 0) return reshape(input, [1])
  const [from, to] = [axisOf(first, input.rank), axisOf(last, input.rank)]
  const { shape } = input
  return reshape(input, [...shape.slice(0, from), countOf(shape.slice(from, to + 1)), ...shape.slice(to + 1)])
}

/** Stretched to a larger shape without copying; -1 keeps a size. */
export function expand(input: Tensor, sizes: Shape): Tensor {
  const extra = sizes.length - input.rank
  const shape = sizes.map((size, axis) => (size === -1 ? (input.shape[axis - extra] ?? 1) : size))
  const strides = shape.map((size, axis) => {
    const own = input.shape[axis - extra]
    if (own !== undefined && own !== size && own !== 1) {
      throw new Mistake(
        'tensor/shape-mismatch',
        `${shapeText(input.shape)} cannot be stretched to ${shapeText(sizes)}: only sizes of 1 and new axes in front can be stretched.`,
      )
    }
    return own === undefined || own !== size ? 0 : (input.strides[axis - extra] ?? 0)
  })
  if (extra < 0) {
    throw new Mistake('tensor/shape-mismatch', `${shapeText(sizes)} has fewer axes than ${shapeText(input.shape)}; axes are never taken away.`) // prettier-ignore
  }
  const result = input.view({ shape, strides, offset: input.offset })
  return record(result, 'expand', [input], (gradient) => [sumTo(gradient, input.shape)])
}

/** Tensors of one shape behind each other along a new axis. `[n, ...shape]` for axis 0. */
export function stack(inputs: readonly Tensor[], axis: number): Tensor {
  const first = firstOf(inputs, 'stack')
  inputs.forEach((input, index) => {
    if (shapeText(input.shape) === shapeText(first.shape)) return
    throw new Mistake(
      'tensor/shape-mismatch',
      `stack() needs tensors of one shape: the first is ${shapeText(first.shape)}, and number ${index} is ${shapeText(input.shape)}.`,
    )
  })
  const at = axisOf(axis, first.rank + 1)
  const shape = [...first.shape.slice(0, at), inputs.length, ...first.shape.slice(at)]
  const result = zeros(commonType(inputs), shape, first.isArray)
  inputs.forEach((input, index) => {
    copyInto(part(result, at, index, null), input)
  })
  return record(result, 'stack', inputs, (gradient) => inputs.map((_, index) => part(gradient, at, index, null)))
}

/** Tensors behind each other along an axis that they have. */
export function cat(inputs: readonly Tensor[], axis: number): Tensor {
  const first = firstOf(inputs, 'cat')
  if (first.rank === 0) {
    throw new Mistake('tensor/wrong-value', 'cat() joins along an axis, and single numbers have none. Use stack().')
  }
  const at = axisOf(axis, first.rank)
  inputs.forEach((input, index) => {
    const fits = input.rank === first.rank && input.shape.every((size, own) => own === at || size === first.shape[own])
    if (fits) return
    throw new Mistake(
      'tensor/shape-mismatch',
      `cat() along axis ${at} needs tensors whose other sizes are the same: the first is ${shapeText(first.shape)}, and number ${index} is ${shapeText(input.shape)}.`,
    )
  })
  const sizes = inputs.map(({ shape }) => shape[at] ?? 0)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const starts = sizes.map((_, index) => sizes.slice(0, index).reduce((sum, size) => sum + size, 0))
  const shape = first.shape.map((size, own) => (own === at ? total : size))
  const result = zeros(commonType(inputs), shape, first.isArray)
  inputs.forEach((input, index) => {
    copyInto(part(result, at, starts[index] ?? 0, sizes[index] ?? 0), input)
  })
  return record(result, 'cat', inputs, (gradient) =>
    inputs.map((_, index) => part(gradient, at, starts[index] ?? 0, sizes[index] ?? 0)),
  )
}

/** A part along one axis, as a view: `length` places, or the place alone without that axis (null). */
function part(input: Tensor, axis: number, start: number, length: number | null): Tensor {
  const stride = input.strides[axis] ?? 0
  const keep = (list: readonly number[], value: number): number[] =>
    length === null ? list.filter((_, own) => own !== axis) : list.map((old, own) => (own === axis ? value : old))
  return input.view({
    shape: keep(input.shape, length ?? 1),
    strides: keep(input.strides, stride),
    offset: input.offset + start * stride,
  })
}

/** A copy that gradients go through. */
export function clone(input: Tensor): Tensor {
  return record(copy(input), 'clone', [input], (gradient) => [gradient])
}

function firstOf(inputs: readonly Tensor[], name: string): Tensor {
  const [first] = inputs
  if (first !== undefined) return first
  throw new Mistake('tensor/wrong-value', `${name}() was given an empty list, so there is no shape to begin with.`)
}

function commonType(inputs: readonly Tensor[]): Tensor['dtype'] {
  return resultType(inputs.map(({ dtype }) => ({ dtype, strength: 'axes' })))
}
