/** Below the loss chart while one looks back: the way to the present, and the way on from there as another run. */
import { Button } from '@mantine/core'
import type { RunSummary } from '../../../main/contract/types.ts'
import { timeMachine } from '../../store/runs.ts'
import type { Past } from '../../store/time-machine.ts'
import { BranchSheet } from './branch-sheet.tsx'
import styles from './time.module.css'

export function PastBar({ run, past }: { readonly run: RunSummary; readonly past: Past }) {
  const there = past.moment?.weights.step === past.step ? past.moment : null
  return (
    <div className={styles['below']}>
      <span>epoch</span>
      <Button size="compact-sm" variant="subtle" title="Back to the present (Esc)" onClick={timeMachine.leave}>
        Now
      </Button>
      <BranchSheet run={run} step={past.step} learningRate={there?.learningRate ?? null} />
    </div>
  )
}
