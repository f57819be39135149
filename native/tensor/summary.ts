/** What a page shows of a tensor: its shape and kind, its range, and a corner of its numbers. */
import type { DType } from './dtype.ts'
import { Mistake } from './mistake.ts'
import type { Tensor } from './tensor.ts'
import { each } from './walk.ts'

/** Rows and columns of the numbers that are handed on. */
const GRID = 28

export type TensorSummary = {
  readonly shape: readonly number[]
  readonly rank: number
  readonly dtype: DType
  readonly isArray: boolean
  readonly count: number
  readonly requiresGrad: boolean
  /** Of all numbers that are finite; null where there are none, or too many to look at. */
  readonly range: { readonly least: number; readonly most: number; readonly mean: number } | null
  readonly grid: {
    readonly rows: number
    readonly columns: number
    /** `[rows x columns]`: the first places of the last two axes. */
    readonly values: Float64Array
    /** Places of the axes before, which are all the first: [0] for an image out of a stack. */
    readonly at: readonly number[]
    readonly complete: boolean
  }
}

export function summarize(tensor: Tensor, most = GRID): TensorSummary {
  const { shape, rank, dtype, isArray, count, requiresGrad } = tensor
  return { shape, rank, dtype, isArray, count, requiresGrad, range: rangeOf(tensor), grid: gridOf(tensor, most) }
}

function rangeOf(tensor: Tensor): TensorSummary['range'] {
  let least = Infinity
  let most = -Infinity
  let sum = 0
  let finite = 0
  try {
    each(tensor, (value) => {
      if (!Number.isFinite(value)) return
      if (value < least) least = value
      if (value > most) most = value
      sum += value
      finite += 1
    })
  } catch (error) {
    // Too many numbers to look at each: the rest is shown without.
    if (error instanceof Mistake) return null
    throw error
  }
  return finite === 0 ? null : { least, most, mean: sum / finite }
}

function gridOf(tensor: Tensor, limit: number): TensorSummary['grid'] {
  const { shape, strides, rank, count } = tensor
  const [height, width] = rank === 0 ? [1, 1] : rank === 1 ? [1, shape[0] ?? 0] : shape.slice(-2)
  const [down, right] = rank === 0 ? [0, 0] : rank === 1 ? [0, strides[0] ?? 0] : strides.slice(-2)
  const empty = count === 0
  const rows = empty ? 0 : Math.min(height ?? 0, limit)
  const columns = empty ? 0 : Math.min(width ?? 0, limit)
  const values = new Float64Array(rows * columns)
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      values[row * columns + column] = tensor.storage[tensor.offset + row * (down ?? 0) + column * (right ?? 0)] ?? 0
    }
  }
  const at = shape.slice(0, Math.max(0, rank - 2)).map(() => 0)
  return { rows, columns, values, at, complete: rows * columns === count }
}
