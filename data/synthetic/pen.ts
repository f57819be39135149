/** The pen: how wide it is for an image, and how that changes along each stroke. */

import { exponential } from './arithmetic.ts'
import type { SyntheticParameters } from './parameters.ts'
import type { Path } from './path.ts'
import type { Random } from './random.ts'

/** Knots of the pressure along a stroke; further on it stays as it is. */
const KNOTS = 24
/** Knots per unit of length: one every .29 glyph heights. */
const KNOTS_PER_LENGTH = 3.5
/** Length over which a stroke thins out towards an end. */
const END = 0.15
/** The least part of its radius that a pen keeps. */
const THINNEST = 0.35
/** Widths outside this range, in final pixels, make no picture of a digit. */
const WIDTHS = [1, 6.5] as const

const factors = new Float64Array(KNOTS)

/** The pen's width for an image, in final pixels. */
export function penWidthFor(random: Random, parameters: SyntheticParameters, digit: number, writer: number): number {
  const own = exponential(random.normal() * parameters.penImage)
  const [from, to] = parameters.heavyPen
  const isHeavy = random.uniform() < parameters.heavyPenShare
  const heavy = from + (to - from) * random.uniform()
  const width = parameters.penWidth * digit * writer * own * (isHeavy ? heavy : 1)
  return Math.min(Math.max(width, WIDTHS[0]), WIDTHS[1])
}

/** Sets the pen's radius at each point of the path, around `radius`; lengths along the path are in glyph heights. */
export function press(path: Path, random: Random, parameters: SyntheticParameters, radius: number): void {
  for (let stroke = 0; stroke < path.strokes; stroke++) {
    const begin = path.begin[stroke] ?? 0
    const end = path.end[stroke] ?? 0
    let length = 0
    for (let i = begin + 1; i < end; i++) length += path.distance(i - 1, i)
    const knots = Math.min(KNOTS, Math.ceil(length * KNOTS_PER_LENGTH) + 3)
    for (let i = 0; i < knots; i++) factors[i] = exponential(random.normal() * parameters.pressure)
    const phase = random.uniform()
    const startTaper = Math.abs(random.normal()) * parameters.endTaper
    const endTaper = Math.abs(random.normal()) * parameters.endTaper
    const base = radius * exponential(random.normal() * parameters.pressure * 0.5)
    let gone = 0
    for (let i = begin; i < end; i++) {
      if (i > begin) gone += path.distance(i - 1, i)
      const position = phase + gone * KNOTS_PER_LENGTH
      const knot = Math.min(Math.floor(position), knots - 2)
      const t = Math.min(position - knot, 1)
      const smooth = t * t * (3 - 2 * t)
      const low = factors[knot] ?? 1
      let factor = low + ((factors[knot + 1] ?? 1) - low) * smooth
      if (gone < END) factor *= 1 - startTaper * (1 - gone / END)
      if (length - gone < END) factor *= 1 - endTaper * (1 - (length - gone) / END)
      path.radius[i] = base * Math.max(factor, THINNEST)
    }
  }
}
