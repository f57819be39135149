/** What ends the run early, in the Learner's list while it goes on: with the learning rate the one thing that can still be changed. */
import { Button, Popover } from '@mantine/core'
import { useState } from 'react'
import type { RunSummary } from '../../../main/contract/types.ts'
import { stopMetrics } from '../../../native/learn/specification.ts'
import { setStopAt } from './commands.ts'
import { draftOf, problemsIn, specificationOf, withStopMetric } from './draft.ts'
import { Choice, entries, Text } from './form-fields.tsx'
import { stopAtText } from './words.ts'
import styles from './learner-form.module.css'

export function StopAtRow({ run }: { readonly run: RunSummary }) {
  const [open, setOpen] = useState(false)
  const text = stopAtText(run) ?? 'the end'
  return (
    <div data-live>
      <dt>Stop at</dt>
      <dd>
        <Popover opened={open} onChange={setOpen} position="right" shadow="md" trapFocus returnFocus>
          <Popover.Target>
            <button
              type="button"
              className={styles['live']}
              aria-label={`${text}, change what ends the run`}
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            >
              {text}
            </button>
          </Popover.Target>
          <Popover.Dropdown className={styles['sheet'] ?? ''}>
            <Fields run={run} onDone={() => setOpen(false)} />
          </Popover.Dropdown>
        </Popover>
      </dd>
    </div>
  )
}

function Fields({ run, onDone }: { readonly run: RunSummary; readonly onDone: () => void }) {
  const [draft, setDraft] = useState(() => draftOf({ ...run.specification, stopAt: run.stopAt }))
  const problem = problemsIn(draft).stopAt
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (problem !== undefined) return
        onDone()
        void setStopAt(run.id, specificationOf(draft).stopAt)
      }}
    >
      <Choice
        inSheet
        label="Stop at"
        value={draft.stopMetric}
        options={[
          { value: 'never', title: 'the end', description: 'It trains all its epochs.' },
          ...entries(stopMetrics),
        ]}
        onChange={(stopMetric) => setDraft({ ...draft, ...withStopMetric(stopMetric) })}
      />
      {draft.stopMetric === 'never' ? null : (
        <Text
          label={draft.stopMetric === 'accuracy' ? 'Accuracy of' : 'Loss of'}
          value={draft.stopValue}
          problem={problem}
          onChange={(stopValue) => setDraft({ ...draft, stopValue })}
        />
      )}
      <p className={styles['note']}>It is looked at when the next epoch ends.</p>
      <Button type="submit" disabled={problem !== undefined}>
        Set it
      </Button>
    </form>
  )
}
