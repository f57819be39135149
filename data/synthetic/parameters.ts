/**
 * How much the simulated hand varies. Lengths are in glyph heights, angles in degrees, pen widths in pixels of the final
 * picture; "sd" is the standard deviation of a normal number. The values were tuned on MNIST's training digits.
 */

export type SyntheticParameters = {
  /** Scales everything that deforms the glyph's shape: 1 is best to train with, .6 looks neater in a gallery. */
  readonly deformation: number

  /** Consecutive images written by one writer, who keeps a slant, a width, a pen and favorite styles. */
  readonly imagesPerWriter: number
  /** How often a writer uses the favorite style of a digit. */
  readonly favoriteShare: number
  /** Favorite styles come from this part of a digit's styles, the first ones: 1 is all of them, 0 the first alone. */
  readonly styleSpread: number
  /** Likewise for the variants of a style that an image lies between; 0 also settles for each writer which corners turn smooth. */
  readonly variantSpread: number
  /** A glyph lies between two variants of its style, t of the way from the first, t uniform in this range. */
  readonly blend: readonly [from: number, to: number]

  /** Neatness: sd of the logarithm of a factor on all deformation, per writer and per image. */
  readonly neatnessWriter: number
  readonly neatnessImage: number

  /** Where a glyph has several strokes: sd of each one's offset, and of its size's logarithm. */
  readonly strokeOffset: number
  readonly strokeScale: number
  /** Sd of each control point's offset, and the correlation of one point's offset with the next one's. */
  readonly pointOffset: number
  readonly pointCorrelation: number
  /** How often a writer who rounds corners most turns a corner smooth. */
  readonly cornerRounding: number
  /** Sd by which a stroke's ends are drawn on or fall short. */
  readonly ends: number

  /** Sd of a horizontal bow, of top against bottom width, of the middle's height, of a vertical bow. */
  readonly bend: number
  readonly taper: number
  readonly middle: number
  readonly arch: number
  /** Sd of the elastic change at the knots of a grid of `elasticKnots` x `elasticKnots`, 4 to 16. */
  readonly elastic: number
  readonly elasticKnots: number

  /** Sd of the width's logarithm, per writer and per image. */
  readonly aspectWriter: number
  readonly aspectImage: number
  /** Sd of the rotation. */
  readonly rotationWriter: number
  readonly rotationImage: number
  /** Mean slant, right positive, to which each digit adds its own; and its sd. */
  readonly slantMean: number
  readonly slantWriter: number
  readonly slantImage: number

  /** Median pen width, on which each digit has a factor of its own; and the sd of its logarithm. */
  readonly penWidth: number
  readonly penWriter: number
  readonly penImage: number
  /** How many images are written with a heavier pen, and by which factor. */
  readonly heavyPenShare: number
  readonly heavyPen: readonly [from: number, to: number]
  /** Sd of the logarithm of the pen's width along a stroke. */
  readonly pressure: number
  /** How much thinner (times |normal|) a stroke becomes towards its ends. */
  readonly endTaper: number
  /** Sd of the logarithm of the nib's longer half axis: 0 is a round pen. */
  readonly nib: number

  /** Sd by which the ink's edge is uneven, in pixels. */
  readonly edgeRoughness: number
  /** How many images have a hole in the ink, and how many have specks beside it. */
  readonly holeShare: number
  readonly speckShare: number
  /** Ink is drawn this many times finer than the final pixels: 1 to 8. */
  readonly supersample: number
}

export const defaultParameters: SyntheticParameters = {
  deformation: 1,
  imagesPerWriter: 20,
  favoriteShare: 0.6,
  styleSpread: 1,
  variantSpread: 1,
  blend: [-0.15, 1.15],
  neatnessWriter: 0.32,
  neatnessImage: 0.24,
  strokeOffset: 0.02,
  strokeScale: 0.05,
  pointOffset: 0.055,
  pointCorrelation: 0.8,
  cornerRounding: 0.5,
  ends: 0.08,
  bend: 0.06,
  taper: 0.15,
  middle: 0.1,
  arch: 0.05,
  elastic: 0.125,
  elasticKnots: 6,
  aspectWriter: 0.13,
  aspectImage: 0.1,
  rotationWriter: 2,
  rotationImage: 4,
  slantMean: 5.5,
  slantWriter: 10,
  slantImage: 6,
  penWidth: 2.35,
  penWriter: 0.23,
  penImage: 0.1,
  heavyPenShare: 0.08,
  heavyPen: [1.15, 1.55],
  pressure: 0.12,
  endTaper: 0.25,
  nib: 0.08,
  edgeRoughness: 0.12,
  holeShare: 0.02,
  speckShare: 0.02,
  supersample: 3,
}
