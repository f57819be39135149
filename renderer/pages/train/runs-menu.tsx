/** The runs so far, newest first: open one, or remove it and take that back. */
import { ActionIcon, Button, Popover } from '@mantine/core'
import { IconHistory, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import type { RunSummary } from '../../../main/contract/types.ts'
import { isActive } from '../../store/run-store.ts'
import { runs, useRuns } from '../../store/runs.ts'
import { showToast } from '../../ui/index.ts'
import { keepRun, removeRun } from './commands.ts'
import { learner, useLearner } from './learner-store.ts'
import { StateChip } from './state-chip.tsx'
import styles from './runs-menu.module.css'

const dayAndTime = new Intl.DateTimeFormat('en-US', {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
})

export function RunsMenu({ shown }: { readonly shown: number | null }) {
  const [open, setOpen] = useState(false)
  const removing = useLearner((state) => state.removing)
  const all = useRuns((state) => state.runs)
  const list = all.filter((run) => !removing.has(run.id))
  if (list.length === 0) return null
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width="26rem" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button leftSection={<IconHistory />} aria-expanded={open} onClick={() => setOpen(!open)}>
          Runs
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles['sheet'] ?? ''}>
        <h2 className={styles['heading']}>Runs so far</h2>
        <ul className={styles['list']}>
          {list.map((run) => (
            <Item
              key={run.id}
              run={run}
              current={run.id === shown}
              onOpen={() => {
                runs.select(run.id)
                learner.setState({ draft: null, error: null })
                setOpen(false)
              }}
            />
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  )
}

type ItemProps = { readonly run: RunSummary; readonly current: boolean; readonly onOpen: () => void }

function Item({ run, current, onOpen }: ItemProps) {
  const remove = () => {
    removeRun(run.id)
    showToast({
      message: `Run ${run.id} removed`,
      icon: <IconTrash size="1.125rem" stroke={1.75} aria-hidden />,
      undo: () => keepRun(run.id),
    })
  }
  return (
    <li className={styles['item']} data-current={current || undefined}>
      <button type="button" className={styles['open']} onClick={onOpen} aria-current={current || undefined}>
        <b>Run {run.id}</b>
        <StateChip run={run} />
        <span className={styles['when']}>{dayAndTime.format(run.createdAt)}</span>
        <span className={styles['what']}>{run.title}</span>
      </button>
      <ActionIcon
        variant="subtle"
        aria-label={`Remove run ${run.id}`}
        title={isActive(run) ? 'Stop it before you remove it' : 'Remove'}
        disabled={isActive(run)}
        onClick={remove}
      >
        <IconTrash />
      </ActionIcon>
    </li>
  )
}
