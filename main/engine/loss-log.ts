/** The losses of a run in memory: one growing array, of which each reader keeps the place up to which it has read. */

export class LossLog {
  #values = new Float32Array(1024)
  #count = 0

  constructor(start: Float32Array = new Float32Array(0)) {
    this.append(start)
  }

  get count(): number {
    return this.#count
  }

  append(losses: Float32Array): void {
    const needed = this.#count + losses.length
    if (needed > this.#values.length) {
      const larger = new Float32Array(Math.max(needed, 2 * this.#values.length))
      larger.set(this.#values.subarray(0, this.#count))
      this.#values = larger
    }
    this.#values.set(losses, this.#count)
    this.#count = needed
  }

  /** Only the first `count` stay. */
  truncate(count: number): void {
    this.#count = Math.min(this.#count, count)
  }

  /** A copy of the losses from place `from` (0 for the first) on. */
  since(from: number): Float32Array {
    return this.#values.slice(from, this.#count)
  }
}
