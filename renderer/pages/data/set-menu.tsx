/** The menu of data sets: which one the page shows. */
import { Button, Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import type { DatasetInfo } from '../../../main/contract/types.ts'
import { thousands } from '../../ui/format.ts'
import { imagesOf, showSet } from './sets.ts'

type SetMenuProps = {
  readonly sets: readonly DatasetInfo[]
  readonly shown: DatasetInfo
}

export function SetMenu({ sets, shown }: SetMenuProps) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button rightSection={<IconChevronDown />} aria-label={`Data set: ${shown.title}`}>
          {shown.title}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {sets.map((set) => (
          <Menu.Item
            key={set.name}
            onClick={() => {
              showSet(set.name)
            }}
            rightSection={
              <span className="caption">{set.state === 'damaged' ? 'damaged' : thousands(imagesOf(set))}</span>
            }
          >
            {set.title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
