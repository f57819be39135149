/** Commands about data sets: which are here, and their images, page by page. */
import { AppError } from '../../../data/error.ts'
import { imageAt, PIXELS, splits, type ImageSet, type Split } from '../../../data/image-set.ts'
import type { Datasets } from '../../../data/datasets.ts'
import type { ImageDetail, ImagePage } from '../../contract/types.ts'
import type { Part } from './part.ts'

export function datasetHandlers(datasets: Datasets): Part<'dataset'> {
  const indices = new ImageIndices()
  return {
    'dataset.list': () => datasets.list(),
    async 'dataset.open'({ dataset }) {
      const entry = await datasets.entry(dataset)
      for (const split of splits) if (entry.splits[split] !== null) await datasets.load(dataset, split)
      return await datasets.entry(dataset)
    },
    async 'dataset.page'({ dataset, split, label, offset, count }) {
      const set = digitPictures(dataset, await datasets.load(dataset, split))
      return pageOf(set, indices.of(set, label), offset, count)
    },
    async 'dataset.image'({ dataset, split, index }) {
      return imageDetail(dataset, split, await datasets.load(dataset, split), index)
    },
  }
}

/** One image with a copy of its pixels. Throws `dataset/no-such-image`. */
export function imageDetail(dataset: string, split: Split, set: ImageSet, index: number): ImageDetail {
  digitPictures(dataset, set)
  const label = set.labels[index]
  if (label === undefined) {
    throw new AppError(
      'dataset/no-such-image',
      `${dataset} has ${set.count} ${split} images, numbered from 0; there is no image ${index}.`,
      { details: { dataset, split, index, count: set.count } },
    )
  }
  return { index, label, pixels: new Uint8Array(imageAt(set, index)) }
}

function digitPictures(dataset: string, set: ImageSet): ImageSet {
  if (set.height * set.width === PIXELS) return set
  throw new AppError(
    'dataset/bad-shape',
    `The images of ${dataset} are ${set.width} x ${set.height} pixels; Inkling shows pictures of 28 x 28.`,
    { details: { dataset, width: set.width, height: set.height } },
  )
}

function pageOf(set: ImageSet, all: Uint32Array, offset: number, count: number): ImagePage {
  const own = all.slice(offset, offset + count)
  const labels = new Uint8Array(own.length)
  const pixels = new Uint8Array(own.length * PIXELS)
  for (const [position, index] of own.entries()) {
    labels[position] = set.labels[index] ?? 0
    pixels.set(imageAt(set, index), position * PIXELS)
  }
  return { total: all.length, offset, indices: own, labels, pixels }
}

/** Which images carry a label, looked up once for each set. */
class ImageIndices {
  readonly #known = new WeakMap<ImageSet, Map<number | null, Uint32Array>>()

  /** Ascending; all images for null. */
  of(set: ImageSet, label: number | null): Uint32Array {
    const known = this.#known.get(set) ?? new Map<number | null, Uint32Array>()
    this.#known.set(set, known)
    const indices = known.get(label) ?? find(set, label)
    known.set(label, indices)
    return indices
  }
}

function find(set: ImageSet, label: number | null): Uint32Array {
  const all = Uint32Array.from({ length: set.count }, (_, index) => index)
  return label === null ? all : all.filter((index) => set.labels[index] === label)
}
