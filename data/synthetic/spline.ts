/**
 * A smooth line through control points: the centripetal Catmull-Rom spline, which has no loops of its own
 * (Yuksel, Schaefer, Keyser: Parameterization and Applications of Catmull-Rom Curves, 2011).
 */

import type { Path } from './path.ts'

/**
 * Adds the spline through the control points `first` to `last` (x and y by turns in `points`) to the path, `samples`
 * points a span. Where `joined`, the first point is left out: the path has it already.
 */
export function addSpline(
  path: Path,
  points: Float64Array,
  first: number,
  last: number,
  samples: number,
  joined: boolean,
): void {
  for (let i = first; i < last; i++) {
    const x1 = points[2 * i] ?? 0
    const y1 = points[2 * i + 1] ?? 0
    const x2 = points[2 * i + 2] ?? 0
    const y2 = points[2 * i + 3] ?? 0
    let x0 = 2 * x1 - x2
    let y0 = 2 * y1 - y2
    let x3 = 2 * x2 - x1
    let y3 = 2 * y2 - y1
    if (i > first) {
      x0 = points[2 * i - 2] ?? 0
      y0 = points[2 * i - 1] ?? 0
    } else if (last > first + 1) {
      const turn = turnOf(x2 - x1, y2 - y1, (points[2 * i + 4] ?? 0) - x2, (points[2 * i + 5] ?? 0) - y2)
      x0 = x1 - (x2 - x1) * turn.cosine - (y2 - y1) * turn.sine
      y0 = y1 - (y2 - y1) * turn.cosine + (x2 - x1) * turn.sine
    }
    if (i < last - 1) {
      x3 = points[2 * i + 4] ?? 0
      y3 = points[2 * i + 5] ?? 0
    } else if (last > first + 1) {
      const turn = turnOf(x1 - (points[2 * i - 2] ?? 0), y1 - (points[2 * i - 1] ?? 0), x2 - x1, y2 - y1)
      x3 = x2 + (x2 - x1) * turn.cosine - (y2 - y1) * turn.sine
      y3 = y2 + (y2 - y1) * turn.cosine + (x2 - x1) * turn.sine
    }
    const t01 = knot(x1 - x0, y1 - y0)
    const t12 = knot(x2 - x1, y2 - y1)
    const t23 = knot(x3 - x2, y3 - y2)
    const m1x = x2 - x1 + t12 * ((x1 - x0) / t01 - (x2 - x0) / (t01 + t12))
    const m1y = y2 - y1 + t12 * ((y1 - y0) / t01 - (y2 - y0) / (t01 + t12))
    const m2x = x2 - x1 + t12 * ((x3 - x2) / t23 - (x3 - x1) / (t12 + t23))
    const m2y = y2 - y1 + t12 * ((y3 - y2) / t23 - (y3 - y1) / (t12 + t23))
    for (let k = joined && i === first ? 1 : 0; k < samples; k++) {
      const t = k / samples
      const square = t * t
      const cube = square * t
      const a = 2 * cube - 3 * square + 1
      const b = cube - 2 * square + t
      const c = 3 * square - 2 * cube
      const d = cube - square
      path.add(a * x1 + b * m1x + c * x2 + d * m2x, a * y1 + b * m1y + c * y2 + d * m2y)
    }
  }
  path.add(points[2 * last] ?? 0, points[2 * last + 1] ?? 0)
}

/** The rotation from one direction to the next: beyond its ends the line is thought to go on turning as it did. */
function turnOf(ax: number, ay: number, bx: number, by: number): { cosine: number; sine: number } {
  const along = ax * bx + ay * by
  const across = ax * by - ay * bx
  const length = Math.sqrt(along * along + across * across) + 1e-12
  return { cosine: along / length, sine: across / length }
}

/** Centripetal: the spline's time grows with the square root of the distance. */
function knot(dx: number, dy: number): number {
  return Math.sqrt(Math.sqrt(dx * dx + dy * dy)) + 1e-4
}
