/**
 * A tensor: numbers in one row of memory, with a shape and strides that say how to walk through it. Views (slices, transposes)
 * share the memory. It also holds what reverse-mode differentiation needs: how it was made, and its gradient.
 */
import { bytesOf, checkWhole, makeStorage } from './dtype.ts'
import type { DType, Storage } from './dtype.ts'
import { spendTensor } from './limits.ts'
import { Mistake } from './mistake.ts'

export type Shape = readonly number[]

/** How a tensor was made: its inputs, and the gradients with regard to them, given the gradient with regard to it. */
export type Origin = {
  readonly operation: string
  readonly inputs: readonly Tensor[]
  readonly backward: (gradient: Tensor) => readonly (Tensor | null)[]
}

type Layout = { readonly shape: Shape; readonly strides: Shape; readonly offset: number }

export class Tensor {
  readonly kind = 'tensor'
  readonly dtype: DType
  readonly storage: Storage
  readonly shape: Shape
  /** Numbers to step over in `storage` for one step along each axis. */
  readonly strides: Shape
  readonly offset: number
  /** Whether it calls itself `array`, as NumPy's do. */
  readonly isArray: boolean
  requiresGrad = false
  grad: Tensor | null = null
  /** Null for what was typed in or detached. */
  origin: Origin | null = null
  /** `backward` went through here and freed what it needs. */
  spent = false

  constructor(dtype: DType, storage: Storage, layout: Layout, isArray = false) {
    this.dtype = dtype
    this.storage = storage
    this.shape = layout.shape
    this.strides = layout.strides
    this.offset = layout.offset
    this.isArray = isArray
  }

  get rank(): number {
    return this.shape.length
  }

  get count(): number {
    return countOf(this.shape)
  }

  /** Another look at the same memory. */
  view(layout: Layout): Tensor {
    return new Tensor(this.dtype, this.storage, layout, this.isArray)
  }

  /** The same numbers, in the same memory, without a past. */
  detached(): Tensor {
    return this.view(this)
  }
}

export function countOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** Strides of a tensor whose numbers lie row by row. */
export function rowStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1)
  for (let axis = shape.length - 2; axis >= 0; axis -= 1)
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1)
  return strides
}

/** A new tensor of zeros. Throws `tensor/too-large`, `tensor/wrong-value` for a negative size. */
export function zeros(dtype: DType, shape: Shape, isArray = false): Tensor {
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new Mistake(
        'tensor/wrong-value',
        `A tensor cannot have ${size} places along an axis: sizes are 0, 1, 2, ...`,
      )
    }
  }
  const count = countOf(shape)
  spendTensor(count * bytesOf(dtype), shape)
  return new Tensor(dtype, makeStorage(dtype, count), { shape, strides: rowStrides(shape), offset: 0 }, isArray)
}

/** A tensor over numbers that are there already, row by row; nothing is copied. */
export function over(dtype: DType, storage: Storage, shape: Shape, offset = 0): Tensor {
  return new Tensor(dtype, storage, { shape, strides: rowStrides(shape), offset })
}

export function filled(dtype: DType, shape: Shape, value: number, isArray = false): Tensor {
  const result = zeros(dtype, shape, isArray)
  result.storage.fill(dtype === 'int64' ? checkWhole(value) : value)
  return result
}

/** A tensor of rank 0. */
export function scalar(dtype: DType, value: number): Tensor {
  return filled(dtype, [], value)
}

/** Whether the numbers lie row by row, without gaps. */
export function isContiguous({ shape, strides }: Tensor): boolean {
  const expected = rowStrides(shape)
  return shape.every((size, axis) => size === 1 || strides[axis] === expected[axis])
}

/** The place of an axis that may be counted from the end. Throws `tensor/out-of-range`. */
export function axisOf(axis: number, rank: number): number {
  const range = Math.max(rank, 1)
  if (axis >= -range && axis < range) return axis < 0 ? axis + range : axis
  const known = rank === 0 ? 'it has none: it is a single number' : `its axes are 0 to ${rank - 1}, or ${-rank} to -1`
  throw new Mistake('tensor/out-of-range', `There is no axis ${axis} in a tensor of rank ${rank}; ${known}.`)
}

export function shapeText(shape: Shape): string {
  return `[${shape.join(', ')}]`
}
