/**
 * MNIST's convention for a picture of a digit: the ink is cropped, brought to a box of 20 pixels on its longest side by
 * area average, and moved by whole pixels until its center of mass is nearest to index 14 of 28 in both directions
 * (LeCun et al., yann.lecun.com/exdb/mnist; measured in all of MNIST's training images).
 */

import { PIXELS, SIDE } from '../image-set.ts'
import { cropTo, inkBounds, placeOn } from './bitmap.ts'
import type { Bitmap } from './bitmap.ts'
import { areaAverage, sizeInBox } from './resample.ts'

/** The longest side of the ink in a picture of MNIST, in pixels. */
export const BOX = 20
/** The pixel index at which MNIST puts the center of mass, in both directions. */
export const CENTER = 14

/** A gray picture of any size (0 background, 255 ink) as MNIST shows it, `[28 x 28]`; blank stays blank. */
export function fit(bitmap: Bitmap): Uint8Array {
  const bounds = inkBounds(bitmap)
  if (bounds === null) return new Uint8Array(PIXELS)
  const ink = cropTo(bitmap, bounds)
  const size = sizeInBox(ink.width, ink.height, BOX)
  return centerByMass(areaAverage(ink, size.width, size.height)).data
}

/** Places the bitmap on 28 x 28 so that its center of mass comes nearest to index 14, without pushing ink over the edge. */
export function centerByMass(bitmap: Bitmap): Bitmap {
  let mass = 0
  let sumX = 0
  let sumY = 0
  for (let y = 0; y < bitmap.height; y++) {
    for (let x = 0; x < bitmap.width; x++) {
      const ink = bitmap.data[y * bitmap.width + x] ?? 0
      mass += ink
      sumX += ink * x
      sumY += ink * y
    }
  }
  if (mass === 0) return centerByBounds(bitmap)
  const left = clamp(Math.round(CENTER - sumX / mass), bitmap.width)
  const top = clamp(Math.round(CENTER - sumY / mass), bitmap.height)
  return placeOn(bitmap, SIDE, SIDE, left, top)
}

/** Places the bitmap in the middle of 28 x 28. */
export function centerByBounds(bitmap: Bitmap): Bitmap {
  const left = Math.floor((SIDE - bitmap.width) / 2)
  const top = Math.floor((SIDE - bitmap.height) / 2)
  return placeOn(bitmap, SIDE, SIDE, left, top)
}

function clamp(offset: number, length: number): number {
  return Math.min(Math.max(offset, 0), SIDE - length)
}
