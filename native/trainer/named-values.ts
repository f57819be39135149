/** Arrays of numbers that are looked at: their summary, their histogram, and a part of them. Pure arithmetic. */
import { AppError } from '../../data/error.ts'

/** Numbers with their shape, row-major. A single number has the shape []. */
export type Numbers = { readonly shape: readonly number[]; readonly data: Float32Array }

export type Summary = {
  readonly shape: readonly number[]
  /** Over the finite numbers; null when there are none. */
  readonly min: number | null
  readonly max: number | null
  readonly mean: number | null
  /** Share of the numbers that are exactly 0. */
  readonly zeros: number
  /** How many are infinite or no number at all. */
  readonly notFinite: number
}

/** `counts[i]` numbers lie in the i-th of equally wide bins from `from` to `to`; the last one includes `to`. */
export type Histogram = { readonly from: number; readonly to: number; readonly counts: Uint32Array }

/** Which part along each axis: one place, which the result loses the axis of; from..below; or all of it. Missing axes are whole. */
export type Place = number | readonly [from: number, below: number] | null

export function summarize({ shape, data }: Numbers): Summary {
  let [min, max, total] = [Infinity, -Infinity, 0]
  let [zeros, finite] = [0, 0]
  for (const value of data) {
    if (!Number.isFinite(value)) continue
    finite += 1
    total += value
    if (value < min) min = value
    if (value > max) max = value
    if (value === 0) zeros += 1
  }
  const found = finite > 0
  return {
    shape,
    min: found ? min : null,
    max: found ? max : null,
    mean: found ? total / finite : null,
    zeros: data.length === 0 ? 0 : zeros / data.length,
    notFinite: data.length - finite,
  }
}

/** Of the finite numbers, from the least to the largest. Where all are equal, the one bin around them holds all. */
export function histogramOf(data: Float32Array, bins: number): Histogram {
  const { min, max } = summarize({ shape: [data.length], data })
  const counts = new Uint32Array(bins)
  if (min === null || max === null) return { from: 0, to: 0, counts }
  const width = max > min ? (max - min) / bins : 1
  const from = max > min ? min : min - bins / 2
  for (const value of data) {
    if (!Number.isFinite(value)) continue
    const bin = Math.min(bins - 1, Math.floor((value - from) / width))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return { from, to: from + bins * width, counts }
}

/** A copy of a part. `name` is for messages. Throws `train/no-such-value` for a place outside the shape. */
export function partOf({ shape, data }: Numbers, places: readonly Place[], name: string): Numbers {
  if (places.length > shape.length) {
    throw outside(name, shape, `it has ${shape.length} axes, and ${places.length} were given`)
  }
  const ranges = shape.map((size, axis) => {
    const place = places[axis] ?? null
    const [from, below] = place === null ? [0, size] : typeof place === 'number' ? [place, place + 1] : place
    if (from < 0 || below > size || from >= below || !Number.isInteger(from) || !Number.isInteger(below)) {
      throw outside(name, shape, `along axis ${axis} there are the places 0 to ${size - 1}`)
    }
    return { from, count: below - from, stays: typeof place !== 'number' }
  })
  // Behind the last axis that is cut, numbers lie one after another: they are copied as they lie.
  const cut = ranges.findLastIndex(({ count }, axis) => count !== shape[axis])
  const whole = shape.slice(cut + 1).reduce((product, size) => product * size, 1)
  let starts: number[] = [0]
  for (const [axis, { from, count }] of ranges.slice(0, Math.max(cut, 0)).entries()) {
    const size = shape[axis] ?? 1
    starts = starts.flatMap((start) => Array.from({ length: count }, (_, at) => start * size + from + at))
  }
  const last = ranges[cut] ?? { from: 0, count: 1 }
  const block = last.count * whole
  const part = new Float32Array(starts.length * block)
  for (const [position, start] of starts.entries()) {
    const at = (start * (cut < 0 ? 1 : (shape[cut] ?? 1)) + last.from) * whole
    part.set(data.subarray(at, at + block), position * block)
  }
  return { shape: ranges.filter(({ stays }) => stays).map(({ count }) => count), data: part }
}

/** How many numbers `partOf` would answer with, without looking at them. */
export function countOf(shape: readonly number[], places: readonly Place[]): number {
  return shape.reduce((product, size, axis) => {
    const place = places[axis] ?? null
    return product * (place === null ? size : typeof place === 'number' ? 1 : place[1] - place[0])
  }, 1)
}

function outside(name: string, shape: readonly number[], reason: string): AppError {
  return new AppError(
    'train/no-such-value',
    `"${name}" has the shape [${shape.join(', ')}]: ${reason}. Ask for a part inside it.`,
    { details: { name } },
  )
}
