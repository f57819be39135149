/** One image against average images: signed differences, their range, and which average is nearest. Pure arithmetic. */
import { PIXELS } from '../../../data/image-set.ts'

export type Differences = {
  /** One picture for each average: image minus average, both 0..1, so above zero where the image is darker. */
  readonly pictures: readonly Float32Array[]
  /** Largest absolute difference of all pictures. */
  readonly range: number
}

/** `pixels` are 784 values 0..255; `means` is `[count x 784]`, 0..1. */
export function differencesOf(pixels: Uint8Array, means: Float32Array): Differences {
  let range = 0
  const pictures = Array.from({ length: means.length / PIXELS }, (_, average) => {
    const picture = new Float32Array(PIXELS)
    for (let pixel = 0; pixel < PIXELS; pixel += 1) {
      const difference = (pixels[pixel] ?? 0) / 255 - (means[average * PIXELS + pixel] ?? 0)
      picture[pixel] = difference
      range = Math.max(range, Math.abs(difference))
    }
    return picture
  })
  return { pictures, range }
}

/** Index of the shortest distance, the first one where several are equal; -1 for none. */
export function nearestOf(distances: readonly number[]): number {
  return distances.indexOf(Math.min(...distances))
}

export type Mistake = { readonly from: number; readonly to: number; readonly count: number; readonly of: number }

/** The most frequent mistakes of a confusion matrix `[true][predicted]`, most frequent first. */
export function commonMistakes(confusion: readonly (readonly number[])[], most: number): Mistake[] {
  return confusion
    .flatMap((row, from) => {
      const of = row.reduce((sum, count) => sum + count, 0)
      return row.map((count, to) => ({ from, to, count, of }))
    })
    .filter(({ from, to, count }) => from !== to && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, most)
}
