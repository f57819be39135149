/**
 * States of a run that can be gone back to: snapshots of the weights, thinned out so that they stay within a memory budget, and
 * beside them the last few, step by step, so that a small way back is short.
 */

/** A snapshot is taken this often at first, and half as often each time that they are thinned out. */
const SNAPSHOT_EVERY = 50

/** All snapshots of a run together. */
const BUDGET_BYTES = 10 * 1024 * 1024

/** The last few together, and how many they are at most. */
const RECENT_BYTES = 3 * 1024 * 1024
const MOST_RECENT = 24

type Kept<State> = { readonly step: number; readonly state: State }

/** `State` is whatever the runner needs to go on from there; it must not change afterwards. */
export class History<State> {
  readonly #bytesEach: number
  readonly #dropped: (state: State) => void
  /** Ascending. */
  #snapshots: Kept<State>[] = []
  #every = SNAPSHOT_EVERY
  /** Ascending. */
  #recent: Kept<State>[] = []

  /** `bytesEach` is the size of one state; `dropped` hears of each that is kept no longer. */
  constructor(bytesEach: number, dropped: (state: State) => void = () => {}) {
    this.#bytesEach = bytesEach
    this.#dropped = dropped
  }

  /** Steps at which a snapshot lies, ascending. */
  get steps(): readonly number[] {
    return this.#snapshots.map(({ step }) => step)
  }

  /** Whether a snapshot at this step would close a gap. */
  isDue(step: number): boolean {
    const nearest = this.#snapshots.findLast((snapshot) => snapshot.step <= step)
    return nearest === undefined || step >= nearest.step + this.#every
  }

  /** One that lies there already is kept. */
  record(step: number, state: State): void {
    const before = this.#snapshots.findLastIndex((snapshot) => snapshot.step <= step)
    if (this.#snapshots[before]?.step === step) return
    this.#snapshots.splice(before + 1, 0, { step, state })
    const room = Math.max(3, Math.floor(BUDGET_BYTES / this.#bytesEach))
    // Every second one goes; the first (the initial weights) and the newest always stay.
    if (this.#snapshots.length > room) {
      this.#every *= 2
      const newest = this.#snapshots.length - 1
      this.#keep(
        this.#snapshots.filter((_, position) => position % 2 === 0 || position === newest),
        this.#recent,
      )
    }
  }

  /** Keeps a state until enough nearer ones have come. */
  note(step: number, state: State): void {
    if (this.#recent.some((snapshot) => snapshot.step === step)) return
    this.#recent = [...this.#recent, { step, state }].sort((a, b) => a.step - b.step)
    if (this.#recent.length <= Math.min(MOST_RECENT, Math.max(2, Math.floor(RECENT_BYTES / this.#bytesEach)))) return
    const [first, last] = [this.#recent[0], this.#recent.at(-1)]
    const firstGoes = step - (first?.step ?? step) >= (last?.step ?? step) - step
    this.#keep(this.#snapshots, firstGoes ? this.#recent.slice(1) : this.#recent.slice(0, -1))
  }

  /** The newest snapshot at or before `step`. Throws a plain Error when nothing was recorded, which is a bug. */
  before(step: number): Kept<State> {
    const kept = this.#snapshots.findLast((snapshot) => snapshot.step <= step)
    const near = this.#recent.findLast((snapshot) => snapshot.step <= step)
    const found = kept === undefined || (near !== undefined && near.step > kept.step) ? near : kept
    if (found === undefined) throw new Error(`no snapshot at or before step ${step}`)
    return found
  }

  /** What came after `step` did not happen. */
  forgetAfter(step: number): void {
    this.#keep(
      this.#snapshots.filter((snapshot) => snapshot.step <= step),
      this.#recent.filter((snapshot) => snapshot.step <= step),
    )
  }

  #keep(snapshots: readonly Kept<State>[], recent: readonly Kept<State>[]): void {
    const before = new Set([...this.#snapshots, ...this.#recent].map(({ state }) => state))
    this.#snapshots = [...snapshots]
    this.#recent = [...recent]
    for (const { state } of [...snapshots, ...recent]) before.delete(state)
    for (const state of before) this.#dropped(state)
  }
}
