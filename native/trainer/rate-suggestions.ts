/**
 * Learning rates read off a finder's curve: by the rules of fastai's `lr_find`
 * (https://docs.fast.ai/callback.schedule.html#learner.lr_find), and our own suggestion. Pure arithmetic.
 */
import type { ScheduleName } from '../learn/specification.ts'

/** The smoothed loss at each rate, rates ascending. */
type Curve = { readonly rates: Float32Array; readonly smoothed: Float32Array }

/** Null where the curve gives none, as where the loss never fell. */
export type RateSuggestions = {
  /** In the middle of the longest way down. */
  readonly valley: number | null
  /** Where the loss falls most steeply, over the logarithm of the rate. */
  readonly steep: number | null
  /** A tenth of the rate with the lowest loss. */
  readonly minimum: number | null
}

/**
 * What the steepest rate is divided by for a rate that stays: the loss falls fastest shortly before it breaks away, and half a decade
 * lower a whole run holds, its noise and the book's unshuffled order included. One-cycle is there only for a moment, and gentle before.
 * Measured on the presets: docs/decisions/007-learning-rate-finder.md.
 */
const safety = (schedule: ScheduleName): number => (schedule === 'one-cycle' ? 1 : 3)

/** Share of the planned search whose losses tell how much mini-batches differ. */
const QUIET = 0.2
/** The smoothed loss must fall by this much of a mini-batch's noise: its own is a tenth of that. */
const CLEAR = 1
/** And by this share of itself: where first weights are all alike every loss is the same, and there is no noise to compare with. */
const LEAST = 0.02
/** The fall has begun where this share of it is done. */
const BEGUN = 0.25

/** Of the planned search, the share at its beginning that is not looked at, and the points at its end. */
const SKIPPED = 0.1
const CUT = 5

/** `planned` is how many rates the search would have tried to its end. */
export function suggestionsOf({ rates, smoothed }: Curve, planned: number): RateSuggestions {
  const from = Math.floor(planned * SKIPPED)
  const curve = { rates: rates.subarray(from, -CUT), smoothed: smoothed.subarray(from, -CUT) }
  return { valley: valleyOf(curve), steep: steepOf(curve), minimum: minimumOf(curve) }
}

/**
 * A rate to train with: where the loss falls most steeply, on the way from where it has clearly begun to fall to its lowest, or for a rate
 * that stays a third of that. Null where the fall cannot be told from the noise of mini-batches.
 */
export function suggestionOf(
  { rates, losses, smoothed }: Curve & { losses: Float32Array },
  planned: number,
  schedule: ScheduleName,
): number | null {
  // At the beginning rates are so small that nothing moves: what differs there is the mini-batches.
  const quiet = losses.subarray(0, Math.floor(planned * QUIET))
  const level = meanOf(quiet)
  const noise = Math.sqrt(meanOf(quiet.map((loss) => (loss - level) ** 2)))
  const skipped = Math.floor(planned * SKIPPED)
  const end = skipped + lowestOf(smoothed.subarray(skipped))
  const fall = level - (smoothed[end] ?? Infinity)
  if (!(fall > Math.max(CLEAR * noise, LEAST * level))) return null
  const clear = smoothed.findIndex((loss, at) => at >= skipped && loss < level - BEGUN * fall)
  const steep = steepOf({ rates: rates.subarray(clear, end + 1), smoothed: smoothed.subarray(clear, end + 1) })
  return steep === null ? null : steep / safety(schedule)
}

const meanOf = (numbers: Float32Array): number => numbers.reduce((total, each) => total + each, 0) / numbers.length

/**
 * The longest strictly falling subsequence of the losses is the way into the valley; half of it is where the loss falls well and is
 * not yet near the bottom, where it soon rises.
 */
function valleyOf({ rates, smoothed }: Curve): number | null {
  const lengths = new Int32Array(smoothed.length).fill(1)
  let end = 0
  for (let at = 1; at < smoothed.length; at += 1) {
    for (let before = 0; before < at; before += 1) {
      const falls = (smoothed[at] ?? 0) < (smoothed[before] ?? 0)
      if (falls) lengths[at] = Math.max(lengths[at] ?? 1, (lengths[before] ?? 1) + 1)
    }
    if ((lengths[at] ?? 1) > (lengths[end] ?? 1)) end = at
  }
  const length = lengths[end] ?? 1
  if (length < 2) return null
  const third = length / 3
  return rates[Math.max(0, end - length) + Math.floor(third) + Math.floor(third / 2)] ?? null
}

function steepOf({ rates, smoothed }: Curve): number | null {
  let steepest = 0
  let found: number | null = null
  for (let at = 0; at + 1 < rates.length; at += 1) {
    const fall = (smoothed[at + 1] ?? 0) - (smoothed[at] ?? 0)
    const slope = fall / Math.log((rates[at + 1] ?? 1) / (rates[at] ?? 1))
    if (slope < steepest) [steepest, found] = [slope, rates[at] ?? null]
  }
  return found
}

function minimumOf({ rates, smoothed }: Curve): number | null {
  const lowest = lowestOf(smoothed)
  const rate = rates[lowest]
  return rate === undefined || lowest === 0 ? null : rate / 10
}

function lowestOf(smoothed: Float32Array): number {
  let lowest = 0
  for (let at = 1; at < smoothed.length; at += 1) if ((smoothed[at] ?? 0) < (smoothed[lowest] ?? 0)) lowest = at
  return lowest
}
