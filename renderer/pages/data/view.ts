/** Which images the Data page shows: data set, split, filter and the chosen image. Kept for this tab, so that one comes back to the same place. */
import { createStore } from 'zustand'
import { splits } from '../../../data/image-set.ts'
import type { Split } from '../../../data/image-set.ts'

export type View = {
  /** Null until a person or the first list chose one. */
  readonly dataset: string | null
  readonly split: Split
  /** Only images of this class; null for all. */
  readonly label: number | null
  /** Place of the chosen image among those that pass the filter. */
  readonly position: number
}

const KEY = 'inkling-data-view'
const first: View = { dataset: null, split: 'train', label: null, position: 0 }

export const view = createStore<View>(() => restore())

/** A new data set, split or filter starts at its first image. */
export function changeView(change: Partial<View>): void {
  const moved = 'dataset' in change || 'split' in change || 'label' in change
  view.setState((state) => ({ ...state, ...(moved ? { position: 0 } : {}), ...change }))
  sessionStorage.setItem(KEY, JSON.stringify(view.getState()))
}

function restore(): View {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null')
    if (typeof stored !== 'object' || stored === null) return first
    const { dataset, split, label, position } = stored as Partial<Record<keyof View, unknown>>
    return {
      dataset: typeof dataset === 'string' ? dataset : null,
      split: splits.find((name) => name === split) ?? 'train',
      label: typeof label === 'number' ? label : null,
      position: typeof position === 'number' && position >= 0 ? Math.floor(position) : 0,
    }
  } catch (error) {
    console.info('The place in the data could not be read:', error)
    return first
  }
}
