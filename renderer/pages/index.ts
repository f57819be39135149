/**
 * The pages, in the order of the rail; keys 1, 2, 3 ... open them. To add one: a folder here that exports its component,
 * and an entry below. A page is loaded when it is first opened.
 */
import { IconLayoutGrid, IconPencil, IconTrendingDown } from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import { lazy } from 'react'
import type { ComponentType } from 'react'

export type PageEntry = {
  /** Its part of the address: `#/draw`. */
  readonly id: string
  readonly title: string
  readonly Icon: Icon
  readonly Component: ComponentType
}

const DrawPage = lazy(async () => ({ default: (await import('./draw/index.tsx')).DrawPage }))
const DataPage = lazy(async () => ({ default: (await import('./data/index.tsx')).DataPage }))
const TrainPage = lazy(async () => ({ default: (await import('./train/index.tsx')).TrainPage }))

export const pages: readonly PageEntry[] = [
  { id: 'draw', title: 'Draw', Icon: IconPencil, Component: DrawPage },
  { id: 'data', title: 'Data', Icon: IconLayoutGrid, Component: DataPage },
  { id: 'train', title: 'Train', Icon: IconTrendingDown, Component: TrainPage },
]
