/** The button beside the learning rate that looks for a good one, and what it opens: the finder's curve and its suggestion. */
import { Button, Popover } from '@mantine/core'
import { useState } from 'react'
import { rateRange, type RunSpecification } from '../../../native/learn/specification.ts'
import { Bold } from '../../ui/bold.tsx'
import { RateChart } from '../../ui/charts/rate-chart.tsx'
import { useRem } from '../../ui/charts/use-rem.ts'
import { rateText } from './learning-rate.ts'
import { searchAnswer, useRateSearch } from './rate-search.ts'
import styles from './find-rate.module.css'

type FindRateProps = {
  readonly specification: RunSpecification
  /** Why it cannot be tried now; null where it can. */
  readonly blocked: string | null
  readonly onUse: (rate: number) => void
}

/** From the button to beyond the panel's edge. */
const FIELD_REMS = 6

export function FindRate({ specification, blocked, onUse }: FindRateProps) {
  const [open, setOpen] = useState(false)
  const { state, start, cancel } = useRateSearch()
  const rem = useRem()
  const oneCycle = specification.schedule === 'one-cycle'
  const close = (): void => {
    setOpen(false)
    cancel()
  }
  const begin = (): void => {
    setOpen(true)
    // The rate itself does not matter, so that it may be missing.
    start({ ...specification, learningRate: 0.1 })
  }
  const suggestion = state.kind === 'done' ? state.result.suggestion : null
  const curve = state.kind === 'done' ? state.result : state.kind === 'searching' ? state.curve : null
  const range = rateRange(specification)
  return (
    <Popover
      opened={open}
      onChange={(opened) => {
        if (!opened) close()
      }}
      position="right"
      // Beside the field that it is about, not over it.
      offset={FIELD_REMS * rem}
      width="25rem"
      shadow="md"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button
          variant="subtle"
          size="compact-sm"
          className={styles['find'] ?? ''}
          aria-label="Find a learning rate"
          aria-expanded={open}
          disabled={blocked !== null}
          title={blocked ?? 'Try rates on a copy of the first weights'}
          onClick={() => (open ? close() : begin())}
        >
          Find
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles['sheet'] ?? ''}>
        <h2 className={styles['heading']}>Which learning rate?</h2>
        <p className={styles['answer']} role="status">
          <Bold>{searchAnswer(state, oneCycle)}</Bold>
        </p>
        {state.kind === 'failed' ? (
          <p className={styles['problem']} role="alert">
            {state.error.message}
          </p>
        ) : (
          <div className={styles['chart']}>
            <RateChart curve={curve} from={range.from} to={range.to} suggestion={suggestion} />
          </div>
        )}
        <p className={styles['note']}>
          With each of 100 mini-batches the rate grows. Too small and nothing moves; too large and the loss breaks away.
        </p>
        <div className={styles['actions']}>
          {suggestion === null ? null : (
            <Button
              data-autofocus
              onClick={() => {
                onUse(suggestion)
                close()
              }}
            >
              Use {rateText(suggestion)}
            </Button>
          )}
          <Button variant="subtle" onClick={close}>
            {state.kind === 'searching' ? 'Cancel' : 'Close'}
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}
