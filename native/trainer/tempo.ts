/** Holds training back to a chosen number of mini-batches a second, and lets go of it the moment that something else is wanted. */

/** Steps of one run of the graph together take about this long at a chosen speed: it changes soon, and charts move evenly. */
const SLICE_MILLISECONDS = 20

/** A slice that comes later than this is not made up for by a faster one. */
const MOST_LATE = 50

export class Tempo {
  #perSecond: number | null = null
  /** When the last slice was due, in milliseconds, and its steps. */
  #last = { at: -Infinity, steps: 0 }
  #wake: (() => void) | null = null

  /** Mini-batches a second; null: as many as there can be. */
  get perSecond(): number | null {
    return this.#perSecond
  }

  /** Holds at once: a wait under way becomes as long as it is at this speed. */
  set perSecond(perSecond: number | null) {
    this.#perSecond = perSecond
    this.wake()
  }

  /** How many steps the next slice may have. */
  get mostSteps(): number {
    return this.#perSecond === null ? Infinity : Math.max(1, Math.floor((this.#perSecond * SLICE_MILLISECONDS) / 1000))
  }

  /** The next slice is due now. */
  restart(): void {
    this.#last = { at: -Infinity, steps: 0 }
    this.wake()
  }

  /** Whoever waits looks again whether it still should. */
  wake(): void {
    this.#wake?.()
  }

  /** Resolves when the next slice is due, or as soon as `wanted` is false after a wake. */
  async wait(wanted: () => boolean): Promise<void> {
    for (let left = this.#left(); left > 0 && wanted(); left = this.#left()) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      this.#wake = null
    }
  }

  /** A slice of so many steps was made, in so many seconds. */
  made(steps: number, seconds: number): void {
    const began = performance.now() - seconds * 1000
    const due = this.#due()
    this.#last = { at: began - due < MOST_LATE ? due : began, steps }
  }

  #due(): number {
    return this.#perSecond === null
      ? -Infinity
      : this.#last.at + (Math.min(this.#last.steps, this.mostSteps) * 1000) / this.#perSecond
  }

  #left(): number {
    return this.#due() - performance.now()
  }
}
