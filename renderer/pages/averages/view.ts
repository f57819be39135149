/** What the Averages page shows: data set, classes, distance and the compared image. Kept while one looks at other pages. */
import { createStore, useStore } from 'zustand'
import type { DatasetInfo, DistanceName } from '../../../main/contract/types.ts'
import type { Split } from '../../../data/image-set.ts'

export type ImagePlace = { readonly split: Split; readonly index: number }

type View = {
  /** Null until a person chooses one. */
  readonly dataset: string | null
  /** `pair`: threes against sevens, as in the book. */
  readonly classes: 'pair' | 'all'
  readonly distance: DistanceName
  /** Null for the first image of its kind. */
  readonly image: ImagePlace | null
}

export const view = createStore<View>(() => ({ dataset: null, classes: 'all', distance: 'rmse', image: null }))

export function useView<T>(selector: (state: View) => T): T {
  return useStore(view, selector)
}

/** The pair of the book: threes against sevens. */
export const pair: readonly number[] = [3, 7]

/** Whether averages can be taken here: both halves are there and whole. */
export function isUsable(info: DatasetInfo): boolean {
  return info.state !== 'damaged' && info.splits.train !== null && info.splits.test !== null
}

/** The chosen set, else MNIST where it is here, else the first usable one. */
export function shownDataset(datasets: readonly DatasetInfo[], chosen: string | null): DatasetInfo | null {
  const usable = datasets.filter(isUsable)
  return (
    usable.find(({ name }) => name === chosen) ??
    usable.find(({ name }) => name === 'mnist') ??
    usable.find(({ name }) => name === 'synthetic') ??
    usable[0] ??
    null
  )
}

/** Whether the set has all ten classes; a view of two digits has the pair alone. Unknown counts mean ten. */
export function hasAllTen(info: DatasetInfo): boolean {
  const counts = info.splits.train?.classCounts
  if (counts === null || counts === undefined) return info.name !== 'mnist_sample'
  return counts.filter((count) => count > 0).length === 10
}

/** The training image that the book calls a_3 is the first one to be compared, where MNIST is; else the first test image. */
export function firstImage(info: DatasetInfo): ImagePlace {
  return info.name === 'mnist' ? { split: 'train', index: 10_000 } : { split: 'test', index: 0 }
}
