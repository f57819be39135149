/**
 * Makes the 28 x 28 pixels that Inkling works with from a picture of any size. Gray pictures of that size stay as they are,
 * byte for byte.
 */
import { PIXELS, SIDE } from '../image-set.ts'
import { fit } from '../ink/fit.ts'
import { centerByBounds } from '../ink/fit.ts'
import { areaAverage, sizeInBox } from '../ink/resample.ts'
import type { Resize } from './resize.ts'
import { inkOf, isDarkOnLight, lightOnDark, pureGray, type Picture } from '../picture.ts'

/** How pictures become images. */
export type ImageForm = {
  readonly resize: Resize
  /**
   * Turns gray pictures of 28 x 28 that are dark on light: all of them where nearly all are, else each whose border says so. Pictures of
   * other sizes are turned by their border in any case.
   */
  readonly invert: boolean
}

export type MadeImage = {
  /** `[28 x 28]`, 0 background to 255 ink. */
  readonly pixels: Uint8Array
  /** `kept`: it was gray and 28 x 28. */
  readonly how: 'kept' | Resize
  readonly inverted: boolean
  /** A picture that was kept, although its border is light: whether it is to be turned shows when all are there. */
  readonly suspicious: boolean
}

/** @throws image/blank for a picture without ink, where `resize` is `ink` */
export function toImage(picture: Picture, { resize }: Pick<ImageForm, 'resize'>, name: string): MadeImage {
  if (picture.width === SIDE && picture.height === SIDE) {
    const gray = pureGray(picture)
    if (gray !== null) return keep(gray)
  }
  if (resize === 'ink') {
    const ink = inkOf(picture, name)
    return { pixels: fit(ink), how: 'ink', inverted: ink.inverted, suspicious: false }
  }
  const light = lightOnDark(picture)
  const size = sizeInBox(light.width, light.height, SIDE)
  const { data } = centerByBounds(areaAverage(light, size.width, size.height))
  return { pixels: data, how: 'plain', inverted: light.inverted, suspicious: false }
}

/** Gray values that are an image already, `[28 x 28]`. */
export function keep(gray: Uint8Array): MadeImage {
  if (gray.length !== PIXELS) throw new RangeError(`An image has ${PIXELS} pixels, not ${gray.length}.`)
  return { pixels: gray, how: 'kept', inverted: false, suspicious: isDarkOnLight(gray, SIDE, SIDE) }
}

/** A gray picture of any size. */
export function grayPicture(gray: Uint8Array, width: number, height: number): Picture {
  const data = new Uint8Array(gray.length * 4).fill(255)
  for (let pixel = 0, at = 0; pixel < gray.length; pixel += 1, at += 4) {
    const value = gray[pixel] ?? 0
    data[at] = value
    data[at + 1] = value
    data[at + 2] = value
  }
  return { width, height, data }
}
