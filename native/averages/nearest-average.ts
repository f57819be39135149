/**
 * The baseline of chapter 4: a picture is the digit whose average it is nearest to, by mean absolute difference (L1) or
 * by the root of the mean squared difference (RMSE).
 */
import { AppError } from '../../data/error.ts'
import type { ImageSet } from '../../data/image-set.ts'
import type { Averages } from './average-digits.ts'
import type { Distance } from './distances.ts'

/** Accuracy on a set, in the order of the classifier's digits. */
export type Evaluation = {
  readonly digits: readonly number[]
  /** Accuracy on the images of each digit. */
  readonly perDigit: readonly number[]
  /** Mean of `perDigit`. */
  readonly mean: number
  /** Correct images over all images of these digits. */
  readonly overall: number
  /** Images of these digits. */
  readonly count: number
  /** `[true][predicted]`, indices into `digits`. */
  readonly confusion: readonly (readonly number[])[]
}

/** The part of a distance that one pixel adds: |d| for L1, d^2 for RMSE. */
const terms = {
  l1: (difference: number): number => Math.abs(difference),
  rmse: (difference: number): number => difference * difference,
} as const satisfies Record<Distance, (difference: number) => number>

const LEVELS = 256

/**
 * Distances to the averages, fast enough for every pen move and for whole test sets.
 *
 * Most pixels are background, and a background pixel adds the same term to every picture's distance. So each class
 * begins with the distance of a blank picture, and only pixels with ink change it: by term(x - m) - term(0 - m).
 */
export class NearestAverage {
  readonly digits: readonly number[]
  readonly distance: Distance
  readonly #size: number
  /** `[pixels x classes]`, so that the classes of one pixel lie side by side. */
  readonly #means: Float64Array
  /** `[pixels x classes]`: term(0 - m). */
  readonly #blankTerms: Float64Array
  /** `[classes]`: sum of the blank terms over all pixels. */
  readonly #blank: Float64Array
  readonly #levels: Float64Array

  constructor(averages: Averages, distance: Distance) {
    const classes = averages.digits.length
    const size = averages.means.length / classes
    this.digits = averages.digits
    this.distance = distance
    this.#size = size
    this.#means = new Float64Array(size * classes)
    this.#blankTerms = new Float64Array(size * classes)
    this.#blank = new Float64Array(classes)
    this.#levels = Float64Array.from({ length: LEVELS }, (_, level) => level / 255)
    for (let index = 0; index < classes; index += 1) {
      for (let pixel = 0; pixel < size; pixel += 1) {
        const mean = averages.means[index * size + pixel] ?? 0
        const term = terms[distance](mean)
        this.#means[pixel * classes + index] = mean
        this.#blankTerms[pixel * classes + index] = term
        this.#blank[index] = (this.#blank[index] ?? 0) + term
      }
    }
  }

  /**
   * Distance of one picture (`[pixels]`, 0..255) to each average, in the order of `digits`: 0..1, the shortest wins.
   * @throws dataset/bad-shape
   */
  distances(pixels: Uint8Array): Float64Array {
    if (pixels.length !== this.#size) throw this.#badShape(pixels.length)
    const result = new Float64Array(this.digits.length)
    this.#sums(pixels, 0, result)
    for (let index = 0; index < result.length; index += 1) {
      // Subtracting may leave -1e-17 where a picture is its own average.
      const mean = Math.max(0, result[index] ?? 0) / this.#size
      result[index] = this.distance === 'rmse' ? Math.sqrt(mean) : mean
    }
    return result
  }

  /** The digit whose average is nearest; the first of them where two are equally near. Errors as `distances`. */
  predict(pixels: Uint8Array): number {
    return this.digits[nearest(this.distances(pixels))] ?? -1
  }

  /**
   * Accuracy on the images that are labeled with one of `digits`; others are left out.
   * @throws dataset/bad-shape, dataset/no-images-of-class
   */
  evaluate(set: ImageSet): Evaluation {
    if (set.height * set.width !== this.#size) throw this.#badShape(set.height * set.width)
    const classes = this.digits.length
    const classOf = new Map(this.digits.map((digit, index) => [digit, index]))
    const confusion = this.digits.map(() => new Array<number>(classes).fill(0))
    const sums = new Float64Array(classes)
    for (let image = 0; image < set.count; image += 1) {
      const row = confusion[classOf.get(set.labels[image] ?? -1) ?? -1]
      if (row === undefined) continue
      this.#sums(set.images, image * this.#size, sums)
      const answer = nearest(sums)
      row[answer] = (row[answer] ?? 0) + 1
    }
    return summarize(this.digits, confusion)
  }

  /** Sums of terms of the picture that begins at `offset` into `result`; monotone in the distance. */
  #sums(images: Uint8Array, offset: number, result: Float64Array): void {
    const classes = result.length
    const squared = this.distance === 'rmse'
    const means = this.#means
    const blankTerms = this.#blankTerms
    result.set(this.#blank)
    for (let pixel = 0; pixel < this.#size; pixel += 1) {
      const level = images[offset + pixel] ?? 0
      if (level === 0) continue
      const value = this.#levels[level] ?? 0
      const base = pixel * classes
      for (let index = 0; index < classes; index += 1) {
        const difference = value - (means[base + index] ?? 0)
        const term = squared ? difference * difference : Math.abs(difference)
        result[index] = (result[index] ?? 0) + term - (blankTerms[base + index] ?? 0)
      }
    }
  }

  #badShape(found: number): AppError {
    return new AppError(
      'dataset/bad-shape',
      `The averages have ${this.#size} pixels but the picture has ${found}. Use pictures of the size that the averages were made from.`,
      { details: { expected: this.#size, found } },
    )
  }
}

/** Index of the smallest value, the first of equals. */
function nearest(values: Float64Array): number {
  let best = 0
  for (let index = 1; index < values.length; index += 1) {
    if ((values[index] ?? Infinity) < (values[best] ?? Infinity)) best = index
  }
  return best
}

function summarize(digits: readonly number[], confusion: readonly (readonly number[])[]): Evaluation {
  let correct = 0
  let count = 0
  const perDigit = digits.map((digit, index) => {
    const row = confusion[index] ?? []
    const images = row.reduce((sum, value) => sum + value, 0)
    if (images === 0) {
      throw new AppError(
        'dataset/no-images-of-class',
        `No image of this split is labeled ${digit}, so its accuracy cannot be measured. Choose digits that the data set holds.`,
        { details: { digit } },
      )
    }
    const right = row[index] ?? 0
    correct += right
    count += images
    return right / images
  })
  const mean = perDigit.reduce((sum, value) => sum + value, 0) / perDigit.length
  return { digits, perDigit, mean, overall: correct / count, count, confusion }
}
