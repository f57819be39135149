/**
 * The book's order of images: class after class, each in the order of its file names. MNIST_SAMPLE's files are named
 * after the image's index in the training set, and names sort as strings: 10, 10000, 10011, 10031, ...
 */

/**
 * Indices of the images of `digits`, all of the first digit before all of the second; within a digit by the index as a
 * decimal string. Images of other digits are left out. `[images of these digits]`
 */
export function bookOrder(labels: Uint8Array, digits: readonly number[]): Int32Array {
  const order: number[] = []
  for (const digit of digits) {
    const names: string[] = []
    labels.forEach((label, index) => {
      if (label === digit) names.push(String(index))
    })
    // Without a comparison function, sort goes by UTF-16 code units, as file names of digits do.
    for (const name of names.sort()) order.push(Number(name))
  }
  return Int32Array.from(order)
}
