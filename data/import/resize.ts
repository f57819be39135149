/** The ways from a picture of any size to 28 x 28 pixels. */

/**
 * `ink`: the ink is cut out and put into MNIST's box of 20 pixels, centered by its mass. `plain`: the whole picture is made
 * smaller or larger, its longer side to 28 pixels.
 */
export const resizes = ['ink', 'plain'] as const
export type Resize = (typeof resizes)[number]
