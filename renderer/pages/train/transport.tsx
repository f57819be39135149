/** The controls of a run: start, pause, one mini-batch, one epoch, stop, speed and learning rate while it runs, and how far it is. */
import { Button } from '@mantine/core'
import {
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipForward,
  IconPlayerStop,
  IconPlayerTrackNext,
} from '@tabler/icons-react'
import { useEffect, useRef, type FocusEvent, type RefObject } from 'react'
import { Panel } from '../../ui/index.ts'
import { Sign } from './sign.tsx'
import { useLearner, type CommandKind } from './learner-store.ts'
import { BackButton } from './back-button.tsx'
import { Progress } from './progress.tsx'
import type { ShownRun } from './use-run.ts'
import type { Actions } from './use-actions.ts'
import { RateSlider, SpeedSlider } from './transport-sliders.tsx'
import styles from './transport.module.css'

type TransportProps = {
  readonly shown: ShownRun | null
  readonly actions: Actions
  /** NaN while the form's field holds none. */
  readonly learningRate: number
  /** Why Start is off; null when it works. */
  readonly blocked: string | null
}

export function Transport({ shown, actions, learningRate, blocked }: TransportProps) {
  const state = shown?.active === true ? shown.run.state : 'idle'
  const off = state === 'idle' && blocked !== null
  const title = (words: string) => (off ? (blocked ?? words) : words)
  const underWay = useLearner((learner) => learner.underWay)
  const buttons = useRef<HTMLDivElement>(null)
  const focus = useKeptFocus(buttons)
  // What comes after a stop is a new run, so nothing is to be pressed until then.
  const ending = underWay === 'stop' || underWay === 'start'
  return (
    <Panel label="Controls" className={styles['transport']}>
      <div className={styles['buttons']} ref={buttons} onFocus={focus.gained} onBlur={focus.lost}>
        <MainButton
          state={state}
          off={off || underWay === 'stop'}
          title={title}
          actions={actions}
          underWay={underWay}
        />
        <BackButton run={shown?.active === true ? shown.run : null} onBack={actions.back} underWay={underWay} />
        <Button
          className={styles['step'] ?? ''}
          leftSection={<Sign busy={underWay === 'batch'} icon={<IconPlayerTrackNext />} />}
          title={title('One mini-batch, then wait (B)')}
          disabled={off || ending || state === 'preparing'}
          onClick={actions.batch}
        >
          Batch
        </Button>
        <Button
          className={styles['step'] ?? ''}
          leftSection={<Sign busy={underWay === 'epoch'} icon={<IconPlayerSkipForward />} />}
          title={title('To the end of the epoch, then wait (N)')}
          disabled={off || ending || state === 'preparing'}
          onClick={actions.epoch}
        >
          Epoch
        </Button>
        <Button
          className={styles['step'] ?? ''}
          leftSection={<Sign busy={underWay === 'stop'} icon={<IconPlayerStop />} />}
          aria-busy={underWay === 'stop'}
          title={state === 'idle' ? 'Nothing is running' : 'End the run and keep what it learned'}
          disabled={state === 'idle' || ending}
          onClick={actions.stop}
        >
          Stop
        </Button>
      </div>
      <SpeedSlider />
      <RateSlider rate={learningRate} onChange={actions.changeRate} />
      <Progress run={shown?.run ?? null} active={shown?.active === true} />
    </Panel>
  )
}

/** A focused button that is switched off, as Stop is by itself, hands the focus to the first one, not to the whole page. */
function useKeptFocus(buttons: RefObject<HTMLDivElement | null>) {
  const focused = useRef<HTMLElement | null>(null)
  useEffect(() => {
    const last = focused.current
    if (!(last instanceof HTMLButtonElement) || !last.disabled) return
    const first = buttons.current?.querySelector<HTMLButtonElement>('button:not(:disabled)')
    if (document.activeElement === document.body || document.activeElement === last) first?.focus()
  })
  return {
    gained: (event: FocusEvent<HTMLElement>) => {
      focused.current = event.target
    },
    lost: (event: FocusEvent<HTMLElement>) => {
      if (!(event.target instanceof HTMLButtonElement && event.target.disabled)) focused.current = null
    },
  }
}

type MainButtonProps = {
  readonly underWay: CommandKind | null
  readonly state: string
  readonly off: boolean
  readonly title: (words: string) => string
  readonly actions: Actions
}

function MainButton({ state, off, title, actions, underWay }: MainButtonProps) {
  const busy = underWay === 'start' || underWay === 'pause' || underWay === 'resume' || underWay === 'continue'
  const common = { variant: 'filled', className: styles['main'] ?? '', disabled: off, 'aria-busy': busy } as const
  if (state === 'training' || state === 'preparing') {
    return (
      <Button
        {...common}
        leftSection={<Sign busy={busy} icon={<IconPlayerPause />} />}
        title="Pause (Space)"
        onClick={actions.pause}
      >
        Pause
      </Button>
    )
  }
  if (state === 'paused') {
    return (
      <Button
        {...common}
        leftSection={<Sign busy={busy} icon={<IconPlayerPlay />} />}
        title="Resume (Space)"
        onClick={actions.resume}
      >
        Resume
      </Button>
    )
  }
  return (
    <Button
      {...common}
      leftSection={<Sign busy={busy} icon={<IconPlayerPlay />} />}
      title={title('Start (Space)')}
      onClick={actions.start}
    >
      Start
    </Button>
  )
}
