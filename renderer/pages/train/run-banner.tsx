/** What needs a decision about the shown run or the last command: diagnosed, failed, interrupted, refused, another device. */
import { Button } from '@mantine/core'
import { AppError } from '../../../data/error.ts'
import type { Diagnosis, RunSummary } from '../../../main/contract/types.ts'
import { dismissRestart, useTellsRestart } from '../../connection.ts'
import { Banner, ErrorBanner } from '../../ui/index.ts'
import { count } from '../../ui/format.ts'
import { activeRun } from '../../store/run-store.ts'
import { runs, timeMachine, useRuns, useTime } from '../../store/runs.ts'
import { continueRun, startInstead, startRun } from './commands.ts'
import { learner, useLearner } from './learner-store.ts'
import { canGoOn } from './words.ts'

/** The frame tells these, and everything is read again when they are over. */
const passing: ReadonlySet<string> = new Set(['channel/closed', 'engine/crashed', 'engine/not-started'])

export function RunBanner({ run }: { readonly run: RunSummary | null }) {
  const unseen = useTime(({ past }) => (past !== null && past.run === run?.id ? past.problem : null))
  const error = useLearner((state) => state.error)
  const problem = useRuns((state) => state.problem)
  const putAway = useLearner((state) => state.deviceWarningsRead)
  if (error !== null) {
    return (
      <ErrorBanner
        error={error}
        actions={
          <>
            {error.code === 'train/busy' ? <ShowBusyRun /> : null}
            <Button onClick={() => learner.setState({ error: null })}>Put away</Button>
          </>
        }
      />
    )
  }
  if (problem instanceof AppError && !passing.has(problem.code)) {
    return <ErrorBanner error={problem} onRetry={() => void runs.refresh()} />
  }
  if (run === null) return null
  if (unseen !== null && !passing.has(unseen.code)) {
    return (
      <ErrorBanner
        error={unseen}
        onRetry={timeMachine.again}
        actions={<Button onClick={timeMachine.leave}>Back to now</Button>}
      />
    )
  }
  if (run.diagnoses.length > 0) return <Diagnosed run={run} diagnoses={run.diagnoses} />
  if (run.state === 'interrupted') return <Interrupted run={run} />
  if (run.state === 'failed' && run.problem !== null) {
    const lost = run.problem.code === 'device/unavailable' && canGoOn(run)
    return (
      <ErrorBanner
        error={run.problem}
        actions={
          lost ? (
            <Button onClick={() => void continueRun(run.id, 'cpu')}>Continue on the CPU</Button>
          ) : (
            <Button onClick={() => void startRun(run.specification)}>Try again</Button>
          )
        }
      />
    )
  }
  const warning = run.device?.warning ?? null
  if (warning !== null && !putAway.has(run.id)) {
    return (
      <Banner
        kind="warn"
        inline
        title="This run computes on the CPU."
        actions={
          <Button onClick={() => learner.setState({ deviceWarningsRead: new Set([...putAway, run.id]) })}>
            Put away
          </Button>
        }
      >
        {warning.message}
      </Banner>
    )
  }
  return null
}

/** Leads to the run that keeps another one from being started. */
function ShowBusyRun() {
  const active = useRuns(activeRun)
  if (active === null) return null
  return (
    <Button
      onClick={() => {
        runs.select(active.id)
        learner.setState({ draft: null, error: null })
      }}
    >
      Show run {active.id}
    </Button>
  )
}

/** Tells the end of the engine as well, so that the frame need not; whoever decides here has read it. */
function Interrupted({ run }: { readonly run: RunSummary }) {
  useTellsRestart()
  const decide = (command: Promise<unknown>): void => {
    dismissRestart()
    void command
  }
  return (
    <Banner
      kind="warn"
      inline
      title={`Run ${run.id} was interrupted.`}
      actions={
        <>
          {canGoOn(run) ? <Button onClick={() => decide(continueRun(run.id))}>Continue</Button> : null}
          <Button onClick={() => decide(startRun(run.specification))}>Start again</Button>
        </>
      }
    >
      The engine ended while it trained; its record up to {count(run.step, 'mini-batch', 'mini-batches')} is kept.
    </Banner>
  )
}

/** The likeliest cause in words, and its remedy as a button. */
function Diagnosed({ run, diagnoses }: { readonly run: RunSummary; readonly diagnoses: readonly Diagnosis[] }) {
  const [first] = diagnoses
  if (first === undefined) return null
  const { remedy } = first
  return (
    <Banner
      kind={run.state === 'diverged' ? 'bad' : 'warn'}
      inline
      title={first.title}
      actions={
        remedy === null ? undefined : (
          <Button onClick={() => void startInstead({ ...run.specification, ...remedy.changes })}>{remedy.words}</Button>
        )
      }
    >
      {first.words}
    </Banner>
  )
}
