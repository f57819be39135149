/** How far the run is, how fast, and what was just asked of it. */
import type { RunSummary } from '../../../main/contract/types.ts'
import { count, duration, thousands } from '../../ui/format.ts'
import { useLearner, type CommandKind } from './learner-store.ts'
import { useLiveRun } from './use-run.ts'
import { placeOf } from './words.ts'
import styles from './transport.module.css'

/** What is on its way, in words. */
const underWayWords: Readonly<Record<CommandKind, string>> = {
  start: 'Starting…',
  pause: 'Pausing…',
  resume: 'Going on…',
  batch: 'Going on…',
  epoch: 'Going on…',
  back: 'Going back…',
  stop: 'Stopping…',
  continue: 'Going on…',
}

export function Progress({ run, active }: { readonly run: RunSummary | null; readonly active: boolean }) {
  const { step, pulse } = useLiveRun(run)
  const underWay = useLearner((state) => state.underWay)
  const onItsWay = underWay === null ? null : underWayWords[underWay]
  if (run === null || run.totalSteps === 0) {
    return (
      <div className={styles['progress']}>
        <div>{onItsWay ?? emptyProgress(run, active)}</div>
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
          <b>Epoch {thousands(epoch)}</b> of {thousands(run.specification.epochs)} · batch <b>{thousands(batch)}</b> of{' '}
          {thousands(run.stepsPerEpoch)}
        </span>
        <span>{onItsWay ?? (writing ? 'Writing new images…' : left === null ? '' : `${timeLeft(left)} left`)}</span>
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

/** `59 s`, `12 min`, `3 h`: an estimate, in one unit. */
function timeLeft(seconds: number): string {
  if (seconds < 90) return duration(seconds)
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : count(Math.round(minutes / 60), 'h', 'h')
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
