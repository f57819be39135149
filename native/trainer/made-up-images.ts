/** Images to measure speed with, where no data set is at hand. */
import type { ImageSet } from '../../data/image-set.ts'
import { Random } from '../learn/random.ts'

/** So many are drawn; more are these again. */
const DRAWN = 2048

/**
 * As many images of ten classes: each class lights a fifth of the pixels, the same for all its images, and one pixel in fifty is
 * noise. A model learns them within a few steps. Any number takes a moment.
 */
export function madeUpImages(count: number, seed: number): ImageSet {
  const random = new Random(seed)
  const lit = Array.from({ length: 10 }, () => Array.from({ length: 784 }, () => random.uniform() < 0.2))
  const images = new Uint8Array(count * 784)
  const labels = new Uint8Array(count)
  const drawn = Math.min(count, DRAWN)
  for (let image = 0; image < drawn; image += 1) {
    const label = image % 10
    labels[image] = label
    for (let pixel = 0; pixel < 784; pixel += 1) {
      const number = random.bits()
      if (number % 50 === 0) images[image * 784 + pixel] = 200
      else if (lit[label]?.[pixel] === true) images[image * 784 + pixel] = 100 + ((number >>> 8) % 156)
    }
  }
  for (let image = drawn; image < count; image += drawn) {
    images.copyWithin(image * 784, 0, Math.min(drawn, count - image) * 784)
    labels.copyWithin(image, 0, Math.min(drawn, count - image))
  }
  return { images, labels, count, height: 28, width: 28 }
}
