/**
 * The book's order of images: class after class, each in the order of its file names. MNIST_SAMPLE's files are named
 * after the image's index in the training set, and names sort as strings: 10, 10000, 10011, 10031, ...
 */
import type { ImageSet } from '../../data/image-set.ts'

/**
 * Indices of the images of `digits`, all of the first digit before all of the second; within a digit by name, which is the
 * image's index, or its origin in a part of another set, as a decimal string. Images of other digits are left out.
 * `[images of these digits]`
 */
export function bookOrder(set: Pick<ImageSet, 'labels' | 'origins'>, digits: readonly number[]): Int32Array {
  const order: number[] = []
  for (const digit of digits) {
    const images: { readonly name: string; readonly index: number }[] = []
    set.labels.forEach((label, index) => {
      if (label === digit) images.push({ name: String(set.origins?.[index] ?? index), index })
    })
    images.sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const { index } of images) order.push(index)
  }
  return Int32Array.from(order)
}
