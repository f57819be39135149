/** The menu of the orders in which the grid can show its images, and of showing only those that occur more than once. */
import { Button, Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { sortChoice, sortChoices } from './sort-choices.ts'
import type { SortId } from './sort-choices.ts'
import styles from './grid-toolbar.module.css'

type SortMenuProps = {
  readonly sort: SortId
  readonly onChange: (sort: SortId) => void
  /** Whether only images are shown that occur more than once. */
  readonly duplicates: boolean
  readonly onDuplicates: (duplicates: boolean) => void
}

export function SortMenu({ sort, onChange, duplicates, onDuplicates }: SortMenuProps) {
  const { title } = sortChoice(sort)
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          className={styles['sort'] ?? ''}
          rightSection={<IconChevronDown />}
          aria-label={`Order: ${title}`}
          title="In which order the images are shown"
        >
          <span className={styles['name']}>{title}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup
          value={sort}
          onChange={(value) => {
            const choice = sortChoices.find(({ id }) => id === value)
            if (choice !== undefined) onChange(choice.id)
          }}
        >
          {sortChoices.map(({ id, title: name }) => (
            <Menu.RadioItem key={id} value={id}>
              {name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.CheckboxItem checked={duplicates} onChange={onDuplicates}>
          Only those that occur twice
        </Menu.CheckboxItem>
      </Menu.Dropdown>
    </Menu>
  )
}
