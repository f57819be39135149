/** Drawing lines: a skeleton and a round pen become a bitmap of full ink and background, nothing between. */

import { createBitmap } from './bitmap.ts'
import type { Bitmap } from './bitmap.ts'
import type { Skeleton } from './skeleton.ts'

/** How drawing units become pixels: pixel = (unit - origin) x scale. */
export type Frame = {
  readonly left: number
  readonly top: number
  readonly scale: number
  readonly width: number
  readonly height: number
}

/**
 * Inks the skeleton with a round pen of `penWidth` drawing units, widened point by point by pressure. A pixel is ink
 * where its center lies under the pen.
 */
export function rasterize(skeleton: Skeleton, penWidth: number, frame: Frame): Bitmap {
  const bitmap = createBitmap(frame.width, frame.height)
  const spans = new Spans(frame.height)
  const radius = (penWidth / 2) * frame.scale
  for (const { points, widths } of skeleton.strokes) {
    for (let end = 0; end < widths.length; end++) {
      const start = widths.length === 1 ? end : end - 1
      if (start < 0) continue
      // Pixel centers lie at halves: taking the half off here makes them whole numbers.
      const ax = ((points[2 * start] ?? 0) - frame.left) * frame.scale - 0.5
      const ay = ((points[2 * start + 1] ?? 0) - frame.top) * frame.scale - 0.5
      const bx = ((points[2 * end] ?? 0) - frame.left) * frame.scale - 0.5
      const by = ((points[2 * end + 1] ?? 0) - frame.top) * frame.scale - 0.5
      spans.capsule(ax, ay, radius * (widths[start] ?? 1), bx, by, radius * (widths[end] ?? 1))
      spans.fill(bitmap)
    }
  }
  return bitmap
}

/** A convex figure, kept as the stretch from `from` to `to` that it covers in each row. */
class Spans {
  readonly #from: Float64Array
  readonly #to: Float64Array
  #first: number
  #last: number

  constructor(height: number) {
    this.#from = new Float64Array(height).fill(Infinity)
    this.#to = new Float64Array(height).fill(-Infinity)
    this.#first = height
    this.#last = -1
  }

  /** The convex hull of two discs: a piece of line drawn with a round pen whose radius changes on the way. */
  capsule(ax: number, ay: number, aRadius: number, bx: number, by: number, bRadius: number): void {
    this.#disc(ax, ay, aRadius)
    this.#disc(bx, by, bRadius)
    const dx = bx - ax
    const dy = by - ay
    const length = Math.sqrt(dx * dx + dy * dy)
    // The common tangents touch both discs in the direction (cosine, +-sine), seen from the line from a to b.
    const cosine = (aRadius - bRadius) / length
    if (!(Math.abs(cosine) < 1)) return
    const sine = Math.sqrt(1 - cosine * cosine)
    const ux = dx / length
    const uy = dy / length
    for (const side of [sine, -sine]) {
      const nx = ux * cosine - uy * side
      const ny = uy * cosine + ux * side
      this.#edge(ax + nx * aRadius, ay + ny * aRadius, bx + nx * bRadius, by + ny * bRadius)
    }
  }

  /** Colors the figure's pixels and forgets it. */
  fill({ width, data }: Bitmap): void {
    for (let y = this.#first; y <= this.#last; y++) {
      const from = Math.max(0, Math.ceil(this.#from[y] ?? Infinity))
      const to = Math.min(width - 1, Math.floor(this.#to[y] ?? -Infinity))
      if (from <= to) data.fill(255, y * width + from, y * width + to + 1)
      this.#from[y] = Infinity
      this.#to[y] = -Infinity
    }
    this.#first = this.#from.length
    this.#last = -1
  }

  #disc(x: number, y: number, radius: number): void {
    const last = Math.min(this.#from.length - 1, Math.floor(y + radius))
    for (let row = Math.max(0, Math.ceil(y - radius)); row <= last; row++) {
      const half = Math.sqrt(Math.max(0, radius * radius - (row - y) * (row - y)))
      this.#widen(row, x - half, x + half)
    }
  }

  #edge(ax: number, ay: number, bx: number, by: number): void {
    const last = Math.min(this.#from.length - 1, Math.floor(Math.max(ay, by)))
    for (let row = Math.max(0, Math.ceil(Math.min(ay, by))); row <= last; row++) {
      const x = ay === by ? ax : ax + ((bx - ax) * (row - ay)) / (by - ay)
      this.#widen(row, x, x)
    }
  }

  #widen(row: number, from: number, to: number): void {
    if (from < (this.#from[row] ?? 0)) this.#from[row] = from
    if (to > (this.#to[row] ?? 0)) this.#to[row] = to
    if (row < this.#first) this.#first = row
    if (row > this.#last) this.#last = row
  }
}
