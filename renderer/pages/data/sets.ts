/** The data sets on this computer and the one that the Data page shows, for all of the page's views. */
import { useEffect, useMemo } from 'react'
import { useStore } from 'zustand'
import type { ErrorPayload } from '../../../data/error.ts'
import type { DatasetInfo } from '../../../main/contract/types.ts'
import { useCommand } from '../../connection.ts'
import { changeView, unfiltered, view } from './view.ts'

export type Sets = {
  /** False until they were looked for. */
  readonly known: boolean
  readonly all: readonly DatasetInfo[]
  /** The one that is shown; null while none is known. */
  readonly shown: DatasetInfo | null
  /** Why the sets, or the one that is shown, cannot be read. */
  readonly problem: ErrorPayload | null
  readonly lookAgain: () => void
}

const none: readonly DatasetInfo[] = []

/** The sets, read again when one changes. A set that is made on first use is made now, so that its counts are known. */
export function useSets(): Sets {
  const chosen = useStore(view, (state) => state.dataset)
  const list = useCommand('dataset.list', {}, { refetchOn: ['dataset.changed', 'drawing.changed'], keep: true })
  const all = list.data ?? none
  const shown = shownSet(all, chosen)
  const generated = shown?.state === 'generated' ? shown.name : null
  const opened = useCommand('dataset.open', generated === null ? null : { dataset: generated })
  const { reload } = list
  useEffect(() => {
    if (opened.data !== null) reload()
  }, [opened.data, reload])

  const known = list.data !== null
  const problem = list.error ?? shown?.problem ?? opened.error
  return useMemo(() => ({ known, all, shown, problem, lookAgain: reload }), [known, all, shown, problem, reload])
}

/** Shows another set, all of its images in order. */
export function showSet(dataset: string): void {
  changeView({ dataset, ...unfiltered })
}

/** The chosen set, else MNIST where it is whole, else the built-in one. */
function shownSet(datasets: readonly DatasetInfo[], chosen: string | null): DatasetInfo | null {
  const named = (name: string): DatasetInfo | undefined => datasets.find((set) => set.name === name)
  const mnist = named('mnist')
  if (chosen !== null) {
    const own = named(chosen)
    if (own !== undefined) return own
  }
  return mnist?.state === 'ready' ? mnist : (named('synthetic') ?? datasets[0] ?? null)
}

/** Whether its classes are the ten digits, so that a label can be named "a three". */
export function hasDigits(info: DatasetInfo): boolean {
  return info.classes.every((name, index) => name === String(index))
}
