/** What needs a decision about the shown run or the last command: diverged, failed, interrupted, refused. */
import { Button } from '@mantine/core'
import type { RunSummary } from '../../../main/contract/types.ts'
import { Banner, ErrorBanner } from '../../ui/index.ts'
import { count, thousands } from '../../ui/format.ts'
import { startRun } from './commands.ts'
import { learner, useLearner } from './learner-store.ts'
import { rateText } from './learning-rate.ts'
import { useLiveRun } from './use-run.ts'

/** How many times lower the learning rate becomes after a run diverged. */
const GENTLER = 10

export function RunBanner({ run }: { readonly run: RunSummary | null }) {
  const { divergedAt } = useLiveRun(run).series
  const error = useLearner((state) => state.error)
  if (error !== null) {
    return (
      <ErrorBanner
        error={error}
        actions={<Button onClick={() => learner.setState({ error: null })}>Put away</Button>}
      />
    )
  }
  if (run === null) return null
  if (run.state === 'diverged') {
    const gentler = Number((run.learningRate / GENTLER).toPrecision(2))
    return (
      <Banner
        kind="bad"
        inline
        title="The loss is no longer a number."
        actions={
          <Button onClick={() => void startRun({ ...run.specification, learningRate: gentler })}>
            Start again with {rateText(gentler)}
          </Button>
        }
      >
        Learning rate {rateText(run.learningRate)} is too high here
        {divergedAt === null ? '' : `: it failed at mini-batch ${thousands(divergedAt)}`}. The record up to there is
        kept.
      </Banner>
    )
  }
  if (run.state === 'interrupted') {
    return (
      <Banner
        kind="warn"
        inline
        title={`Run ${run.id} was interrupted.`}
        actions={<Button onClick={() => void startRun(run.specification)}>Start again</Button>}
      >
        The engine ended while it trained; its record up to {count(run.step, 'mini-batch', 'mini-batches')} is kept.
      </Banner>
    )
  }
  if (run.state === 'failed' && run.problem !== null) {
    return (
      <ErrorBanner
        error={run.problem}
        actions={<Button onClick={() => void startRun(run.specification)}>Try again</Button>}
      />
    )
  }
  return null
}
