/** The line above the grid where it does not show all images in order: what it shows, and the way back. */
import { ActionIcon, Select } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { DatasetInfo } from '../../../main/contract/types.ts'
import { count } from '../../ui/format.ts'
import { hasDigits } from './sets.ts'
import { sortChoice } from './sort-choices.ts'
import { changeView, unfiltered } from './view.ts'
import type { View } from './view.ts'
import styles from './grid-toolbar.module.css'

type ShownNoteProps = {
  readonly info: DatasetInfo
  readonly view: View
  /** Images that are shown; null while it is not known. */
  readonly total: number | null
}

export function ShownNote({ info, view, total }: ShownNoteProps) {
  const { sort, meaning } = sortChoice(view.sort)
  const parts: ReactNode[] = []
  if (total === 0) return null
  if (view.duplicates) {
    parts.push(
      <span key="duplicates">
        {total === null ? 'Images' : count(total, 'image')} that occur more than once, equal ones side by side.
      </span>,
    )
  }
  if (sort === 'lookalike') parts.push(<LookalikeChoice key="sort" info={info} view={view} />)
  else if (meaning !== null) parts.push(<span key="sort">{meaning}</span>)
  if (parts.length === 0) return null
  return (
    <div className={styles['note']}>
      <div>{parts.flatMap((part, index) => (index === 0 ? [part] : [' ', part]))}</div>
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
    </div>
  )
}

/** Which other class they look like, in the sentence itself. */
function LookalikeChoice({ info, view }: { readonly info: DatasetInfo; readonly view: View }) {
  const digits = hasDigits(info)
  return (
    <span className={styles['sentence']}>
      First those much nearer to the average of{' '}
      <Select
        className={styles['inline'] ?? ''}
        size="xs"
        aria-label="Class that they look like"
        data={[
          { value: '', label: 'another' },
          ...info.classes.map((name, label) => ({
            value: String(label),
            label: digits ? `${label === 8 ? 'an' : 'a'} ${name}` : name,
          })),
        ]}
        value={view.lookalike === null ? '' : String(view.lookalike)}
        onChange={(value) => {
          changeView({ lookalike: value === null || value === '' ? null : Number(value) })
        }}
      />
    </span>
  )
}
