/** The line that the simulated pen's tip goes along: buffers that every image uses again, so that none makes garbage. */

const CAPACITY = 4096
const STROKES = 16

/** Points with the pen's radius at each; stroke `s` has the points `begin[s]` to `end[s] - 1`. */
export class Path {
  readonly x = new Float64Array(CAPACITY)
  readonly y = new Float64Array(CAPACITY)
  readonly radius = new Float64Array(CAPACITY)
  readonly begin = new Int32Array(STROKES)
  readonly end = new Int32Array(STROKES)
  strokes = 0
  /** Where the next point goes. */
  next = 0

  clear(): void {
    this.strokes = 0
    this.next = 0
  }

  add(x: number, y: number): void {
    this.x[this.next] = x
    this.y[this.next] = y
    this.next++
  }

  /** From point `a` to point `b`. */
  distance(a: number, b: number): number {
    const dx = (this.x[b] ?? 0) - (this.x[a] ?? 0)
    const dy = (this.y[b] ?? 0) - (this.y[a] ?? 0)
    return Math.sqrt(dx * dx + dy * dy)
  }
}
