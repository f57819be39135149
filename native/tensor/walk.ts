/** Walking through tensors number by number, whatever their strides; all loops over numbers are built on this. */
import { isFloating } from './dtype.ts'
import type { DType } from './dtype.ts'
import { checkWhole } from './dtype.ts'
import { look } from './limits.ts'
import type { Shape, Tensor } from './tensor.ts'
import { isContiguous, zeros } from './tensor.ts'
import { broadcastShape, spreadStrides } from './broadcast.ts'

/** Numbers between two looks at the clock. Longer rows are cut. */
const BETWEEN_LOOKS = 1 << 20

type Row = (starts: readonly number[], length: number, steps: readonly number[]) => void

/**
 * Calls `row` for each row along the last axis of `shape`, with where it starts in each operand and the step from number to
 * number. Axes that lie behind each other in every operand are joined first, so that rows are long.
 */
export function walk(shape: Shape, strides: readonly Shape[], offsets: readonly number[], row: Row): void {
  if (shape.includes(0)) return
  const joined = join(shape, strides)
  const length = joined.shape.at(-1) ?? 1
  const steps = joined.strides.map((own) => own.at(-1) ?? 0)
  const outer = joined.shape.slice(0, -1)
  const counter = new Array<number>(outer.length).fill(0)
  const starts = [...offsets]
  let sinceLook = 0
  for (;;) {
    for (let done = 0; done < length; done += BETWEEN_LOOKS) {
      const from = done === 0 ? starts : starts.map((start, operand) => start + done * (steps[operand] ?? 0))
      const count = Math.min(BETWEEN_LOOKS, length - done)
      row(from, count, steps)
      sinceLook += count + 8
      if (sinceLook > BETWEEN_LOOKS) {
        look()
        sinceLook = 0
      }
    }
    let axis = outer.length - 1
    for (; axis >= 0; axis -= 1) {
      const size = outer[axis] ?? 1
      const next = (counter[axis] ?? 0) + 1
      const back = next === size
      counter[axis] = back ? 0 : next
      for (const [operand, own] of joined.strides.entries()) {
        const stride = own[axis] ?? 0
        starts[operand] = (starts[operand] ?? 0) + (back ? -stride * (size - 1) : stride)
      }
      if (!back) break
    }
    if (axis < 0) return
  }
}

function join(shape: Shape, strides: readonly Shape[]): { shape: number[]; strides: number[][] } {
  const sizes: number[] = []
  const own: number[][] = strides.map(() => [])
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue
    const last = sizes.length - 1
    const fits = last >= 0 && strides.every((list, operand) => (own[operand]?.[last] ?? 0) === (list[axis] ?? 0) * size)
    if (fits) {
      sizes[last] = (sizes[last] ?? 1) * size
      for (const [operand, list] of strides.entries()) (own[operand] ?? [])[last] = list[axis] ?? 0
    } else {
      sizes.push(size)
      for (const [operand, list] of strides.entries()) own[operand]?.push(list[axis] ?? 0)
    }
  }
  return { shape: sizes, strides: own }
}

/** `f` of each number, in a new tensor. */
export function mapOne(input: Tensor, dtype: DType, f: (value: number) => number): Tensor {
  const result = zeros(dtype, input.shape, input.isArray)
  const { storage: from } = input
  const { storage: to } = result
  const whole = dtype === 'int64'
  let position = 0
  walk(input.shape, [input.strides], [input.offset], ([start = 0], length, [step = 0]) => {
    for (let k = 0, at = start; k < length; k += 1, at += step) {
      const value = f(from[at] ?? 0)
      to[position] = whole ? checkWhole(value) : value
      position += 1
    }
  })
  return result
}

/** `f` of each pair of numbers, broadcast, in a new tensor. Throws `tensor/shape-mismatch`. */
export function mapTwo(a: Tensor, b: Tensor, dtype: DType, f: (a: number, b: number) => number): Tensor {
  const shape = broadcastShape(a.shape, b.shape)
  const result = zeros(dtype, shape, a.isArray && b.isArray)
  const { storage: left } = a
  const { storage: right } = b
  const { storage: to } = result
  const whole = dtype === 'int64'
  let position = 0
  walk(
    shape,
    [spreadStrides(a, shape), spreadStrides(b, shape)],
    [a.offset, b.offset],
    ([startA = 0, startB = 0], length, [stepA = 0, stepB = 0]) => {
      for (let k = 0, atA = startA, atB = startB; k < length; k += 1, atA += stepA, atB += stepB) {
        const value = f(left[atA] ?? 0, right[atB] ?? 0)
        to[position] = whole ? checkWhole(value) : value
        position += 1
      }
    },
  )
  return result
}

/** `f` of each three numbers, broadcast, in a new tensor that is an array where the first is. Throws `tensor/shape-mismatch`. */
export function mapThree(
  a: Tensor,
  b: Tensor,
  c: Tensor,
  dtype: DType,
  f: (a: number, b: number, c: number) => number,
): Tensor {
  const shape = broadcastShape(broadcastShape(a.shape, b.shape), c.shape)
  const result = zeros(dtype, shape, a.isArray)
  let position = 0
  walk(
    shape,
    [spreadStrides(a, shape), spreadStrides(b, shape), spreadStrides(c, shape)],
    [a.offset, b.offset, c.offset],
    ([startA = 0, startB = 0, startC = 0], length, [stepA = 0, stepB = 0, stepC = 0]) => {
      for (let k = 0; k < length; k += 1) {
        const first = a.storage[startA + k * stepA] ?? 0
        const second = b.storage[startB + k * stepB] ?? 0
        result.storage[position] = f(first, second, c.storage[startC + k * stepC] ?? 0)
        position += 1
      }
    },
  )
  return result
}

/** Calls `visit` with each number, row by row. */
export function each(input: Tensor, visit: (value: number) => void): void {
  const { storage } = input
  walk(input.shape, [input.strides], [input.offset], ([start = 0], length, [step = 0]) => {
    for (let k = 0, at = start; k < length; k += 1, at += step) visit(storage[at] ?? 0)
  })
}

/** The numbers of `source`, broadcast, written over those of `target`. */
export function copyInto(target: Tensor, source: Tensor): void {
  const { storage: to } = target
  const { storage: from } = source
  const cut = !isFloating(target.dtype) && isFloating(source.dtype)
  walk(
    target.shape,
    [target.strides, spreadStrides(source, target.shape)],
    [target.offset, source.offset],
    ([startTo = 0, startFrom = 0], length, [stepTo = 0, stepFrom = 0]) => {
      for (let k = 0, at = startTo, of = startFrom; k < length; k += 1, at += stepTo, of += stepFrom) {
        const value = from[of] ?? 0
        to[at] = cut ? Math.trunc(value) : value
      }
    },
  )
}

/** The same numbers, row by row, in memory of their own. */
export function copy(input: Tensor): Tensor {
  const result = zeros(input.dtype, input.shape, input.isArray)
  copyInto(result, input)
  return result
}

/** The tensor itself where its numbers lie row by row, else a copy. */
export function contiguous(input: Tensor): Tensor {
  return isContiguous(input) ? input : copy(input)
}
