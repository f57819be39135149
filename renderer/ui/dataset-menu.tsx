/** The menu in which a data set is chosen, the same on all pages: its name on the button, the others with their sizes below. */
import { Button, Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import type { DatasetInfo } from '../../main/contract/types.ts'
import { sizeInShort, sizeInWords } from './dataset-words.ts'
import styles from './dataset-menu.module.css'

type DatasetMenuProps = {
  readonly sets: readonly DatasetInfo[]
  readonly shown: DatasetInfo
  readonly onChoose: (dataset: string) => void
  /** Why a set cannot be chosen on this page, in a few words; null where it can. All can unless given. */
  readonly whyNot?: (set: DatasetInfo) => string | null
}

export function DatasetMenu({ sets, shown, onChoose, whyNot = () => null }: DatasetMenuProps) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          className={styles['target'] ?? ''}
          rightSection={<IconChevronDown />}
          aria-label={`Data set: ${shown.title}`}
          title="Which data set is shown"
        >
          <span className={styles['name']}>{shown.title}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={styles['list'] ?? ''}>
        <Menu.RadioGroup value={shown.name} onChange={onChoose}>
          {sets.map((set) => {
            const reason = whyNot(set)
            return (
              <Menu.RadioItem
                key={set.name}
                value={set.name}
                closeMenuOnClick
                disabled={reason !== null}
                className={styles['item'] ?? ''}
                title={
                  reason ?? (set.state === 'damaged' ? (set.problem?.message ?? 'It cannot be read') : sizeInWords(set))
                }
                rightSection={<span className={styles['size']}>{reason ?? sizeInShort(set)}</span>}
              >
                <span className={styles['name']}>{set.title}</span>
              </Menu.RadioItem>
            )
          })}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  )
}
