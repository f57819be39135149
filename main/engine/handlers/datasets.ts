/** Commands about data sets: which are here, and their images, page by page and one by one. */
import { HANDWRITING } from '../../../data/handwriting.ts'
import { imageAt, splits, type ImageSet, type Split } from '../../../data/image-set.ts'
import type { Datasets } from '../../../data/datasets.ts'
import type { ImageDetail } from '../../contract/types.ts'
import { digitPictures, ImageIndex, noSuchImage } from '../image-index.ts'
import type { Part } from './part.ts'

export function datasetHandlers(datasets: Datasets): Omit<Part<'dataset'>, 'dataset.remove'> {
  const images = new ImageIndex(datasets)
  return {
    'dataset.list': () => datasets.list(),
    async 'dataset.open'({ dataset }) {
      const entry = await datasets.entry(dataset)
      for (const split of splits) if (entry.splits[split] !== null) await datasets.load(dataset, split)
      return await datasets.entry(dataset)
    },
    'dataset.page': ({ dataset, query, offset, count }) => images.page(dataset, query, offset, count),
    'dataset.locate': async ({ dataset, query, split, index }) => ({
      position: await images.position(dataset, query, { split, index }),
    }),
    async 'dataset.image'({ dataset, split, index }) {
      return imageDetail(dataset, split, await datasets.load(dataset, split), index)
    },
    'dataset.imageFacts': ({ dataset, split, index }) => images.facts(dataset, { split, index }),
    'dataset.nearestImages': ({ dataset, split, index, count }) => images.nearest(dataset, { split, index }, count),
    'dataset.duplicates': ({ dataset }) => images.countDuplicates(dataset),
  }
}

/** One image with a copy of its pixels. Throws `dataset/no-such-image`. */
export function imageDetail(dataset: string, split: Split, set: ImageSet, index: number): ImageDetail {
  digitPictures(dataset, set)
  const label = set.labels[index]
  if (label === undefined) throw noSuchImage(dataset, { split, index }, set.count)
  const drawing = dataset === HANDWRITING ? (set.origins?.[index] ?? null) : null
  return { split, index, label, pixels: new Uint8Array(imageAt(set, index)), drawing }
}
