/**
 * What can be measured of every image of a set at once: its ink, and its distances to the average of each class. One pass
 * over the set, so that a grid of 60,000 can be sorted by it while a person waits.
 */
import { AppError } from '../../data/error.ts'
import type { ImageSet } from '../../data/image-set.ts'
import type { Averages } from './average-digits.ts'

export type ImageMeasures = {
  /** Mean of the pixels, 0..255, of each image. */
  readonly ink: Float32Array
  /** `[count x classes]`: distance by RMSE to each average, 0..1, in the order of the averages' digits. */
  readonly distances: Float32Array
}

/** Classes that one pass over an image adds up side by side, in variables of their own, which is what makes it fast. */
const BLOCK = 10

/**
 * Measures every image. The squared distance to an average is m.m - 2 x.m + x.x; background pixels add nothing to x.m and
 * x.x, so four of them at a time are passed over.
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
  const ink = new Float32Array(set.count)
  const distances = new Float32Array(set.count * classes)
  for (let first = 0; first < classes; first += BLOCK) measureBlock(set, averages, first, { ink, distances })
  return { ink, distances }
}

/** Measures every image against the averages `first` to `first + BLOCK - 1`. */
function measureBlock(set: ImageSet, averages: Averages, first: number, { ink, distances }: ImageMeasures): void {
  const { images } = set
  const size = set.height * set.width
  const classes = averages.digits.length
  const count = Math.min(BLOCK, classes - first)
  const { means, squares } = sideBySide(averages, size, first, count)
  const products = new Float64Array(BLOCK)
  const fours = inFours(set)
  for (let image = 0; image < set.count; image += 1) {
    const from = image * size
    let sum = 0
    let square = 0
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    let e = 0
    let f = 0
    let g = 0
    let h = 0
    let i = 0
    let j = 0
    for (let four = 0; four < size; four += 4) {
      if (fours !== null && fours[(from + four) >> 2] === 0) continue
      for (let pixel = four; pixel < four + 4 && pixel < size; pixel += 1) {
        const value = images[from + pixel] ?? 0
        const at = pixel * BLOCK
        sum += value
        square += value * value
        a += value * (means[at] ?? 0)
        b += value * (means[at + 1] ?? 0)
        c += value * (means[at + 2] ?? 0)
        d += value * (means[at + 3] ?? 0)
        e += value * (means[at + 4] ?? 0)
        f += value * (means[at + 5] ?? 0)
        g += value * (means[at + 6] ?? 0)
        h += value * (means[at + 7] ?? 0)
        i += value * (means[at + 8] ?? 0)
        j += value * (means[at + 9] ?? 0)
      }
    }
    products[0] = a
    products[1] = b
    products[2] = c
    products[3] = d
    products[4] = e
    products[5] = f
    products[6] = g
    products[7] = h
    products[8] = i
    products[9] = j
    ink[image] = sum / size
    for (let index = 0; index < count; index += 1) {
      const difference = (squares[index] ?? 0) - (2 * (products[index] ?? 0)) / 255 + square / 65_025
      distances[image * classes + first + index] = Math.sqrt(Math.max(0, difference) / size)
    }
  }
}

/** These averages, `[pixels x BLOCK]` filled up with zeros, and the square of each, m.m. */
function sideBySide(
  averages: Averages,
  size: number,
  first: number,
  count: number,
): { means: Float64Array; squares: Float64Array } {
  const means = new Float64Array(size * BLOCK)
  const squares = new Float64Array(count)
  for (let index = 0; index < count; index += 1) {
    for (let pixel = 0; pixel < size; pixel += 1) {
      const mean = averages.means[(first + index) * size + pixel] ?? 0
      means[pixel * BLOCK + index] = mean
      squares[index] = (squares[index] ?? 0) + mean * mean
    }
  }
  return { means, squares }
}

/** The pixels four by four, to see at once whether all are background; null where images do not begin at a multiple of four bytes. */
function inFours(set: ImageSet): Int32Array | null {
  const { images } = set
  const aligned = images.byteOffset % 4 === 0 && (set.height * set.width) % 4 === 0
  return aligned ? new Int32Array(images.buffer, images.byteOffset, images.length >> 2) : null
}
