/**
 * How much one evaluation may take, so that no text can hang the program or fill its memory. The evaluator is synchronous, so
 * one set of limits is in force at a time, and every tensor that is made is counted against it.
 */
import { Mistake } from './mistake.ts'

export type Limits = {
  /** Bytes of one tensor. */
  readonly tensorBytes: number
  /** Bytes of all tensors and lists that one evaluation makes. */
  readonly totalBytes: number
  /** Milliseconds of one evaluation. */
  readonly milliseconds: number
  /**
   * Bytes that tensors take at this moment, where that can be told: what was made and is gone then no longer counts.
   */
  readonly liveBytes?: () => number
}

const MEGABYTE = 1024 * 1024

export const defaultLimits: Limits = {
  tensorBytes: 128 * MEGABYTE,
  totalBytes: 768 * MEGABYTE,
  milliseconds: 10_000,
}

/** Items of one list, and characters of one string. */
export const LONGEST_LIST = 200_000
export const LONGEST_STRING = 100_000
/** Calls of functions within functions. */
export const DEEPEST_CALL = 100
/** What an item of a list takes, about. */
const ITEM_BYTES = 64
/** Looking at the clock takes longer than most single operations. */
const TICKS_BETWEEN_LOOKS = 256

type Use = {
  readonly limits: Limits
  readonly deadline: number
  /** Bytes that were there before. */
  readonly before: number
  bytes: number
  ticks: number
}

let use: Use | null = null

/** Runs `body` within these limits. */
export function withinLimits<Result>(limits: Limits, body: () => Result): Result {
  const outer = use
  use = {
    limits,
    deadline: performance.now() + limits.milliseconds,
    before: limits.liveBytes?.() ?? 0,
    bytes: 0,
    ticks: 0,
  }
  try {
    return body()
  } finally {
    use = outer
  }
}

/** Counts one small operation. Throws `tensor/too-slow`. */
export function tick(): void {
  if (use === null) return
  use.ticks += 1
  if (use.ticks % TICKS_BETWEEN_LOOKS === 0) look()
}

/** Looks at the clock, as loops over many numbers do now and then. Throws `tensor/too-slow`. */
export function look(): void {
  if (use === null || performance.now() < use.deadline) return
  throw new Mistake(
    'tensor/too-slow',
    `This takes longer than ${use.limits.milliseconds / 1000} seconds, so it was stopped. Use fewer images, such as train_x[:1000], or fewer repetitions.`,
  )
}

/** Counts the memory of a new tensor. Throws `tensor/too-large`. */
export function spendTensor(bytes: number, shape: readonly number[]): void {
  checkTensor(bytes, shape)
  spend(bytes)
}

/** Refuses what no tensor may have; for memory that is given back at once. Throws `tensor/too-large`. */
export function checkTensor(bytes: number, shape: readonly number[]): void {
  tick()
  if (use === null || bytes <= use.limits.tensorBytes) return
  throw new Mistake(
    'tensor/too-large',
    `A tensor of shape [${shape.join(', ')}] would need ${megabytes(bytes)}, where at most ${megabytes(use.limits.tensorBytes)} fit on the bench. Take fewer images, such as images[:1000].`,
  )
}

/** Counts the memory of a list. Throws `tensor/too-large`. */
export function spendList(items: number): void {
  if (items > LONGEST_LIST) {
    throw new Mistake(
      'tensor/too-large',
      `A list of ${items.toLocaleString('en-US')} items is too long for the bench, which holds ${LONGEST_LIST.toLocaleString('en-US')}. Make a tensor instead: it holds millions of numbers.`,
    )
  }
  spend(items * ITEM_BYTES)
}

function spend(bytes: number): void {
  if (use === null) return
  use.bytes += bytes
  if (use.bytes <= use.limits.totalBytes) return
  const live = use.limits.liveBytes?.()
  if (live !== undefined && live - use.before < use.limits.totalBytes / 2) {
    use.bytes = live - use.before
    return
  }
  throw new Mistake(
    'tensor/too-large',
    `All results together would need more than ${megabytes(use.limits.totalBytes)}, so it was stopped. Do less at once, or use fewer images.`,
  )
}

function megabytes(bytes: number): string {
  if (bytes < 10 * MEGABYTE) return `${(bytes / MEGABYTE).toFixed(1)} MB`
  return `${Math.round(bytes / MEGABYTE).toLocaleString('en-US')} MB`
}
