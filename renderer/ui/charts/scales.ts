/** Axis domains and ticks: round numbers, few of them. Pure arithmetic, no drawing. */

export type Axis = {
  readonly domain: readonly [low: number, high: number]
  readonly ticks: readonly number[]
}

/** 1, 2 or 5 times a power of ten: the smallest such step that cuts `span` into at most `parts`. */
function roundStep(span: number, parts: number): number {
  const raw = span / parts
  const power = 10 ** Math.floor(Math.log10(raw))
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= raw * (1 - 1e-9)) ?? 10
  return factor * power
}

/** Multiples of `step` within [low, high], free of rounding noise. */
function multiples(step: number, low: number, high: number): number[] {
  const digits = Math.max(0, Math.ceil(-Math.log10(step)) + 1)
  const ticks: number[] = []
  for (let index = Math.ceil(low / step - 1e-9); index * step <= high * (1 + 1e-9); index += 1) {
    ticks.push(Number((index * step).toFixed(digits)))
  }
  return ticks
}

/** A linear axis over [low, high], widened to whole steps; at most `parts` steps. */
export function linearAxis(low: number, high: number, parts = 5): Axis {
  const least = Math.max(Math.abs(low), Math.abs(high)) * 1e-6
  const span = high > low ? Math.max(high - low, least) : Math.abs(high) || 1
  const step = roundStep(span, parts)
  const from = Math.floor(low / step + 1e-9) * step
  const to = Math.max(Math.ceil(high / step - 1e-9) * step, from + step)
  const ticks = multiples(step, from, to)
  return { domain: [ticks[0] ?? from, ticks.at(-1) ?? to], ticks }
}

/** Ticks of one decade, those first that are tried first. */
const decades: readonly (readonly number[])[] = [[1, 2, 5], [1, 3], [1], [1, 1.5, 2, 3, 4, 5, 7]]

/** Fewer ticks than these say too little, and more crowd the axis. */
const FEWEST_TICKS = 4
const MOST_TICKS = 7

function decadeTicks(factors: readonly number[], low: number, high: number): number[] {
  const ticks: number[] = []
  for (let power = Math.floor(Math.log10(low)) - 1; power <= Math.ceil(Math.log10(high)); power += 1) {
    for (const factor of factors) ticks.push(Number(`${factor}e${power}`))
  }
  return ticks
}

/**
 * A logarithmic axis over [low, high], both above 0: begins at the tick below `low`, so that it rarely moves while new
 * values come, and not far below, so that it wastes no room; ends at `high`. About four to seven ticks.
 */
export function logAxis(low: number, high: number): Axis {
  const top = high > low ? high : low * 1.1
  for (const factors of decades) {
    const all = decadeTicks(factors, low, top)
    const start = all.findLast((tick) => tick <= low * (1 + 1e-9)) ?? low
    const ticks = all.filter((tick) => tick >= start && tick <= top * (1 + 1e-9))
    const widest = factors.length === 1
    if (ticks.length < FEWEST_TICKS || (ticks.length > MOST_TICKS && !widest)) continue
    return { domain: [start, Math.max(top, ticks.at(-1) ?? top)], ticks: thin(ticks, MOST_TICKS) }
  }
  const linear = linearAxis(low, top, 4)
  const ticks = linear.ticks.filter((tick) => tick > 0)
  return { domain: [ticks[0] ?? low, ticks.at(-1) ?? top], ticks }
}

/** Every n-th tick, so that at most `most` remain. */
function thin(ticks: readonly number[], most: number): number[] {
  const every = Math.ceil(ticks.length / most)
  return ticks.filter((_, index) => index % every === 0)
}

/** Ticks at whole epochs from 0 to `last`, at most `parts` steps. */
export function epochTicks(last: number, parts = 8): number[] {
  return multiples(Math.max(1, roundStep(last, parts)), 0, last)
}

const ends: readonly number[] = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100]

/**
 * Where an axis of epochs ends that has come to `reached`: the next round number, so that it does not move with each epoch,
 * and never beyond the epochs that are planned (0 when that is not known).
 */
export function epochEnd(reached: number, planned: number): number {
  const power = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(reached, 1))) - 1)
  const round = ends.map((end) => end * power).find((end) => end >= reached - 1e-9) ?? Math.ceil(reached)
  return planned > 0 ? Math.max(1, Math.min(round, planned), Math.ceil(reached - 1e-9)) : Math.max(1, round)
}

/** More points than these make a chart slow and no clearer. */
const MOST_POINTS = 300

/** Every 2nd, 4th, 8th ... of the points and the last, so that few remain and those that remain stay. */
export function thinned<Point>(points: readonly Point[]): readonly Point[] {
  let every = 1
  while (points.length > MOST_POINTS * every) every *= 2
  return every === 1 ? points : points.filter((_, index) => index % every === 0 || index === points.length - 1)
}

const plainNumber = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6 })
const compactNumber = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 })

/** A tick's number: at most six characters, with a comma in thousands; `10K` and `1M` above, `1e\u22124` below. */
export function tickText(value: number): string {
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size < 1e-3 || size >= 1e12) return value.toExponential(0).replace('e+', 'e').replace('e-', 'e\u2212')
  return size >= 10_000 ? compactNumber.format(value) : plainNumber.format(value)
}
