/** The run in the rail: a ring of its progress while the engine holds it, its outcome until somebody looks. */
import { IconAlertCircle, IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { activeRun, isStuck, stepOf } from '../store/run-store.ts'
import { runs, useRuns } from '../store/runs.ts'
import styles from './shell.module.css'

const RADIUS = 11
const CIRCUMFERENCE = 2 * Math.PI * RADIUS

function Ring({ fraction, paused }: { readonly fraction: number; readonly paused: boolean }) {
  return (
    <svg viewBox="0 0 28 28" aria-hidden>
      <circle cx="14" cy="14" r={RADIUS} className={styles['track']} />
      <circle
        cx="14"
        cy="14"
        r={RADIUS}
        className={styles['progress']}
        strokeDasharray={`${(fraction * CIRCUMFERENCE).toFixed(1)} ${CIRCUMFERENCE.toFixed(1)}`}
        transform="rotate(-90 14 14)"
      />
      {paused ? <path d="M11.5 10v8M16.5 10v8" className={styles['bars']} /> : null}
    </svg>
  )
}

export function RunChip() {
  const active = useRuns(activeRun)
  const percent = useRuns((state) => {
    const run = activeRun(state)
    return run === null || run.totalSteps === 0 ? 0 : Math.floor((stepOf(state, run) / run.totalSteps) * 100)
  })
  const [followed, setFollowed] = useState<number | null>(null)
  useEffect(
    () =>
      runs.api.subscribe((state) => {
        const run = activeRun(state)
        if (run !== null) setFollowed(run.id)
      }),
    [],
  )
  const ended = useRuns((state) => (active === null ? state.runs.find((run) => run.id === followed) : undefined))

  if (active !== null) {
    const paused = active.state === 'paused'
    return (
      <Link
        href="/train"
        className={styles['chip'] ?? ''}
        title={`Run ${active.id}, ${active.state}, ${percent} % done`}
      >
        <Ring fraction={percent / 100} paused={paused} />
        Run {active.id}
        {paused ? <span>paused</span> : null}
      </Link>
    )
  }
  if (ended === undefined) return null
  const good = (ended.state === 'finished' || ended.state === 'stopped') && !isStuck(ended)
  const Icon = good ? IconCircleCheck : isStuck(ended) ? IconAlertTriangle : IconAlertCircle
  return (
    <Link
      href="/train"
      className={styles['chip'] ?? ''}
      data-kind={good ? 'good' : 'bad'}
      onClick={() => {
        setFollowed(null)
      }}
    >
      <Icon size="1.5rem" stroke={1.75} aria-hidden />
      Run {ended.id}
      <span>{isStuck(ended) ? 'plateau' : ended.state === 'finished' ? 'done' : ended.state}</span>
    </Link>
  )
}
