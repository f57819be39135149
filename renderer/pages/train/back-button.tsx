/** Back by one mini-batch at a press, or by more, or to a certain one, from the sheet beside it. */
import { Button, Popover, TextInput } from '@mantine/core'
import { IconChevronDown, IconPlayerTrackPrev } from '@tabler/icons-react'
import { useState } from 'react'
import type { RunSummary } from '../../../main/contract/types.ts'
import { thousands } from '../../ui/format.ts'
import type { CommandKind } from './learner-store.ts'
import { Sign } from './sign.tsx'
import type { Actions } from './use-actions.ts'
import { useLiveRun } from './use-run.ts'
import styles from './transport.module.css'

type BackButtonProps = {
  /** The run that goes on; null while there is none. */
  readonly run: RunSummary | null
  readonly onBack: Actions['back']
  readonly underWay: CommandKind | null
}

export function BackButton({ run, onBack, underWay }: BackButtonProps) {
  const [open, setOpen] = useState(false)
  const { step } = useLiveRun(run)
  const off = run === null || run.state === 'preparing' || step === 0 || underWay === 'stop'
  const title = run === null ? 'Nothing is running' : step === 0 ? 'It is at the first mini-batch' : null
  return (
    <Button.Group>
      <Button
        leftSection={<Sign busy={underWay === 'back'} icon={<IconPlayerTrackPrev />} />}
        aria-busy={underWay === 'back'}
        title={title ?? 'Take back one mini-batch, then wait'}
        disabled={off}
        onClick={() => onBack({ batches: 1 })}
      >
        <span className={styles['backWord']}>Back</span>
      </Button>
      <Popover opened={open && !off} onChange={setOpen} position="bottom-start" shadow="md" trapFocus returnFocus>
        <Popover.Target>
          <Button
            className={styles['backMore'] ?? ''}
            aria-label="Back further"
            aria-expanded={open && !off}
            title={title ?? 'Back further'}
            disabled={off}
            onClick={() => setOpen(!open)}
          >
            <IconChevronDown />
          </Button>
        </Popover.Target>
        <Popover.Dropdown className={styles['backSheet'] ?? ''}>
          {run === null ? null : (
            <Further
              run={run}
              step={step}
              onBack={(by) => {
                setOpen(false)
                onBack(by)
              }}
            />
          )}
        </Popover.Dropdown>
      </Popover>
    </Button.Group>
  )
}

type FurtherProps = { readonly run: RunSummary; readonly step: number; readonly onBack: Actions['back'] }

function Further({ run, step, onBack }: FurtherProps) {
  const [target, setTarget] = useState('')
  const wanted = target.trim() === '' ? Number.NaN : Number(target.replaceAll(',', ''))
  const valid = Number.isInteger(wanted) && wanted >= 0 && wanted <= step
  const wrong = target.trim() !== '' && !valid
  const epochStart = Math.floor((step - 1) / run.stepsPerEpoch) * run.stepsPerEpoch
  return (
    <>
      <div className={styles['backBy']} role="group" aria-label="Back by">
        {[10, 100].map((batches) => (
          <Button key={batches} disabled={step < batches} onClick={() => onBack({ batches })}>
            {batches} batches
          </Button>
        ))}
        <Button onClick={() => onBack({ toStep: epochStart })}>to the last epoch</Button>
        <Button onClick={() => onBack({ toStep: 0 })}>to the start</Button>
      </div>
      <form
        className={styles['backTo']}
        onSubmit={(event) => {
          event.preventDefault()
          if (valid) onBack({ toStep: wanted })
        }}
      >
        <TextInput
          label="To mini-batch"
          value={target}
          placeholder={thousands(Math.max(0, step - 1))}
          inputMode="numeric"
          autoComplete="off"
          error={wrong ? `0 to ${thousands(step)}` : null}
          onChange={(event) => setTarget(event.currentTarget.value)}
        />
        <Button type="submit" disabled={!valid}>
          Go back
        </Button>
      </form>
      <p className={styles['backWords']}>What came after it is made again, the same way.</p>
    </>
  )
}
