/** Above the grid: which half, which index, which order; and, where not all images are shown in order, a line that says so. */
import { ActionIcon } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { splits } from '../../../data/image-set.ts'
import type { ImageSplit } from '../../../main/contract/image-query.ts'
import type { DatasetInfo } from '../../../main/contract/types.ts'
import { count as counted, thousands } from '../../ui/format.ts'
import { SegmentedSwitch } from '../../ui/index.ts'
import { IndexSearch } from './index-search.tsx'
import { imagesOf } from './sets.ts'
import { sortChoice } from './sort-choices.ts'
import { SortMenu } from './sort-menu.tsx'
import { changeView, unfiltered } from './view.ts'
import type { View } from './view.ts'
import styles from './grid-toolbar.module.css'

const splitTitles: Readonly<Record<ImageSplit, string>> = { train: 'Train', test: 'Test', both: 'Both' }

type GridToolbarProps = {
  readonly info: DatasetInfo
  /** As it is shown: `split` is one that the set has. */
  readonly view: View
  readonly searchRef: React.RefObject<HTMLInputElement | null>
  readonly onGo: (index: number) => void
}

export function countIn(info: DatasetInfo, split: ImageSplit): number {
  return split === 'both' ? imagesOf(info) : (info.splits[split]?.count ?? 0)
}

export function GridToolbar({ info, view, searchRef, onGo }: GridToolbarProps) {
  const halves = splits.map((name) => {
    const half = info.splits[name]
    return {
      value: name,
      label: <SplitLabel title={splitTitles[name]} count={half?.count ?? null} />,
      disabled: half === null,
      ...(half === null ? { title: `${info.title} has no ${name} half here` } : {}),
    }
  })
  const whole = info.splits.train !== null && info.splits.test !== null
  return (
    <div className={styles['toolbar']}>
      <SegmentedSwitch<ImageSplit>
        label="Split"
        value={view.split}
        onChange={(split) => {
          changeView({ split })
        }}
        options={[
          ...halves,
          { value: 'both', label: splitTitles.both, disabled: !whole, title: 'Training images, then test images' },
        ]}
      />
      <IndexSearch inputRef={searchRef} count={countIn(info, view.split)} onGo={onGo} />
      <span className={styles['gap']} />
      <SortMenu
        sort={view.sort}
        onChange={(sort) => {
          changeView({ sort, lookalike: sort === 'lookalike' ? view.lookalike : null })
        }}
        duplicates={view.duplicates}
        onDuplicates={(duplicates) => {
          changeView({ duplicates })
        }}
      />
    </div>
  )
}

/** The count is left out where there is no room for it; screen readers hear it all the same. */
function SplitLabel({ title, count }: { readonly title: string; readonly count: number | null }) {
  return (
    <>
      {title}
      {count === null ? null : <i className={styles['count']}>&nbsp;{thousands(count)}</i>}
    </>
  )
}

type ShownNoteProps = {
  readonly view: View
  /** Images that are shown; null while it is not known. */
  readonly total: number | null
  readonly nameOf: (label: number) => ReactNode
}

/** What is shown where it is not all images in order, with the way back. */
export function ShownNote({ view, total, nameOf }: ShownNoteProps) {
  const { meaning } = sortChoice(view.sort)
  const parts: ReactNode[] = []
  if (view.duplicates) {
    parts.push(
      <span key="duplicates">
        {total === null ? 'Images' : counted(total, 'image')} that occur more than once, equal ones side by side.
      </span>,
    )
  }
  if (view.lookalike !== null) {
    parts.push(<span key="lookalike">Only those whose nearest other average is {nameOf(view.lookalike)}.</span>)
  }
  if (meaning !== null) parts.push(<span key="sort">{meaning}</span>)
  if (parts.length === 0) return null
  return (
    <p className={styles['note']}>
      <span>{parts.flatMap((part, index) => (index === 0 ? [part] : [' ', part]))}</span>
      <ActionIcon
        variant="subtle"
        size="1.375rem"
        aria-label="Show all images in order"
        title="Show all images in order"
        onClick={() => {
          changeView({ ...unfiltered, label: view.label })
        }}
      >
        <IconX />
      </ActionIcon>
    </p>
  )
}
