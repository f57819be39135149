/**
 * Elementary functions from nothing but + - x / and square root, whose results IEEE 754 fixes to the last bit. Math.exp,
 * Math.sin and Math.log may differ between JavaScript engines; with these a seed gives the same digits everywhere.
 */

/** e^x, to about 1e-9 for |x| below 4: the power series at x / 64, squared six times. */
export function exponential(x: number): number {
  const part = x / 64
  let power = 1 + part * (1 + (part / 2) * (1 + (part / 3) * (1 + (part / 4) * (1 + part / 5))))
  for (let doubling = 0; doubling < 6; doubling++) power *= power
  return power
}

/** Sine, to about 1e-8 for |x| below 2, in radians. */
export function sine(x: number): number {
  const square = x * x
  let sum = 1
  for (let n = 14; n >= 2; n -= 2) sum = 1 - (sum * square) / (n * (n + 1))
  return x * sum
}

/** Cosine, to about 1e-8 for |x| below 2, in radians. */
export function cosine(x: number): number {
  const square = x * x
  let sum = 1
  for (let n = 13; n >= 1; n -= 2) sum = 1 - (sum * square) / (n * (n + 1))
  return sum
}

const QUANTILES = 1024

/**
 * Quantiles of the normal distribution at (i + .5) / 1024, found by walking along the bell curve's area. Drawing one at
 * random, and a stretch of the way to the next, gives normal numbers from one uniform each, within +-3.3.
 */
export const normalQuantiles: Float64Array = findQuantiles()

function findQuantiles(): Float64Array {
  const quantiles = new Float64Array(QUANTILES + 1)
  const step = 1 / 4096
  let x = 0
  let area = 0.5
  let density = 0.3989422804014327
  for (let i = QUANTILES / 2; i < QUANTILES; i++) {
    const wanted = (i + 0.5) / QUANTILES
    let before = x
    let areaBefore = area
    while (area < wanted) {
      before = x
      areaBefore = area
      x += step
      const next = 0.3989422804014327 * bell(x)
      area += ((density + next) / 2) * step
      density = next
    }
    const quantile = before + (area > areaBefore ? ((wanted - areaBefore) / (area - areaBefore)) * step : 0)
    quantiles[i] = quantile
    quantiles[QUANTILES - 1 - i] = -quantile
  }
  quantiles[QUANTILES] = quantiles[QUANTILES - 1] ?? 0
  return quantiles
}

/** e^(-x^2 / 2), with the argument split in two so that `exponential` stays in its range. */
function bell(x: number): number {
  const half = exponential((-x * x) / 4)
  return half * half
}
