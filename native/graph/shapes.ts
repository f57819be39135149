/** Shape rules that several operators share: broadcasting (as in NumPy and ONNX) and reduction. */
import { AppError } from '../../data/error.ts'
import { fixed, sameShape, showShape, type Dimension, type ElementType, type Shape, type Value } from './value.ts'

/**
 * The shape of an elementwise result: shapes are aligned at their last axis, and an axis of size 1 (or a missing one) is
 * stretched to the other's size. Throws `graph/shape-mismatch` where sizes differ and neither is 1.
 * https://onnx.ai/onnx/repo-docs/Broadcasting.html
 */
export function broadcastShapes(a: Shape, b: Shape, what: string): Shape {
  const rank = Math.max(a.length, b.length)
  const result: Dimension[] = []
  for (let fromEnd = rank; fromEnd >= 1; fromEnd -= 1) {
    const sizeA = a[a.length - fromEnd] ?? 1
    const sizeB = b[b.length - fromEnd] ?? 1
    if (sizeA !== sizeB && sizeA !== 1 && sizeB !== 1) {
      throw new AppError(
        'graph/shape-mismatch',
        `${what}: shapes ${showShape(a)} and ${showShape(b)} do not fit together: counted from the last axis, sizes must be equal or 1, and ${sizeA} is not ${sizeB}.`,
      )
    }
    result.push(sizeA === 1 ? sizeB : sizeA)
  }
  return result
}

/** The axes that broadcasting from `from` to `to` adds or stretches, numbered in `to`. */
export function stretchedAxes(from: Shape, to: Shape): number[] {
  const added = to.length - from.length
  return to.flatMap((size, axis) => (axis < added || from[axis - added] !== size ? [axis] : []))
}

/** Axes as 0..rank-1, ascending; negative ones count from the end. Throws `graph/shape-mismatch` outside the rank. */
export function normalizeAxes(axes: readonly number[], rank: number, what: string): number[] {
  const normalized = axes.map((axis) => (axis < 0 ? axis + rank : axis))
  for (const axis of normalized) {
    if (axis < 0 || axis >= rank || !Number.isInteger(axis)) {
      throw new AppError('graph/shape-mismatch', `${what}: axis ${axis} does not exist; the rank is ${rank}.`)
    }
  }
  return [...new Set(normalized)].sort((x, y) => x - y)
}

/** The shape left after summing over the (normalized) axes. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDimensions: boolean): Shape {
  if (keepDimensions) return shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
  return shape.filter((_, axis) => !axes.includes(axis))
}

/** How many elements are summed into one. */
export function reducedCount(shape: Shape, axes: readonly number[]): number {
  return axes.reduce((product, axis) => product * fixed(shape[axis]), 1)
}

/** Throws unless all inputs have one element type, and returns it. */
export function commonType(inputs: readonly Value[], what: string): ElementType {
  const [first, ...rest] = inputs
  if (first === undefined) throw new AppError('graph/shape-mismatch', `${what} needs at least one input.`)
  for (const other of rest) {
    if (other.type !== first.type) {
      throw new AppError('graph/shape-mismatch', `${what}: element types ${first.type} and ${other.type} differ.`)
    }
  }
  return first.type
}

export function requireShape(value: Value, expected: Shape, what: string): void {
  if (!sameShape(value.shape, expected)) {
    throw new AppError(
      'graph/shape-mismatch',
      `${what}: expected shape ${showShape(expected)}, found ${showShape(value.shape)}.`,
    )
  }
}
