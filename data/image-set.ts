/** Labelled gray images in memory, the form that every reader ends in and every model starts from. */

/**
 * `images` holds count x height x width bytes, row-major, one image after another; 0 is background, 255 full ink.
 * `labels[i]` indexes the class of image i: for digit sets it is the digit itself.
 */
export type ImageSet = {
  readonly images: Uint8Array
  readonly labels: Uint8Array
  readonly count: number
  readonly height: number
  readonly width: number
  /**
   * Number of each image in the set that this one is a part of, for a part alone. The book's order goes by it, since the
   * names of MNIST_SAMPLE's files are numbers of MNIST.
   */
  readonly origins?: Uint32Array
}

/** `train` is learned from; `test` is the book's validation set. */
export const splits = ['train', 'test'] as const
export type Split = (typeof splits)[number]

/** Every digit picture in Inkling is this many pixels on a side, as in MNIST. */
export const SIDE = 28
/** Pixels of a digit picture: 28 x 28. */
export const PIXELS = SIDE * SIDE

/** Image `index` of the set as a view (no copy), `[height x width]`. */
export function imageAt(set: ImageSet, index: number): Uint8Array {
  const size = set.height * set.width
  return set.images.subarray(index * size, (index + 1) * size)
}
