/** From a style to a line: two of its variants blended, points moved, corners rounded, joined by splines, ends drawn on. */

import { exponential } from './arithmetic.ts'
import type { SyntheticParameters } from './parameters.ts'
import type { Path } from './path.ts'
import type { Random } from './random.ts'
import { addSpline } from './spline.ts'
import type { Style, StyleStroke } from './styles.ts'

/** Points that the spline has in each span between two control points: seen to be enough for the final pixels. */
const SAMPLES = 5

const points = new Float64Array(2 * 64)
const corners = new Uint8Array(64)

/**
 * Adds the style's strokes to the path, in glyph heights.
 * @param deformation factor on the points' offsets
 * @param rounding chance that a corner turns smooth
 */
export function addStrokes(
  path: Path,
  style: Style,
  random: Random,
  parameters: SyntheticParameters,
  deformation: number,
  rounding: number,
): void {
  const first = Math.floor(random.uniform() * style.variants * parameters.variantSpread)
  const second = Math.floor(random.uniform() * style.variants * parameters.variantSpread)
  const [from, to] = parameters.blend
  const blend = from + (to - from) * random.uniform()
  for (const stroke of style.strokes) {
    blendPoints(stroke, first, second, blend)
    movePoints(stroke, random, parameters, deformation, style.strokes.length > 1)
    for (let i = 0; i < stroke.count; i++) {
      const isCorner = stroke.corners[first]?.[i] === 1
      corners[i] = isCorner && 0.5 + (random.uniform() - 0.5) * parameters.variantSpread >= rounding ? 1 : 0
    }
    addStroke(path, stroke.count, random, parameters.ends)
  }
}

function blendPoints(stroke: StyleStroke, first: number, second: number, blend: number): void {
  const a = stroke.points[first]
  const b = stroke.points[second]
  if (a === undefined || b === undefined) throw new RangeError('A style has fewer variants than it says.')
  for (let i = 0; i < 2 * stroke.count; i++) points[i] = (a[i] ?? 0) + ((b[i] ?? 0) - (a[i] ?? 0)) * blend
}

/** Offsets go along the stroke as first-order noise, so that neighbors move alike and the line stays smooth. */
function movePoints(
  stroke: StyleStroke,
  random: Random,
  parameters: SyntheticParameters,
  deformation: number,
  oneOfSeveral: boolean,
): void {
  const offsetX = random.normal() * parameters.strokeOffset
  const offsetY = random.normal() * parameters.strokeOffset
  const factor = exponential(random.normal() * parameters.strokeScale)
  const scale = oneOfSeveral ? factor : 1
  let centerX = 0
  let centerY = 0
  for (let i = 0; i < stroke.count; i++) {
    centerX += (points[2 * i] ?? 0) / stroke.count
    centerY += (points[2 * i + 1] ?? 0) / stroke.count
  }
  const kept = parameters.pointCorrelation
  const fresh = Math.sqrt(1 - kept * kept)
  const size = deformation * parameters.pointOffset
  let moveX = random.normal()
  let moveY = random.normal()
  for (let i = 0; i < stroke.count; i++) {
    if (i > 0) {
      moveX = kept * moveX + fresh * random.normal()
      moveY = kept * moveY + fresh * random.normal()
    }
    points[2 * i] = centerX + ((points[2 * i] ?? 0) - centerX) * scale + offsetX + moveX * size
    points[2 * i + 1] = centerY + ((points[2 * i + 1] ?? 0) - centerY) * scale + offsetY + moveY * size
  }
}

/** Splines from corner to corner; then each end is drawn on along its direction, or cut by a third at most. */
function addStroke(path: Path, count: number, random: Random, ends: number): void {
  const room = path.next
  path.next = room + 1
  if (count === 1) path.add(points[0] ?? 0, points[1] ?? 0)
  let from = 0
  for (let i = 1; i < count; i++) {
    if (corners[i] !== 1 && i !== count - 1) continue
    addSpline(path, points, from, i, SAMPLES, from > 0)
    from = i
  }
  let begin = room + 1
  let last = path.next - 1
  const length = path.next - begin
  const atStart = random.normal() * ends
  const atEnd = random.normal() * ends
  if (length > 4) {
    if (atStart < 0) {
      const limit = begin + Math.floor(length / 3)
      for (let cut = 0; begin < limit && cut < -atStart; begin++) cut += path.distance(begin, begin + 1)
    }
    if (atEnd < 0) {
      const limit = room + 1 + Math.floor((2 * length) / 3)
      for (let cut = 0; last > limit && cut < -atEnd; last--) cut += path.distance(last, last - 1)
    }
    if (atStart > 0) begin = extend(path, begin, begin + 2, atStart, begin - 1)
    if (atEnd > 0) last = extend(path, last, last - 2, atEnd, last + 1)
  }
  path.begin[path.strokes] = begin
  path.end[path.strokes] = last + 1
  path.strokes++
  path.next = last + 1
}

/** Puts a point into `slot`, `length` beyond point `tip` as seen from point `inner`; returns the slot. */
function extend(path: Path, tip: number, inner: number, length: number, slot: number): number {
  const scale = length / (path.distance(inner, tip) + 1e-9)
  const x = path.x[tip] ?? 0
  const y = path.y[tip] ?? 0
  path.x[slot] = x + (x - (path.x[inner] ?? 0)) * scale
  path.y[slot] = y + (y - (path.y[inner] ?? 0)) * scale
  return slot
}
