/** Which images of a data set a grid shows and in which order: one object, made by the page and answered by the engine. */
import { splits } from '../../data/image-set.ts'
import type { Split } from '../../data/image-set.ts'

/** `both`: the training images, then the test images. */
export const imageSplits = [...splits, 'both'] as const
export type ImageSplit = (typeof imageSplits)[number]

/**
 * `order`: as in the files. `label`: by class. `ink`: mean of the pixels. `typical`: distance to the average of its own class.
 * `lookalike`: distance to its own average less that to the nearest other one, so that those come last which another average
 * is nearest to. Distances are by RMSE to the averages of the training images; images that tie stay in the files' order.
 */
export const imageSorts = ['order', 'label', 'ink', 'typical', 'lookalike'] as const
export type ImageSort = (typeof imageSorts)[number]

export type ImageQuery = {
  readonly split: ImageSplit
  /** Only images of this class; null for all. */
  readonly label: number | null
  /** Only images whose nearest average of another class is this one; null for all. */
  readonly lookalike: number | null
  /** Only images that occur more than once in the split; those that are equal come together. */
  readonly duplicates: boolean
  readonly sort: ImageSort
  /** The largest first. */
  readonly descending: boolean
}

/** All images of a split in their order. */
export function plainQuery(split: ImageSplit): ImageQuery {
  return { split, label: null, lookalike: null, duplicates: false, sort: 'order', descending: false }
}

/** An image by its place in the files. */
export type ImagePlace = { readonly split: Split; readonly index: number }

/** A page of the images that a query asks for. */
export type ImagePage = {
  /** Images that the query asks for, on all pages. */
  readonly total: number
  readonly offset: number
  /** Index within its split, of each image on this page. */
  readonly indices: Uint32Array
  /** 1 for test images, 0 for training images. */
  readonly inTest: Uint8Array
  readonly labels: Uint8Array
  /** What it was sorted by; empty for `order` and `label`. */
  readonly values: Float32Array
  /** The class of the nearest average but its own; empty unless sorted by `lookalike`. */
  readonly lookalikes: Uint8Array
  /** `[indices.length x 784]`, 0 background to 255 ink. */
  readonly pixels: Uint8Array
}

/** One image among all others of its set. */
export type ImageFacts = ImagePlace & {
  readonly label: number
  /** Mean of the pixels, 0..255. */
  readonly ink: number
  /** RMSE to the average of each class that has images, the nearest first. */
  readonly distances: readonly { readonly label: number; readonly distance: number }[]
  /** Which image of its class it is by the distance to that class's average, 1 for the most typical, and of how many. */
  readonly rank: number
  readonly ofClass: number
  /** The other images with the same pixels. */
  readonly duplicates: readonly (ImagePlace & { readonly label: number })[]
}

/** The training images that are most like an image, the nearest first. */
export type NearestImages = {
  readonly images: readonly (ImagePlace & {
    readonly label: number
    /** RMSE of pixels / 255, 0..1. */
    readonly distance: number
  })[]
  /** `[images.length x 784]`, 0 background to 255 ink. */
  readonly pixels: Uint8Array
}

/** What can be told of a set's images only by looking at all of them. */
export type DuplicateCounts = {
  /** Pictures that occur more than once. */
  readonly pictures: number
  /** Images that are such a picture. */
  readonly images: number
  /** Of these pictures: those that stand in both halves, so that a test image was learned from. */
  readonly inBothSplits: number
  /** Of these pictures: those whose images do not all have the same label. */
  readonly labeledDifferently: number
}
