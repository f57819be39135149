/** A simulated writer: what twenty images in a row have in common. */

import { exponential } from './arithmetic.ts'
import type { SyntheticParameters } from './parameters.ts'
import type { Random } from './random.ts'
import { digitStyles } from './styles.ts'
import type { Style } from './styles.ts'

/** Slant and rotation in degrees, the others as factors; `rounding` is the chance that a corner turns smooth. */
export type Writer = {
  readonly slant: number
  readonly rotation: number
  readonly aspect: number
  readonly pen: number
  readonly deformation: number
  readonly rounding: number
  /** The style of each digit that this writer likes best. */
  readonly favorites: readonly Style[]
}

/** A writer at random; takes a fixed number of random numbers. */
export function inventWriter(random: Random, parameters: SyntheticParameters): Writer {
  return {
    slant: random.normal() * parameters.slantWriter,
    rotation: random.normal() * parameters.rotationWriter,
    aspect: exponential(random.normal() * parameters.aspectWriter),
    pen: exponential(random.normal() * parameters.penWriter),
    deformation: exponential(random.normal() * parameters.neatnessWriter) * parameters.deformation,
    rounding: random.uniform() * parameters.cornerRounding,
    favorites: digitStyles.map((_, digit) => pickStyle(random, digit, parameters.styleSpread)),
  }
}

/** A style of the digit, each as often as its weight says; with a `spread` below 1 out of the first ones alone. */
export function pickStyle(random: Random, digit: number, spread = 1): Style {
  const entry = digitStyles[digit]
  const last = entry?.styles.at(-1)
  if (entry === undefined || last === undefined) throw new RangeError(`There is no style for the digit ${digit}.`)
  let left = random.uniform() * entry.totalWeight * spread
  for (const style of entry.styles) {
    left -= style.weight
    if (left < 0) return style
  }
  return last
}
