/** Searches for a learning rate: each by the number that its asker gave it, so that it can be followed and cancelled. */
import type { Datasets } from '../../data/datasets.ts'
import { findRate } from '../../native/trainer/learning-rate-finder.ts'
import type { ArgumentsOf } from '../contract/commands.ts'
import type { RateSearch } from '../contract/types.ts'
import type { Emit } from './events.ts'
import type { RunPoint } from './run-lens.ts'

/** A client gets the curve this often at most. */
const TELL_MILLISECONDS = 50

export class RateSearches {
  readonly #datasets: Datasets
  readonly #emit: Emit
  readonly #pointOf: (run: number, step: number | undefined) => Promise<RunPoint>
  readonly #underWay = new Map<number, { readonly cancel: AbortController; readonly done: Promise<RateSearch> }>()

  constructor(datasets: Datasets, emit: Emit, pointOf: (run: number, step: number | undefined) => Promise<RunPoint>) {
    this.#datasets = datasets
    this.#emit = emit
    this.#pointOf = pointOf
  }

  /** Throws what findRate and finding the run's step throw. A search of the same number that is under way is cancelled. */
  async start({ specification, search, run, step }: ArgumentsOf<'run.findRate'>): Promise<RateSearch> {
    this.cancel(search)
    const cancel = new AbortController()
    const done = this.#search({ specification, search, run, step }, cancel.signal)
    const entry = { cancel, done }
    this.#underWay.set(search, entry)
    try {
      return await done
    } finally {
      if (this.#underWay.get(search) === entry) this.#underWay.delete(search)
    }
  }

  cancel(search: number): void {
    this.#underWay.get(search)?.cancel.abort()
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    const all = [...this.#underWay.values()]
    for (const { cancel } of all) cancel.abort()
    await Promise.allSettled(all.map(({ done }) => done))
  }

  async #search(
    { specification, search, run, step }: ArgumentsOf<'run.findRate'>,
    signal: AbortSignal,
  ): Promise<RateSearch> {
    const train = await this.#datasets.load(specification.dataset, 'train')
    const start = run === undefined ? {} : { weights: (await this.#pointOf(run, step)).moment.numbers }
    let told = -Infinity
    return await findRate(specification, train, {
      ...start,
      signal,
      onProgress: (curve, fraction) => {
        const now = performance.now()
        if (now - told < TELL_MILLISECONDS && fraction < 1) return
        told = now
        this.#emit('run.rateProgressed', { search, curve, fraction })
      },
    })
  }
}
