/** The average picture of each digit: chapter 4's "ideal" three and seven. */
import { AppError } from '../../data/error.ts'
import type { ImageSet } from '../../data/image-set.ts'
import { sumByClass } from './class-sums.ts'

export type Averages = {
  /** As asked for. */
  readonly digits: readonly number[]
  /** Images of each digit, same order. */
  readonly counts: Uint32Array
  /** `[digits.length x pixels]`: the mean of pixels / 255, 0..1. */
  readonly means: Float32Array
}

/**
 * Averages of the images of each of `digits`, pixels / 255.
 * @throws dataset/no-images-of-class
 */
export function averagesOf(set: ImageSet, digits: readonly number[]): Averages {
  const classOf = new Array<number>(256).fill(-1)
  digits.forEach((digit, index) => {
    classOf[digit] = index
  })
  const { sums, counts } = sumByClass(set, classOf, digits.length)
  const size = set.height * set.width
  const means = new Float32Array(digits.length * size)
  digits.forEach((digit, index) => {
    const count = counts[index] ?? 0
    if (count === 0) {
      throw new AppError(
        'dataset/no-images-of-class',
        `None of the ${set.count} images is labeled ${digit}, so it has no average. Choose digits that the data set holds.`,
        { details: { digit, images: set.count } },
      )
    }
    for (let at = index * size; at < (index + 1) * size; at += 1) means[at] = (sums[at] ?? 0) / count / 255
  })
  return { digits, counts, means }
}
