/** The line that the pen's tip went along: points of a drawing made safe, in any units, without width. */

import type { Drawing } from '../drawing.ts'

/** One stroke: x and y by turns in `points`, and for each point the factor by which pressure widens the pen. */
export type SkeletonStroke = { readonly points: Float64Array; readonly widths: Float64Array }

export type Skeleton = {
  readonly strokes: readonly SkeletonStroke[]
  /** Bounds of all points, in the drawing's units. */
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Coordinates beyond this are no drawing; they would only cost precision. */
const LARGEST = 1e9
/** Points nearer to their predecessor than this part of the drawing's longest side change nothing that can be seen. */
const NEGLIGIBLE = 1 / 400

/**
 * The skeleton of a drawing, or null where it has no usable point. Points that are not finite are left out, and so are
 * points too near to the one before; a stroke keeps its first and its last point.
 * @param pressureStrength how much full pressure widens, and no pressure narrows, the pen: .25 gives .75 to 1.25
 */
export function skeletonOf(drawing: Pick<Drawing, 'strokes'>, pressureStrength: number): Skeleton | null {
  let left = Infinity
  let top = Infinity
  let right = -Infinity
  let bottom = -Infinity
  for (const stroke of drawing.strokes) {
    for (const [x, y] of stroke) {
      if (!isUsable(x, y)) continue
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      if (y > bottom) bottom = y
    }
  }
  if (left > right) return null
  const negligible = Math.max(right - left, bottom - top) * NEGLIGIBLE
  const strokes: SkeletonStroke[] = []
  for (const stroke of drawing.strokes) {
    const points: number[] = []
    const widths: number[] = []
    let pending = false
    let keptX = 0
    let keptY = 0
    let pendingPoint: readonly [number, number, number] = [0, 0, 1]
    for (const [x, y, pressure] of stroke) {
      if (!isUsable(x, y)) continue
      const width = widthFactor(pressure, pressureStrength)
      pending = widths.length > 0 && Math.abs(x - keptX) < negligible && Math.abs(y - keptY) < negligible
      if (pending) {
        pendingPoint = [x, y, width]
        continue
      }
      points.push(x, y)
      widths.push(width)
      keptX = x
      keptY = y
    }
    if (pending) {
      points.push(pendingPoint[0], pendingPoint[1])
      widths.push(pendingPoint[2])
    }
    if (widths.length > 0) strokes.push({ points: Float64Array.from(points), widths: Float64Array.from(widths) })
  }
  return { strokes, left, top, right, bottom }
}

function isUsable(x: number, y: number): boolean {
  return Math.abs(x) <= LARGEST && Math.abs(y) <= LARGEST
}

/** What the pen's width is multiplied by. A mouse reports .5 or 0 for "no pressure known": both leave the pen as it is. */
export function widthFactor(pressure: number | undefined, strength: number): number {
  if (pressure === undefined || !(pressure > 0)) return 1
  return 1 + strength * (2 * Math.min(pressure, 1) - 1)
}
