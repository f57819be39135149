/** Which images the Data page shows: data set, filters, order and the chosen image. Kept for this tab, so that one comes back to the same place. */
import { createStore } from 'zustand'
import { imageSplits } from '../../../main/contract/image-query.ts'
import type { ImageQuery, ImageSplit } from '../../../main/contract/image-query.ts'
import { sortChoice, sortChoices } from './sort-choices.ts'
import type { SortId } from './sort-choices.ts'

export type View = {
  /** Null until a person or the first list chose one. */
  readonly dataset: string | null
  readonly split: ImageSplit
  /** Only images of this class; null for all. */
  readonly label: number | null
  readonly sort: SortId
  /** Only images whose nearest average of another class is this one; null for all. */
  readonly lookalike: number | null
  /** Only images that occur more than once. */
  readonly duplicates: boolean
  /** Place of the chosen image among those that are shown. */
  readonly position: number
  /** Which way of looking at the chosen image; see one-image.tsx. */
  readonly aspect: string
}

const KEY = 'inkling-data-view'
const first: View = {
  dataset: null,
  split: 'train',
  label: null,
  sort: 'order',
  lookalike: null,
  duplicates: false,
  position: 0,
  aspect: 'numbers',
}

/** What chooses the images; with another of these the grid starts at its first image. */
const choosing = ['dataset', 'split', 'label', 'sort', 'lookalike', 'duplicates'] as const

export const view = createStore<View>(() => restore())

/** Takes the change over. Another set, filter or order starts at its first image, unless `position` is given as well. */
export function changeView(change: Partial<View>): void {
  const moved = choosing.some((name) => name in change)
  view.setState((state) => ({ ...state, ...(moved ? { position: 0 } : {}), ...change }))
  sessionStorage.setItem(KEY, JSON.stringify(view.getState()))
}

/** All images of the split, in the files' order. */
export const unfiltered = { label: null, lookalike: null, duplicates: false, sort: 'order' } as const

/** What the engine is asked for. */
export function queryOf({ split, label, lookalike, duplicates, sort: id }: View): ImageQuery {
  const { sort, descending } = sortChoice(id)
  return { split, label, lookalike, duplicates, sort, descending }
}

function restore(): View {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null')
    if (typeof stored !== 'object' || stored === null) return first
    const { dataset, split, label, sort, lookalike, duplicates, position, aspect } = stored as Partial<
      Record<keyof View, unknown>
    >
    return {
      dataset: typeof dataset === 'string' ? dataset : null,
      split: imageSplits.find((name) => name === split) ?? 'train',
      label: typeof label === 'number' ? label : null,
      sort: sortChoices.find(({ id }) => id === sort)?.id ?? 'order',
      lookalike: typeof lookalike === 'number' ? lookalike : null,
      duplicates: duplicates === true,
      position: typeof position === 'number' && position >= 0 ? Math.floor(position) : 0,
      aspect: typeof aspect === 'string' ? aspect : first.aspect,
    }
  } catch (error) {
    console.info('The place in the data could not be read:', error)
    return first
  }
}
