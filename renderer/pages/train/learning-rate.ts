/** The learning rate on a logarithmic slider, and its round values for the keys. */

/** Ends of the slider, as powers of ten. */
export const LOWEST_POWER = -4
export const HIGHEST_POWER = 3

/** Slider position (a power of ten) to a rate of two significant digits. */
export function rateAt(position: number): number {
  return Number((10 ** position).toPrecision(2))
}

/** A rate's position on the slider, held within its ends. */
export function positionOf(rate: number): number {
  return Math.min(HIGHEST_POWER, Math.max(LOWEST_POWER, Math.log10(rate)))
}

/** 0.0001, 0.0002, 0.0005, 0.001, ... 1000 */
const roundRates: readonly number[] = Array.from({ length: HIGHEST_POWER - LOWEST_POWER + 1 }, (_, index) => index)
  .flatMap((index) => [1, 2, 5].map((factor) => Number(`${factor}e${LOWEST_POWER + index}`)))
  .filter((rate) => rate <= 10 ** HIGHEST_POWER)

/** The next round rate above (`direction` 1) or below (-1): 1, 2, 5 times a power of ten. */
export function nextRate(rate: number, direction: 1 | -1): number {
  const found =
    direction === 1
      ? roundRates.find((candidate) => candidate > rate * (1 + 1e-9))
      : roundRates.findLast((candidate) => candidate < rate * (1 - 1e-9))
  return found ?? rate
}

/** `0.5`, `0.0001`, `1,000`. */
export function rateText(rate: number): string {
  return rate.toLocaleString('en-US', { maximumSignificantDigits: 4 })
}
