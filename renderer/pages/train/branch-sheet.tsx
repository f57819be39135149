/** "Go on from here as a new run": what the new run has otherwise than the one that it begins in. */
import { Button, Popover } from '@mantine/core'
import { IconChevronDown, IconGitBranch } from '@tabler/icons-react'
import { useState, type KeyboardEvent } from 'react'
import type { RunSummary } from '../../../main/contract/types.ts'
import {
  layerSizes,
  losses,
  optimizers,
  orders,
  schedules,
  type LossName,
} from '../../../native/learn/specification.ts'
import { isActive } from '../../store/run-store.ts'
import { thousands } from '../../ui/format.ts'
import { branchDraft, changesIn, wrongIn, type BranchStart } from './branch-draft.ts'
import { branchRun } from './commands.ts'
import { hasDropout, lossesFor, specificationOf, type Draft } from './draft.ts'
import { Choice, entries, Text } from './form-fields.tsx'
import formStyles from './learner-form.module.css'
import styles from './time.module.css'

type BranchSheetProps = {
  readonly run: RunSummary
  readonly step: number
  /** That the run had there; null until it is known. */
  readonly learningRate: number | null
}

export function BranchSheet({ run, step, learningRate }: BranchSheetProps) {
  const [open, setOpen] = useState(false)
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="top-end"
      // Higher than the room above the button it moves over it, and not out of the window.
      middlewares={{ flip: false, shift: { crossAxis: true, padding: 8 } }}
      shadow="md"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Button
          size="compact-sm"
          leftSection={<IconGitBranch />}
          aria-expanded={open}
          disabled={learningRate === null}
          onClick={() => setOpen(!open)}
        >
          Go on from here as a new run
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={styles['sheet'] ?? ''} onKeyDown={keepEscape}>
        {learningRate === null ? null : (
          <Fields key={step} start={{ run, step, learningRate }} onDone={() => setOpen(false)} />
        )}
      </Popover.Dropdown>
    </Popover>
  )
}

/** Esc closes the sheet, and not the past behind it as well. */
function keepEscape(event: KeyboardEvent): void {
  if (event.key === 'Escape') event.stopPropagation()
}

function Fields({ start, onDone }: { readonly start: BranchStart; readonly onDone: () => void }) {
  const { run, step } = start
  const [draft, setDraft] = useState(() => branchDraft(start))
  const [more, setMore] = useState(false)
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part })
  const problems = wrongIn(draft, start)
  const wrong = Object.values(problems)[0] ?? null
  const atEpochEnd = step % run.stepsPerEpoch === 0
  const begin = (paused: boolean) => {
    onDone()
    void branchRun(run, step, changesIn(draft, start), paused)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (wrong === null) begin(false)
      }}
    >
      <h2>A new run from mini-batch {thousands(step)} on</h2>
      <div className={styles['fields']}>
        <Text
          label="Learning rate"
          value={draft.learningRate}
          problem={problems.learningRate}
          onChange={(learningRate) => change({ learningRate })}
        />
        <Choice
          inSheet
          label="Optimizer"
          value={draft.optimizer}
          options={entries(optimizers)}
          onChange={(optimizer) => change({ optimizer })}
        />
        <Text label="Epochs" value={draft.epochs} problem={problems.epochs} onChange={(epochs) => change({ epochs })} />
        {atEpochEnd ? (
          <Text
            label="Batch size"
            value={draft.batchSize}
            problem={problems.batchSize}
            onChange={(batchSize) => change({ batchSize })}
          />
        ) : null}
        <button type="button" className={formStyles['more']} aria-expanded={more} onClick={() => setMore(!more)}>
          More settings
          <IconChevronDown size="0.875rem" stroke={1.75} aria-hidden />
        </button>
        {more ? <More draft={draft} start={start} change={change} /> : null}
      </div>
      <div className={styles['acts']}>
        <Button type="submit" disabled={wrong !== null}>
          Start the new run
        </Button>
        <Button disabled={wrong !== null} onClick={() => begin(true)}>
          Start it paused
        </Button>
      </div>
      <p className={styles['words']}>
        Run {run.id} is kept as it is
        {isActive(run) ? '; it stops waiting, and can be continued later' : ''}.
      </p>
    </form>
  )
}

type MoreProps = {
  readonly draft: Draft
  readonly start: BranchStart
  readonly change: (part: Partial<Draft>) => void
}

/** What is changed more rarely. */
function More({ draft, start, change }: MoreProps) {
  const { run, step } = start
  const problems = wrongIn(draft, start)
  const atEpochEnd = step % run.stepsPerEpoch === 0
  // The weights are those of so many outputs.
  const outputsOf = (loss: LossName) => layerSizes(specificationOf({ ...draft, loss })).at(-1)
  const fitting = lossesFor(draft.allTen).filter((loss) => outputsOf(loss) === outputsOf(draft.loss))
  return (
    <>
      <Choice
        inSheet
        label="Loss"
        wide
        value={draft.loss}
        problem={problems.loss}
        options={entries(losses).filter(({ value }) => fitting.includes(value))}
        onChange={(loss) => change({ loss })}
      />
      <Choice
        inSheet
        label="Schedule"
        value={draft.schedule}
        options={entries(schedules)}
        onChange={(schedule) => change({ schedule })}
      />
      <Text
        label="Weight decay"
        value={draft.weightDecay}
        problem={problems.weightDecay}
        onChange={(weightDecay) => change({ weightDecay })}
      />
      {hasDropout(draft.model) ? (
        <Text
          label="Dropout"
          value={draft.dropout}
          problem={problems.dropout}
          onChange={(dropout) => change({ dropout })}
        />
      ) : null}
      {draft.loss === 'cross_entropy' ? (
        <Text
          label="Smoothing"
          value={draft.labelSmoothing}
          problem={problems.labelSmoothing}
          onChange={(labelSmoothing) => change({ labelSmoothing })}
        />
      ) : null}
      {atEpochEnd ? (
        <>
          <Choice
            inSheet
            label="Order"
            value={draft.order}
            options={entries(orders)}
            onChange={(order) => change({ order })}
          />
          <Text label="Seed" value={draft.seed} problem={problems.seed} onChange={(seed) => change({ seed })} />
        </>
      ) : (
        <p className={styles['words']}>
          Batch size, order and seed can change where an epoch has ended, as at mini-batch{' '}
          {thousands(nearestEpochEnd(start))}.
        </p>
      )}
    </>
  )
}

function nearestEpochEnd({ run, step }: BranchStart): number {
  const ended = Math.round(step / run.stepsPerEpoch)
  return Math.min(ended, Math.floor(run.step / run.stepsPerEpoch)) * run.stepsPerEpoch
}
