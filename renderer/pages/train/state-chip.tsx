/** How a run stands, as a chip: an icon and always the word. */
import {
  IconAlertCircle,
  IconAlertTriangle,
  IconCircleCheck,
  IconPlayerPause,
  IconPlayerStop,
  IconPlugConnectedX,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { assertNever } from '../../../data/error.ts'
import type { RunSummary } from '../../../main/contract/types.ts'
import { isStuck } from '../../store/run-store.ts'
import { fourDecimals } from '../../ui/format.ts'
import { Chip } from '../../ui/index.ts'
import styles from './train.module.css'

type Look = { readonly icon: ReactNode; readonly kind: 'plain' | 'good' | 'warn' | 'bad'; readonly word: string }

function lookOf(run: RunSummary): Look {
  switch (run.state) {
    case 'preparing':
      return { icon: <span className={styles['dot']} />, kind: 'plain', word: 'preparing' }
    case 'training':
      if (isStuck(run)) return { icon: <IconAlertTriangle aria-hidden />, kind: 'warn', word: 'training, plateau' }
      return { icon: <span className={styles['dot']} />, kind: 'plain', word: 'training' }
    case 'paused':
      return { icon: <IconPlayerPause aria-hidden />, kind: 'plain', word: 'paused' }
    case 'finished':
      if (isStuck(run)) return { icon: <IconAlertTriangle aria-hidden />, kind: 'warn', word: 'done, plateau' }
      return {
        icon: <IconCircleCheck aria-hidden />,
        kind: 'good',
        word: run.accuracy === null ? 'done' : `done ${fourDecimals(run.accuracy)}`,
      }
    case 'stopped':
      return { icon: <IconPlayerStop aria-hidden />, kind: 'plain', word: 'stopped' }
    case 'diverged':
      return { icon: <IconAlertCircle aria-hidden />, kind: 'bad', word: 'diverged' }
    case 'interrupted':
      return { icon: <IconPlugConnectedX aria-hidden />, kind: 'warn', word: 'interrupted' }
    case 'failed':
      return { icon: <IconAlertCircle aria-hidden />, kind: 'bad', word: 'failed' }
    default:
      return assertNever(run.state, 'run state')
  }
}

export function StateChip({ run, named = false }: { readonly run: RunSummary; readonly named?: boolean }) {
  const { icon, kind, word } = lookOf(run)
  return (
    <Chip icon={icon} kind={kind}>
      <span>
        {named ? `Run ${run.id}, ` : null}
        <span>{word}</span>
      </span>
    </Chip>
  )
}
