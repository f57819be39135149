/** Inkling Synthetic as a data set: any number of images from a seed, the same for whoever asks and however it is cut. */

import { PIXELS, SIDE } from '../image-set.ts'
import type { ImageSet } from '../image-set.ts'
import { Hand } from './hand.ts'
import { defaultParameters } from './parameters.ts'
import type { SyntheticParameters } from './parameters.ts'
import { Random } from './random.ts'

export type GenerateOptions = {
  readonly count: number
  /** A whole number from 0 to 2^53 - 1. Inkling's own are 1 (train) and 2 (test). */
  readonly seed: number
  /** Number of the first image; images `start` to `start + count - 1` are those of a larger set. 0 unless told. */
  readonly start?: number
  /** The digits 0..9 to be written, `count` of them; unless told, each ten in a row hold all ten, shuffled. */
  readonly labels?: ArrayLike<number>
  /** What is to differ from `defaultParameters`. */
  readonly parameters?: Partial<SyntheticParameters>
  /** Writes only these digits and leaves the other images blank; all ten unless told. */
  readonly only?: readonly number[]
  /** Called now and then with the number of images done. */
  readonly onProgress?: (done: number) => void
}

/** Images between two calls of `onProgress`. */
const REPORT_EVERY = 500

/**
 * Writes `count` digits, `[count x 28 x 28]`. Image i depends on the seed, on i, on its label and on the parameters alone, not on
 * `count`, `start` or the machine. Takes about .1 ms an image on the calling thread.
 * @throws RangeError where a label is no digit, or where there are fewer labels than images
 */
export function generateDigits(options: GenerateOptions): ImageSet {
  const { count, seed, start = 0, only, onProgress } = options
  const hand = new Hand(seed, { ...defaultParameters, ...options.parameters })
  const labels = Uint8Array.from(options.labels ?? defaultLabels(seed, start, count))
  if (labels.length < count) throw new RangeError(`${count} images need as many labels, got ${labels.length}.`)
  const images = new Uint8Array(count * PIXELS)
  for (let i = 0; i < count; i++) {
    const label = labels[i] ?? 0
    if (only === undefined || only.includes(label)) images.set(hand.write(start + i, label), i * PIXELS)
    if (onProgress !== undefined && ((i + 1) % REPORT_EVERY === 0 || i + 1 === count)) onProgress(i + 1)
  }
  return { images, labels: labels.subarray(0, count), count, height: SIDE, width: SIDE }
}

/** Labels of the images `start` to `start + count - 1` of a seed: each ten in a row are the ten digits, shuffled. */
export function defaultLabels(seed: number, start: number, count: number): Uint8Array {
  const labels = new Uint8Array(count)
  const random = new Random()
  const ten = new Uint8Array(10)
  for (let block = Math.floor(start / 10); block * 10 < start + count; block++) {
    random.start(seed, 'labels', block)
    for (let digit = 0; digit < 10; digit++) {
      const place = random.below(digit + 1)
      ten[digit] = ten[place] ?? 0
      ten[place] = digit
    }
    for (let digit = 0; digit < 10; digit++) {
      const index = block * 10 + digit - start
      if (index >= 0 && index < count) labels[index] = ten[digit] ?? 0
    }
  }
  return labels
}
