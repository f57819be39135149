/** Sums, means and extremes along axes, with their derivatives. */
import { isFloating } from './dtype.ts'
import type { DType } from './dtype.ts'
import { fold, sumAxes } from './fold.ts'
import { record } from './gradient.ts'
import { tick } from './limits.ts'
import { Mistake } from './mistake.ts'
import { axisOf, countOf, rowStrides, shapeText, zeros } from './tensor.ts'
import type { Shape, Tensor } from './tensor.ts'
import { contiguous, mapOne, mapThree, mapTwo } from './walk.ts'

/** Which axes go; null: all of them. `keep`: they stay, with size 1. */
export type Along = { readonly axes: readonly number[] | null; readonly keep: boolean }

function axesOf(input: Tensor, { axes }: Along): number[] {
  if (axes === null) return input.shape.map((_, axis) => axis)
  const list = axes.map((axis) => axisOf(axis, input.rank)).filter((axis) => axis < input.rank)
  if (new Set(list).size === list.length) return list
  throw new Mistake('tensor/wrong-value', `An axis is named twice in ${shapeText(axes)}.`)
}

/** The folded tensor without its axes of size 1, unless they are kept. */
function finish(folded: Tensor, axes: readonly number[], keep: boolean): Tensor {
  const shape = keep ? folded.shape : folded.shape.filter((_, axis) => !axes.includes(axis))
  return folded.view({ shape, strides: rowStrides(shape), offset: 0 })
}

/** A gradient of the reduced shape, with the axes that were folded put back as 1. */
function unfold(gradient: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
  const rows = contiguous(gradient)
  return rows.view({ shape: kept, strides: rowStrides(kept), offset: rows.offset })
}

/** `[...]` of the gradient, spread over the input's shape and multiplied by `factor`. */
function spread(gradient: Tensor, input: Tensor, axes: readonly number[], factor: number): Tensor {
  return mapTwo(unfold(gradient, input.shape, axes), input, gradient.dtype, (g) => g * factor)
}

function howMany(input: Tensor, axes: readonly number[]): number {
  return countOf(axes.map((axis) => input.shape[axis] ?? 1))
}

/** Whole numbers and truth values are summed as int64. */
export function sum(input: Tensor, along: Along): Tensor {
  const axes = axesOf(input, along)
  const result = finish(sumAxes(input, axes, isFloating(input.dtype) ? input.dtype : 'int64'), axes, along.keep)
  return record(result, 'sum', [input], (gradient) => [spread(gradient, input, axes, 1)])
}

/** Throws `tensor/wrong-type` for whole numbers, as PyTorch does; arrays give fractions. */
export function mean(input: Tensor, along: Along): Tensor {
  const dtype = fractionType(input, 'mean')
  const axes = axesOf(input, along)
  const count = howMany(input, axes)
  const total = sumAxes(input, axes, 'float64')
  const result = finish(
    mapOne(total, dtype, (value) => value / count),
    axes,
    along.keep,
  )
  return record(result, 'mean', [input], (gradient) => [spread(gradient, input, axes, 1 / count)])
}

/** Variance; `correction` 1 divides by n - 1, as PyTorch does unless told, 0 by n. */
export function variance(input: Tensor, along: Along, correction: number, name = 'var'): Tensor {
  const dtype = fractionType(input, name)
  const axes = axesOf(input, along)
  const count = howMany(input, axes)
  const divisor = Math.max(0, count - correction)
  const average = mapOne(sumAxes(input, axes, 'float64'), 'float64', (value) => value / count)
  const distances = mapTwo(input, average, 'float64', (x, m) => x - m)
  const squares = fold(distances, axes, 'float64', 0, (total, d) => total + d * d)
  const result = finish(
    mapOne(squares, dtype, (value) => value / divisor),
    axes,
    along.keep,
  )
  return record(result, name, [input], (gradient) => [
    mapTwo(unfold(gradient, input.shape, axes), distances, gradient.dtype, (g, d) => (g * 2 * d) / divisor),
  ])
}

function fractionType(input: Tensor, name: string): DType {
  if (isFloating(input.dtype)) return input.dtype
  if (input.isArray) return 'float64'
  const what = input.dtype === 'bool' ? 'true and false' : `whole numbers (${input.dtype})`
  throw new Mistake(
    'tensor/wrong-type',
    `${name}() needs numbers with fractions, and these are ${what}, whose ${name === 'mean' ? 'mean' : 'result'} would not be whole. Call .float() first, as in x.float().${name}().`,
  )
}

/** The largest or smallest number; equal ones share the gradient. */
export function extreme(kind: 'max' | 'min', input: Tensor, along: Along): Tensor {
  const axes = axesOf(input, along)
  checkNotEmpty(input, axes, kind)
  const largest = kind === 'max'
  const folded = fold(input, axes, input.dtype, largest ? -Infinity : Infinity, (best, value) =>
    Number.isNaN(value) || (largest ? value > best : value < best) ? value : best,
  )
  const result = finish(folded, axes, along.keep)
  return record(result, kind, [input], (gradient) => {
    const isBest = mapTwo(input, folded, 'float64', (value, best) => (value === best ? 1 : 0))
    const ties = sumAxes(isBest, axes, 'float64')
    const spreadOut = unfold(gradient, input.shape, axes)
    return [mapThree(spreadOut, isBest, ties, gradient.dtype, (g, best, count) => (g * best) / count)]
  })
}

/** Where the largest or smallest number lies, the first of equal ones: along one axis, or in all numbers row by row (null). */
export function whereExtreme(kind: 'max' | 'min', input: Tensor, axis: number | null, keep: boolean): Tensor {
  const rows = contiguous(input)
  const flat = axis === null ? rows.view({ shape: [rows.count], strides: [1], offset: rows.offset }) : rows
  const at = axisOf(axis ?? 0, flat.rank)
  checkNotEmpty(flat, [at], `arg${kind}`)
  const size = flat.shape[at] ?? 1
  const inner = countOf(flat.shape.slice(at + 1))
  const outer = countOf(flat.shape.slice(0, at))
  const kept = flat.shape.map((own, index) => (index === at ? 1 : own))
  const result = zeros('int64', kept, input.isArray)
  for (let o = 0; o < outer; o += 1) {
    tick()
    for (let i = 0; i < inner; i += 1) {
      const start = flat.offset + o * size * inner + i
      let best = 0
      for (let k = 1; k < size; k += 1) {
        const value = flat.storage[start + k * inner] ?? 0
        const present = flat.storage[start + best * inner] ?? 0
        if (kind === 'max' ? value > present : value < present) best = k
      }
      result.storage[o * inner + i] = best
    }
  }
  return keep && axis !== null ? result : finish(result, [at], false)
}

/** Whether all, or any, of the numbers are not 0. */
export function quantify(kind: 'all' | 'any', input: Tensor, along: Along): Tensor {
  const axes = axesOf(input, along)
  const folded = fold(input, axes, 'bool', kind === 'all' ? 1 : 0, (so, value) =>
    kind === 'all' ? (so && value ? 1 : 0) : so || value ? 1 : 0,
  )
  return finish(folded, axes, along.keep)
}

function checkNotEmpty(input: Tensor, axes: readonly number[], name: string): void {
  if (howMany(input, axes) > 0) return
  throw new Mistake('tensor/wrong-value', `${name}() of no numbers: the shape is ${shapeText(input.shape)}.`)
}
