/** Changes of the whole glyph's shape: bows, elastic change, width, rotation, slant. Lines keep their width. */

import { cosine, exponential, sine } from './arithmetic.ts'
import type { SyntheticParameters } from './parameters.ts'
import type { Path } from './path.ts'
import type { Random } from './random.ts'
import type { Writer } from './writer.ts'

const DEGREE = 0.017453292519943295

const LARGEST_GRID = 16
const knotsX = new Float64Array(LARGEST_GRID * LARGEST_GRID)
const knotsY = new Float64Array(LARGEST_GRID * LARGEST_GRID)
const weightsX = new Float64Array(4)
const weightsY = new Float64Array(4)

/** Moves every point of the path, in place; glyph heights in, the glyph centered at 0 out. */
export function warp(
  path: Path,
  random: Random,
  parameters: SyntheticParameters,
  writer: Writer,
  digitSlant: number,
  deformation: number,
): void {
  const grid = parameters.elasticKnots
  for (let i = 0; i < grid * grid; i++) {
    knotsX[i] = random.normal() * parameters.elastic * deformation
    knotsY[i] = random.normal() * parameters.elastic * deformation
  }
  const bend = random.normal() * parameters.bend * deformation
  const taper = random.normal() * parameters.taper * deformation
  const middle = random.normal() * parameters.middle * deformation
  const arch = random.normal() * parameters.arch * deformation
  const aspect = writer.aspect * exponential(random.normal() * parameters.aspectImage)
  const rotation = (writer.rotation + random.normal() * parameters.rotationImage) * DEGREE
  const slant = parameters.slantMean + digitSlant + writer.slant + random.normal() * parameters.slantImage
  const shear = sine(slant * DEGREE) / cosine(slant * DEGREE)
  const turnX = cosine(rotation)
  const turnY = sine(rotation)
  for (let stroke = 0; stroke < path.strokes; stroke++) {
    const end = path.end[stroke] ?? 0
    for (let i = path.begin[stroke] ?? 0; i < end; i++) {
      const x = path.x[i] ?? 0
      const y = path.y[i] ?? 0
      const row = cubicWeights((y + 0.15) / 1.3, grid, weightsY)
      const corner = row * grid + cubicWeights((x + 0.15) / 1.3, grid, weightsX)
      const inside = y < 0 ? 0 : y > 1 ? 1 : y
      const bowX = bend * (4 * (y - 0.5) * (y - 0.5) - 0.5)
      const bowY = arch * (4 * (x - 0.5) * (x - 0.5) - 0.5)
      const moved = (x - 0.5) * exponential(2 * taper * (y - 0.5)) + bowX + blend(knotsX, corner, grid)
      const wide = moved * aspect
      const high = y - 0.5 + 2 * middle * inside * (1 - inside) + bowY + blend(knotsY, corner, grid)
      const turned = wide * turnY + high * turnX
      path.x[i] = wide * turnX - high * turnY - shear * turned
      path.y[i] = turned
    }
  }
}

/** Weights of the four knots around `at` (0..1 over the grid) in a cubic B-spline; returns the first knot's index. */
function cubicWeights(at: number, grid: number, weights: Float64Array): number {
  const position = Math.min(Math.max(at * (grid - 3) + 1, 1), grid - 2.0001)
  const knot = Math.floor(position)
  const t = position - knot
  const rest = 1 - t
  const cube = t * t * t
  weights[0] = (rest * rest * rest) / 6
  weights[1] = (3 * cube - 6 * t * t + 4) / 6
  weights[2] = (-3 * cube + 3 * t * t + 3 * t + 1) / 6
  weights[3] = cube / 6
  return knot - 1
}

/** The field's value with the weights just computed; `corner` is the first of its 4 x 4 knots. */
function blend(knots: Float64Array, corner: number, grid: number): number {
  let sum = 0
  for (let j = 0; j < 4; j++) {
    const at = corner + j * grid
    sum +=
      (weightsY[j] ?? 0) *
      ((weightsX[0] ?? 0) * (knots[at] ?? 0) +
        (weightsX[1] ?? 0) * (knots[at + 1] ?? 0) +
        (weightsX[2] ?? 0) * (knots[at + 2] ?? 0) +
        (weightsX[3] ?? 0) * (knots[at + 3] ?? 0))
  }
  return sum
}
