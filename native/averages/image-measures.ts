/**
 * What can be measured of every image of a set at once: its ink, and its distances to the average of each class. One pass
 * over the set, so that a grid of 60,000 can be sorted by it while a person waits.
 */
import { AppError } from '../../data/error.ts'
import { imageAt, type ImageSet } from '../../data/image-set.ts'
import type { Averages } from './average-digits.ts'

export type ImageMeasures = {
  /** Mean of the pixels, 0..255, of each image. */
  readonly ink: Float32Array
  /** `[count x classes]`: distance by RMSE to each average, 0..1, in the order of the averages' digits. */
  readonly distances: Float32Array
}

/** Classes that one pass over an image adds up side by side. */
const BLOCK = 5

/**
 * Measures every image. The squared distance to an average is m.m - 2 x.m + x.x; background pixels add nothing to x.m and
 * x.x, so only pixels with ink are visited: four at a time are passed over where all are blank, the others are listed once
 * for each image, and every block of classes walks that list.
 * @throws dataset/bad-shape
 */
export function measureImages(set: ImageSet, averages: Averages): ImageMeasures {
  const size = set.height * set.width
  const classes = averages.digits.length
  if (averages.means.length !== classes * size) {
    throw new AppError(
      'dataset/bad-shape',
      `The averages have ${averages.means.length / classes} pixels but the pictures have ${size}. Use pictures of the size that the averages were made from.`,
      { details: { expected: averages.means.length / classes, found: size } },
    )
  }
  const blocks = Math.ceil(classes / BLOCK)
  const { means, blank } = inBlocks(averages, size, blocks)
  const ink = new Float32Array(set.count)
  const distances = new Float32Array(set.count * classes)
  const picture = new Uint8Array(4 * Math.ceil(size / 4))
  const fours = new Int32Array(picture.buffer)
  const places = new Int32Array(size)
  const values = new Float64Array(size)
  const products = new Float64Array(blocks * BLOCK)
  for (let image = 0; image < set.count; image += 1) {
    let inked = 0
    let sum = 0
    let squares = 0
    picture.set(imageAt(set, image))
    for (let four = 0; four < fours.length; four += 1) {
      if (fours[four] === 0) continue
      for (let pixel = 4 * four; pixel < 4 * four + 4; pixel += 1) {
        const value = picture[pixel] ?? 0
        if (value === 0) continue
        places[inked] = pixel * BLOCK
        values[inked] = value
        inked += 1
        sum += value
        squares += value * value
      }
    }
    ink[image] = sum / size
    for (let block = 0; block < blocks; block += 1) {
      multiply(means, block * size * BLOCK, places, values, inked, products, block * BLOCK)
    }
    for (let index = 0; index < classes; index += 1) {
      const difference = (blank[index] ?? 0) - (2 * (products[index] ?? 0)) / 255 + squares / 65_025
      distances[image * classes + index] = Math.sqrt(Math.max(0, difference) / size)
    }
  }
  return { ink, distances }
}

/** The averages, `[blocks x pixels x BLOCK]` filled up with zeros, and the square of each, m.m. */
function inBlocks(averages: Averages, size: number, blocks: number): { means: Float64Array; blank: Float64Array } {
  const means = new Float64Array(blocks * size * BLOCK)
  const blank = new Float64Array(averages.digits.length)
  for (let index = 0; index < blank.length; index += 1) {
    const block = Math.floor(index / BLOCK)
    for (let pixel = 0; pixel < size; pixel += 1) {
      const mean = averages.means[index * size + pixel] ?? 0
      means[(block * size + pixel) * BLOCK + (index % BLOCK)] = mean
      blank[index] = (blank[index] ?? 0) + mean * mean
    }
  }
  return { means, blank }
}

/** x.m of one block of classes, its sums in variables of their own, which is what makes it fast. */
function multiply(
  means: Float64Array,
  from: number,
  places: Int32Array,
  values: Float64Array,
  inked: number,
  products: Float64Array,
  to: number,
): void {
  let first = 0
  let second = 0
  let third = 0
  let fourth = 0
  let fifth = 0
  for (let index = 0; index < inked; index += 1) {
    const at = from + (places[index] ?? 0)
    const value = values[index] ?? 0
    first += value * (means[at] ?? 0)
    second += value * (means[at + 1] ?? 0)
    third += value * (means[at + 2] ?? 0)
    fourth += value * (means[at + 3] ?? 0)
    fifth += value * (means[at + 4] ?? 0)
  }
  products[to] = first
  products[to + 1] = second
  products[to + 2] = third
  products[to + 3] = fourth
  products[to + 4] = fifth
}
