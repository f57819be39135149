/**
 * The pages, in the order of the rail; keys 1, 2, 3 ... open them. To add one: a folder here that exports its component,
 * and an entry below. A page is loaded when it is first opened, or earlier when there is nothing else to do.
 */
import { IconLayoutGrid, IconPencil, IconStack2, IconTrendingDown } from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import { lazy } from 'react'
import type { ComponentType } from 'react'

export type PageEntry = {
  /** Its part of the address: `#/draw`. */
  readonly id: string
  readonly title: string
  readonly Icon: Icon
  readonly Component: ComponentType
  /** Loads its code ahead. */
  readonly load: () => Promise<unknown>
}

function page(id: string, title: string, icon: Icon, load: () => Promise<ComponentType>): PageEntry {
  return { id, title, Icon: icon, load, Component: lazy(async () => ({ default: await load() })) }
}

export const pages: readonly PageEntry[] = [
  page('draw', 'Draw', IconPencil, async () => (await import('./draw/index.tsx')).DrawPage),
  page('averages', 'Averages', IconStack2, async () => (await import('./averages/index.tsx')).AveragesPage),
  page('data', 'Data', IconLayoutGrid, async () => (await import('./data/index.tsx')).DataPage),
  page('train', 'Train', IconTrendingDown, async () => (await import('./train/index.tsx')).TrainPage),
]
