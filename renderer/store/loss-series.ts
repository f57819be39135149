/**
 * The losses of one run, mini-batch by mini-batch: a growing typed buffer outside React, and beside it at most
 * `MAX_BUCKETS` buckets (lowest, highest and smoothed loss) that a chart can draw. Both grow in constant time per loss.
 */

/** Mini-batches that the smoothed loss remembers at most, and how fast its memory grows. */
const LONGEST_MEMORY = 50
const MEMORY_GROWTH = 1 / 8

/**
 * How many mini-batches the smoothed loss stands for after `count` of them: few at first, when the loss falls steeply, and
 * up to 50 later. A memory of m gives the newest loss the weight 1 / m.
 */
export function memoryAfter(count: number): number {
  return Math.min(LONGEST_MEMORY, 1 + (count - 1) * MEMORY_GROWTH)
}

/** More points than this make a chart slow and no clearer. */
export const MAX_BUCKETS = 400

/** One bucket of consecutive mini-batches, as a chart reads it. */
export type LossBucket = {
  /** The last mini-batch of the bucket; 1 for the first of the run. */
  readonly step: number
  readonly low: number
  readonly high: number
  /** The smoothed loss at `step`. */
  readonly smooth: number
}

export class LossSeries {
  #losses = new Float32Array(1024)
  #length = 0
  #lows = new Float32Array(MAX_BUCKETS)
  #highs = new Float32Array(MAX_BUCKETS)
  #smooths = new Float32Array(MAX_BUCKETS)
  #lastSteps = new Uint32Array(MAX_BUCKETS)
  /** Buckets in use; all but the last hold `#width` mini-batches. */
  #buckets = 0
  #width = 1
  #average = 0
  /** Finite losses so far. */
  #counted = 0
  #divergedAt: number | null = null
  /** Mini-batches at the beginning whose losses nobody recorded. */
  #unrecorded = 0

  /** Mini-batches recorded so far. */
  get length(): number {
    return this.#length
  }

  /** The first mini-batch whose loss was no finite number, or null. */
  get divergedAt(): number | null {
    return this.#divergedAt
  }

  /** Mini-batches at the beginning whose losses nobody recorded. */
  get unrecorded(): number {
    return this.#unrecorded
  }

  /** The first loss that was recorded, or null when there is none yet. */
  get first(): number | null {
    return this.#length <= this.#unrecorded ? null : (this.#losses[this.#unrecorded] ?? null)
  }

  /** The loss of the newest mini-batch, or null when there is none yet. */
  get last(): number | null {
    return this.#length <= this.#unrecorded ? null : (this.#losses[this.#length - 1] ?? null)
  }

  /**
   * The smoothed loss after the newest finite one, or null when there is none: a running mean with a growing memory,
   * `average <- average + (loss - average) / memoryAfter(n)` at the n-th finite loss, so it begins as the first loss.
   */
  get smoothed(): number | null {
    return this.#counted === 0 ? null : this.#average
  }

  /** The loss of mini-batch `step` (1 is the first); undefined beyond the end. */
  at(step: number): number | undefined {
    return step >= 1 && step <= this.#length ? this.#losses[step - 1] : undefined
  }

  /** All losses so far as a view, without a copy: valid until the next append. */
  losses(): Float32Array {
    return this.#losses.subarray(0, this.#length)
  }

  /**
   * Appends the losses of the mini-batches `firstStep`, `firstStep + 1`, ... What is known already is skipped. Returns
   * false, and changes nothing, when mini-batches between the known ones and `firstStep` are missing.
   */
  append(firstStep: number, losses: Float32Array): boolean {
    const known = this.#length - (firstStep - 1)
    if (known < 0) return false
    for (let index = known; index < losses.length; index += 1) this.#push(losses[index] ?? NaN)
    return true
  }

  /** Begins after so many mini-batches, of which no loss was recorded: a branch of a run with other mini-batches. */
  begin(after: number): void {
    this.#reset()
    this.#unrecorded = after
    for (let step = 0; step < after; step += 1) this.#push(NaN)
  }

  /** What came after mini-batch `step` did not happen. */
  truncate(step: number): void {
    if (step >= this.#length) return
    const kept = this.#losses.slice(0, step)
    this.#reset()
    for (const loss of kept) this.#push(loss)
  }

  #reset(): void {
    this.#length = 0
    this.#buckets = 0
    this.#width = 1
    this.#average = 0
    this.#counted = 0
    this.#divergedAt = null
  }

  /** The buckets in order, at most `MAX_BUCKETS`. Buckets without a finite loss are left out. */
  buckets(): LossBucket[] {
    const result: LossBucket[] = []
    for (let bucket = 0; bucket < this.#buckets; bucket += 1) {
      const low = this.#lows[bucket] ?? Infinity
      if (low === Infinity) continue
      result.push({
        step: this.#lastSteps[bucket] ?? 0,
        low,
        high: this.#highs[bucket] ?? low,
        smooth: this.#smooths[bucket] ?? low,
      })
    }
    return result
  }

  #push(loss: number): void {
    if (this.#length === this.#losses.length) {
      const larger = new Float32Array(this.#losses.length * 2)
      larger.set(this.#losses)
      this.#losses = larger
    }
    this.#losses[this.#length] = loss
    this.#length += 1

    if (this.#length > MAX_BUCKETS * this.#width) this.#halve()
    const bucket = Math.floor((this.#length - 1) / this.#width)
    if (bucket === this.#buckets) {
      this.#buckets += 1
      this.#lows[bucket] = Infinity
      this.#highs[bucket] = -Infinity
      this.#smooths[bucket] = this.smoothed ?? NaN
    }
    this.#lastSteps[bucket] = this.#length
    if (!Number.isFinite(loss)) {
      if (this.#length > this.#unrecorded) this.#divergedAt ??= this.#length
      return
    }
    this.#counted += 1
    this.#average += (loss - this.#average) / memoryAfter(this.#counted)
    this.#lows[bucket] = Math.min(this.#lows[bucket] ?? loss, loss)
    this.#highs[bucket] = Math.max(this.#highs[bucket] ?? loss, loss)
    this.#smooths[bucket] = this.#average
  }

  /** Joins neighbors, so that each bucket holds twice as many mini-batches. */
  #halve(): void {
    const half = MAX_BUCKETS / 2
    for (let bucket = 0; bucket < half; bucket += 1) {
      const left = bucket * 2
      const right = left + 1
      this.#lows[bucket] = Math.min(this.#lows[left] ?? Infinity, this.#lows[right] ?? Infinity)
      this.#highs[bucket] = Math.max(this.#highs[left] ?? -Infinity, this.#highs[right] ?? -Infinity)
      this.#smooths[bucket] = this.#smooths[right] ?? NaN
      this.#lastSteps[bucket] = this.#lastSteps[right] ?? 0
    }
    this.#buckets = half
    this.#width *= 2
  }
}
