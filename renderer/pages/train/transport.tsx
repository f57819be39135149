/** The controls of a run: start, pause, one mini-batch, one epoch, stop, the learning rate while it runs, and how far it is. */
import { Button, Slider } from '@mantine/core'
import {
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipForward,
  IconPlayerStop,
  IconPlayerTrackNext,
} from '@tabler/icons-react'
import { useState } from 'react'
import type { RunSummary } from '../../../main/contract/types.ts'
import { Panel } from '../../ui/index.ts'
import { count, duration, thousands } from '../../ui/format.ts'
import { HIGHEST_POWER, LOWEST_POWER, positionOf, rateAt, rateText } from './learning-rate.ts'
import { placeOf } from './words.ts'
import { BackButton } from './back-button.tsx'
import { useLiveRun, type ShownRun } from './use-run.ts'
import type { Actions } from './use-actions.ts'
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
  return (
    <Panel label="Controls" className={styles['transport']}>
      <div className={styles['buttons']}>
        <MainButton state={state} off={off} title={title} actions={actions} />
        <BackButton run={shown?.active === true ? shown.run : null} onBack={actions.back} />
        <Button
          leftSection={<IconPlayerTrackNext />}
          title={title('One mini-batch, then wait (B)')}
          disabled={off || state === 'preparing'}
          onClick={actions.batch}
        >
          Batch
        </Button>
        <Button
          leftSection={<IconPlayerSkipForward />}
          title={title('To the end of the epoch, then wait (N)')}
          disabled={off || state === 'preparing'}
          onClick={actions.epoch}
        >
          Epoch
        </Button>
        <Button
          leftSection={<IconPlayerStop />}
          title={state === 'idle' ? 'Nothing is running' : 'End the run and keep what it learned'}
          disabled={state === 'idle'}
          onClick={actions.stop}
        >
          Stop
        </Button>
      </div>
      <RateSlider rate={learningRate} onChange={actions.changeRate} />
      <Progress run={shown?.run ?? null} active={shown?.active === true} />
    </Panel>
  )
}

type MainButtonProps = {
  readonly state: string
  readonly off: boolean
  readonly title: (words: string) => string
  readonly actions: Actions
}

function MainButton({ state, off, title, actions }: MainButtonProps) {
  const common = { variant: 'filled', className: styles['main'] ?? '' } as const
  if (state === 'training' || state === 'preparing') {
    return (
      <Button {...common} leftSection={<IconPlayerPause />} title="Pause (Space)" onClick={actions.pause}>
        Pause
      </Button>
    )
  }
  if (state === 'paused') {
    return (
      <Button {...common} leftSection={<IconPlayerPlay />} title="Resume (Space)" onClick={actions.resume}>
        Resume
      </Button>
    )
  }
  return (
    <Button
      {...common}
      leftSection={<IconPlayerPlay />}
      title={title('Start (Space)')}
      disabled={off}
      onClick={actions.start}
    >
      Start
    </Button>
  )
}

function RateSlider({ rate, onChange }: { readonly rate: number; readonly onChange: (rate: number) => void }) {
  // While the thumb is held it shows what the hand does, not what the engine has heard so far.
  const [held, setHeld] = useState<number | null>(null)
  const valid = Number.isFinite(rate) && rate > 0
  const shown = held === null ? rate : rateAt(held)
  return (
    <div className={styles['rate']}>
      <span aria-hidden>Learning rate</span>
      <b>{Number.isFinite(shown) ? rateText(shown) : '?'}</b>
      <Slider
        className={styles['slider'] ?? ''}
        size={4}
        thumbSize={16}
        min={LOWEST_POWER}
        max={HIGHEST_POWER}
        step={0.05}
        label={null}
        thumbLabel="Learning rate"
        thumbValueText={(position) => rateText(held === null && valid ? rate : rateAt(position))}
        value={held ?? (valid ? positionOf(rate) : 0)}
        onChange={(position) => {
          setHeld(position)
          onChange(rateAt(position))
        }}
        onChangeEnd={() => setHeld(null)}
      />
    </div>
  )
}

function Progress({ run, active }: { readonly run: RunSummary | null; readonly active: boolean }) {
  const { step, pulse } = useLiveRun(run)
  if (run === null || run.totalSteps === 0) {
    return (
      <div className={styles['progress']}>
        <div>{emptyProgress(run, active)}</div>
        <div>
          <Bar fraction={0} />
        </div>
      </div>
    )
  }
  const { epoch, batch } = placeOf(run, step)
  const speed = pulse?.imagesPerSecond ?? run.imagesPerSecond
  const left = run.state === 'training' ? (pulse?.secondsLeft ?? null) : null
  // Between two epochs: the images of the next are not there yet.
  const writing = run.specification.fresh && run.state === 'training' && batch === 0 && epoch > 1
  return (
    <div className={styles['progress']}>
      <div>
        <span>
          <b>Epoch {epoch}</b> of {run.specification.epochs} · batch <b>{thousands(batch)}</b> of{' '}
          {thousands(run.stepsPerEpoch)}
        </span>
        {writing ? <span>Writing new images…</span> : left === null ? null : <span>{duration(left)} left</span>}
      </div>
      <div>
        <Bar fraction={step / run.totalSteps} />
        {speed === null || speed === 0 ? null : <small>{count(roundSpeed(speed), 'image')}/s</small>}
      </div>
    </div>
  )
}

function emptyProgress(run: RunSummary | null, active: boolean): string {
  if (run === null) return 'Nothing has run yet'
  return active ? 'Reading the images…' : 'No mini-batch was trained'
}

/** Two significant digits: a measured speed has no more. */
function roundSpeed(speed: number): number {
  return Number(speed.toPrecision(2))
}

function Bar({ fraction }: { readonly fraction: number }) {
  const percent = Math.round(fraction * 1000) / 10
  return (
    <div
      className={styles['bar']}
      role="progressbar"
      aria-label="Progress of the run"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(percent)}
    >
      <i style={{ width: `${percent}%` }} />
    </div>
  )
}
