/** How many steps go into one run of the graph, and how fast training is. */

/** One run of the graph should take about this long: the latency of a pause and of the charts. */
const SLICE_SECONDS = 0.016

/** Speed is told over about this much training. */
const WINDOW_SECONDS = 1

export class SlicePace {
  #secondsPerStep: number | null = null
  #window: { images: number; seconds: number }[] = []

  /** 1 before anything was measured. */
  get steps(): number {
    if (this.#secondsPerStep === null) return 1
    return Math.max(1, Math.round(SLICE_SECONDS / this.#secondsPerStep))
  }

  get imagesPerSecond(): number | null {
    const seconds = this.#window.reduce((total, slice) => total + slice.seconds, 0)
    if (seconds === 0) return null
    return this.#window.reduce((total, slice) => total + slice.images, 0) / seconds
  }

  record(steps: number, images: number, seconds: number): void {
    const measured = seconds / steps
    // Follows slowly, so that one disturbed slice does not change the next ones much.
    this.#secondsPerStep = this.#secondsPerStep === null ? measured : 0.8 * this.#secondsPerStep + 0.2 * measured
    this.#window.push({ images, seconds })
    let total = this.#window.reduce((sum, slice) => sum + slice.seconds, 0)
    while (this.#window.length > 1 && total > WINDOW_SECONDS) total -= this.#window.shift()?.seconds ?? 0
  }
}
