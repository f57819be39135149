/** The images of a set that are most like a given one, pixel by pixel: what nearest-neighbor classification looks at. */
import { AppError } from '../../data/error.ts'
import type { ImageSet } from '../../data/image-set.ts'

export type NearImage = {
  readonly index: number
  /** RMSE of pixels / 255: 0..1. */
  readonly distance: number
}

/**
 * The `count` images nearest to `pixels` (`[height x width]`, 0..255) by RMSE, the nearest first; of equally near ones the earlier.
 * `except` is left out: the image itself, where it is of this set. Sums of whole squares are exact; one that has grown beyond the
 * last of the nearest so far is given up after a row.
 * @throws dataset/bad-shape
 */
export function nearestImages(set: ImageSet, pixels: Uint8Array, count: number, except: number | null): NearImage[] {
  const { width } = set
  const size = set.height * width
  if (pixels.length !== size) {
    throw new AppError(
      'dataset/bad-shape',
      `The picture has ${pixels.length} pixels but those of the set have ${size}. Compare pictures of one size.`,
      { details: { expected: size, found: pixels.length } },
    )
  }
  const nearest: { index: number; sum: number }[] = []
  if (count < 1) return []
  let limit = Infinity
  for (let index = 0; index < set.count; index += 1) {
    if (index === except) continue
    const from = index * size
    let sum = 0
    for (let row = 0; row < size && sum < limit; row += width) {
      for (let pixel = row; pixel < row + width; pixel += 1) {
        const difference = (set.images[from + pixel] ?? 0) - (pixels[pixel] ?? 0)
        sum += difference * difference
      }
    }
    if (sum >= limit) continue
    const place = nearest.findIndex((other) => sum < other.sum)
    nearest.splice(place < 0 ? nearest.length : place, 0, { index, sum })
    if (nearest.length > count) nearest.pop()
    if (nearest.length === count) limit = nearest.at(-1)?.sum ?? Infinity
  }
  return nearest.map(({ index, sum }) => ({ index, distance: Math.sqrt(sum / size) / 255 }))
}
