/** Above the grid: which half, which index, which order. */
import { splits } from '../../../data/image-set.ts'
import type { ImageSplit } from '../../../main/contract/image-query.ts'
import type { DatasetInfo } from '../../../main/contract/types.ts'
import { thousands } from '../../ui/format.ts'
import { SegmentedSwitch } from '../../ui/index.ts'
import { IndexSearch } from './index-search.tsx'
import { imagesOf } from '../../ui/dataset-words.ts'
import { SortMenu } from './sort-menu.tsx'
import { changeView } from './view.ts'
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
