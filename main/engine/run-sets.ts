/** The images of a run: those of its data set, and where it wants them, new ones for each epoch. */
import type { Datasets } from '../../data/datasets.ts'
import type { ImageSet } from '../../data/image-set.ts'
import { FreshImages } from '../../data/synthetic/fresh-images.ts'
import type { RunSpecification } from '../../native/learn/specification.ts'

/** What a trainer takes. Close `fresh` when it is not wanted any more. */
export type RunSets = { readonly train: ImageSet; readonly test: ImageSet; readonly fresh: FreshImages | undefined }

/** Throws what loading the data set throws. */
export async function loadRunSets(datasets: Datasets, specification: RunSpecification): Promise<RunSets> {
  const { dataset } = specification
  const train = await datasets.load(dataset, 'train')
  const test = await datasets.load(dataset, 'test')
  return { train, test, fresh: freshImagesOf(specification, train) }
}

/** Undefined for a run that sees the same images in each epoch. */
export function freshImagesOf({ fresh, digits, seed }: RunSpecification, train: ImageSet): FreshImages | undefined {
  return fresh ? new FreshImages({ train, digits, seed }) : undefined
}
