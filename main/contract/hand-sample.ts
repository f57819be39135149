/** A look at the simulated hand: what is asked for, and the answer. */
import { z } from 'zod'

const factor = z.number().min(0).max(2)

export const handSampleSchema = z
  .strictObject({
    seed: z.int().min(0).max(4_294_967_295),
    /** Null: 0 to 9 by turns. */
    digit: z.int().min(0).max(9).nullable(),
    /** `each` digits by each of so many writers. */
    writers: z.int().min(1).max(50),
    each: z.int().min(1).max(50),
    /** How much writers differ, and how much one hand varies; 1 is the built-in data set's. */
    variation: z.strictObject({ writers: factor, instances: factor }),
  })
  .refine(({ writers, each }) => writers * each <= 500, 'at most 500 images')

/** Two standard deviations: between writers, and from image to image of one. */
type Spread = readonly [writers: number, images: number]

export type HandSample = {
  /** One writer after another. */
  readonly labels: Uint8Array
  /** `[labels.length x 784]`, 0 background to 255 ink. */
  readonly pixels: Uint8Array
  readonly spreads: {
    /** In degrees. */
    readonly slant: Spread
    readonly rotation: Spread
    /** Of the logarithm of the width, and of the pen's: .1 is about 10 percent. */
    readonly width: Spread
    readonly pen: Spread
  }
}
