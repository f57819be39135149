/** States of a run that can be gone back to: snapshots of the weights, thinned out so that they stay within a memory budget. */

/** A snapshot is taken this often, and thinned out later. */
export const SNAPSHOT_EVERY = 50

/** All snapshots of a run together. */
const BUDGET_BYTES = 24 * 1024 * 1024

/** `State` is whatever the runner needs to go on from there; it must not change afterwards. */
export class History<State> {
  readonly #bytesEach: number
  #snapshots: { readonly step: number; readonly state: State }[] = []

  /** `bytesEach` is the size of one state. */
  constructor(bytesEach: number) {
    this.#bytesEach = bytesEach
  }

  /** Steps at which a snapshot lies, ascending. */
  get steps(): readonly number[] {
    return this.#snapshots.map(({ step }) => step)
  }

  /** Snapshots are recorded in ascending order; one that lies there already is kept. */
  record(step: number, state: State): void {
    const last = this.#snapshots.at(-1)
    if (last !== undefined && last.step >= step) return
    this.#snapshots.push({ step, state })
    const room = Math.max(3, Math.floor(BUDGET_BYTES / this.#bytesEach))
    // Every second one goes; the first (the initial weights) and the newest always stay.
    if (this.#snapshots.length > room) {
      const newest = this.#snapshots.length - 1
      this.#snapshots = this.#snapshots.filter((_, position) => position % 2 === 0 || position === newest)
    }
  }

  /** The newest snapshot at or before `step`. Throws a plain Error when nothing was recorded, which is a bug. */
  before(step: number): { readonly step: number; readonly state: State } {
    const found = this.#snapshots.findLast((snapshot) => snapshot.step <= step)
    if (found === undefined) throw new Error(`no snapshot at or before step ${step}`)
    return found
  }

  /** What came after `step` did not happen. */
  forgetAfter(step: number): void {
    this.#snapshots = this.#snapshots.filter((snapshot) => snapshot.step <= step)
  }
}
