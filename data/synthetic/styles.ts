/**
 * The ways of writing each digit, as styles.json lists them (its "format" field explains it), in arrays that are quick to
 * blend. To add a style, add it there: its variants need equal numbers of strokes and of points.
 */

import source from './styles.json' with { type: 'json' }

/** One stroke in all variants of its style: `points[variant]` has x and y by turns. */
export type StyleStroke = {
  readonly count: number
  readonly points: readonly Float64Array[]
  /** 1 where the line has a corner, per variant and point. */
  readonly corners: readonly Uint8Array[]
}

export type Style = {
  readonly name: string
  /** Relative frequency within its digit. */
  readonly weight: number
  readonly variants: number
  readonly strokes: readonly StyleStroke[]
}

export type DigitStyles = {
  /** Factor on the median pen width. */
  readonly width: number
  /** Degrees added to the mean slant. */
  readonly slant: number
  readonly totalWeight: number
  readonly styles: readonly Style[]
}

type Point = readonly number[]
type Variant = readonly (readonly Point[])[]
type StyleSource = { readonly name: string; readonly weight: number; readonly variants: readonly Variant[] }
type DigitSource = { readonly width: number; readonly slant: number; readonly styles: readonly StyleSource[] }

const digits: Readonly<Record<string, DigitSource>> = source.digits

/** Styles of the digits 0 to 9, by digit. */
export const digitStyles: readonly DigitStyles[] = Array.from({ length: 10 }, (_, digit) => {
  const entry = digits[String(digit)]
  if (entry === undefined) throw new Error(`styles.json has no styles for the digit ${digit}.`)
  const styles = entry.styles.map((style) => compile(style, digit))
  const totalWeight = styles.reduce((sum, style) => sum + style.weight, 0)
  return { width: entry.width, slant: entry.slant, totalWeight, styles }
})

function compile({ name, weight, variants }: StyleSource, digit: number): Style {
  const shape = variants.map((strokes) => strokes.map((points) => points.length).join(' '))
  if (shape[0] === undefined || shape.some((other) => other !== shape[0])) {
    throw new Error(`styles.json: the variants of "${name}" of ${digit} differ in strokes or points.`)
  }
  const strokes = (variants[0] ?? []).map((first, stroke) => ({
    count: first.length,
    points: variants.map((variant) =>
      Float64Array.from((variant[stroke] ?? []).flatMap((point) => [point[0] ?? 0, point[1] ?? 0])),
    ),
    corners: variants.map((variant) => Uint8Array.from(variant[stroke] ?? [], (point) => (point[2] === 1 ? 1 : 0))),
  }))
  return { name, weight, variants: variants.length, strokes }
}
