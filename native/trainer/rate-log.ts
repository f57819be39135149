/** The learning rates that were set in a run, each with the mini-batch from which it holds. */
import type { StoredRate } from '../../data/library/types.ts'

export class RateLog {
  /** Ascending; the first holds from the run's first mini-batch. */
  #rates: StoredRate[]

  constructor(rates: readonly StoredRate[]) {
    this.#rates = [...rates]
  }

  get all(): readonly StoredRate[] {
    return [...this.#rates]
  }

  /** All, as they would be with `rate` from mini-batch `from` on; null for no other. */
  with(from: number, rate: number | null): readonly StoredRate[] {
    if (rate === null) return this.all
    const other = new RateLog(this.#rates)
    other.set(from, rate)
    return other.all
  }

  /** Of mini-batch `step`, 1 for the first, before the schedule. */
  at(step: number): number {
    const found = this.#rates.findLast(({ from }) => from <= step) ?? this.#rates[0]
    if (found === undefined) throw new Error('a run has a learning rate from its first mini-batch on')
    return found.rate
  }

  /** Sets the rate from mini-batch `from` on, in place of what was to come. False where that changes nothing. */
  set(from: number, rate: number): boolean {
    if (this.at(from) === rate && this.#rates.every((change) => change.from <= from)) return false
    this.#rates = [...this.#rates.filter((change) => change.from < from), { from, rate }]
    return true
  }

  /** What was set after mini-batch `step` was never set. False where that changes nothing. */
  forgetAfter(step: number): boolean {
    const before = this.#rates.length
    this.#rates = this.#rates.filter(({ from }, place) => place === 0 || from <= step)
    return this.#rates.length !== before
  }
}
