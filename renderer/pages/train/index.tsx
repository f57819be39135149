/** The Train page: what does SGD do? Watch it live, change it while it runs, keep what it learned. */
import { Button } from '@mantine/core'
import { IconPencil, IconPlayerPlay } from '@tabler/icons-react'
import { useEffect, useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import type { DatasetInfo, RunSummary } from '../../../main/contract/types.ts'
import { presets } from '../../../native/learn/specification.ts'
import { useCommand, useConnection, useEvent } from '../../connection.ts'
import { useRuns } from '../../store/runs.ts'
import { measuredAt } from '../../store/time-machine.ts'
import { Bold } from '../../ui/bold.tsx'
import { thousands } from '../../ui/format.ts'
import { Explain, Loading, Page, Panel } from '../../ui/index.ts'
import { Charts } from './charts.tsx'
import { continueRun } from './commands.ts'
import { draftOf, firstDraft, problemsIn, specificationOf } from './draft.ts'
import { ExplainTraining } from './explain-training.tsx'
import { LearnerFacts } from './learner-facts.tsx'
import { LearnerForm } from './learner-form.tsx'
import { learner, useLearner } from './learner-store.ts'
import { RunBanner } from './run-banner.tsx'
import { RunsMenu } from './runs-menu.tsx'
import { StateChip } from './state-chip.tsx'
import { Transport } from './transport.tsx'
import { useActions } from './use-actions.ts'
import { lossBefore, useLeavingOtherRuns, usePast } from './use-past.ts'
import { useLiveRun, useShownRun } from './use-run.ts'
import { WeightsPanel } from './weights-panel.tsx'
import { answerOf, canGoOn, pastAnswer } from './words.ts'
import styles from './train.module.css'

const noDatasets: readonly DatasetInfo[] = []

export function TrainPage() {
  const loaded = useRuns((state) => state.loaded)
  const shown = useShownRun()
  const list = useCommand('dataset.list', {}, { refetchOn: ['dataset.changed'], keep: true })
  const datasets = list.data ?? noDatasets
  const edited = useLearner((state) => state.draft)
  useLeavingOtherRuns(shown?.run ?? null)
  const connected = useConnection((state) => state.status === 'connected' && state.engine === 'running')
  // Before the sets and runs are known the form would begin with the wrong ones.
  const ready = list.data !== null && loaded

  const mnist = datasets.find(({ name, state }) => name === 'mnist' && state === 'ready')
  const dataset = mnist?.name ?? 'synthetic'
  const draft = edited ?? (shown === null ? firstDraft(dataset, presets[0]) : draftOf(shown.run.specification))
  const problems = problemsIn(draft)
  const wrong = Object.values(problems)[0] ?? null
  const blocked = whyBlocked({ connected, ready, wrong })

  const running = shown?.active === true ? shown : null
  const learningRate = running === null ? specificationOf(draft).learningRate : running.run.learningRate
  const actions = useActions({ shown, draft, learningRate, canStart: blocked === null })

  return (
    <Page
      title="Train"
      question="What does SGD do?"
      answer={loaded ? <LiveAnswer run={shown?.run ?? null} /> : ''}
      actions={
        <>
          {shown === null ? null : <StateChip run={shown.run} named />}
          {shown === null || !canGoOn(shown.run) || shown.run.state === 'interrupted' ? null : (
            <ContinueRun run={shown.run} />
          )}
          {shown === null || shown.run.model === null ? null : <TryOnDraw />}
          <RunsMenu shown={shown?.run.id ?? null} />
          <Explain title="What does SGD do?">
            <ExplainTraining specification={running?.run.specification ?? specificationOf(draft)} />
          </Explain>
        </>
      }
      banner={<RunBanner run={shown?.run ?? null} />}
      className={styles['body']}
    >
      <Transport shown={shown} actions={actions} learningRate={learningRate} blocked={blocked} />
      {!ready ? (
        <Panel title="Learner">
          <Loading words="Looking for data sets" shapes={0} />
        </Panel>
      ) : running === null ? (
        <LearnerForm
          draft={draft}
          problems={problems}
          datasets={datasets}
          onChange={(changed) => learner.setState({ draft: changed })}
        />
      ) : (
        <LearnerFacts run={running.run} learningRate={learningRate} datasets={datasets} />
      )}
      <Charts run={shown?.run ?? null} active={shown?.active === true} />
      <Weights run={shown?.run ?? null} />
    </Page>
  )
}

/** Why nothing can be started; null when it can. */
function whyBlocked(facts: { connected: boolean; ready: boolean; wrong: string | null }): string | null {
  if (!facts.connected) return 'The engine is not there yet'
  if (!facts.ready) return 'It is still looking for data sets'
  return facts.wrong === null ? null : `The Learner has a mistake: ${facts.wrong}`
}

/** A run that was stopped goes on where it stopped. */
function ContinueRun({ run }: { readonly run: RunSummary }) {
  return (
    <Button
      leftSection={<IconPlayerPlay />}
      title={`Run ${run.id} goes on after mini-batch ${thousands(run.step)}`}
      onClick={() => void continueRun(run.id)}
    >
      Continue
    </Button>
  )
}

/** By itself, so that a move of the hand through time draws the rest of the page no second time. */
function Weights({ run }: { readonly run: RunSummary | null }) {
  const past = usePast(run)
  // What is asked for beside the weights is asked of the steps that were reached, so that no questions queue up.
  const reached = useMemo(() => past && { ...past, step: past.evaluation?.step ?? past.step }, [past])
  return <WeightsPanel run={run} past={reached} />
}

function TryOnDraw() {
  const [, navigate] = useLocation()
  return (
    <Button leftSection={<IconPencil />} onClick={() => navigate('/draw')}>
      Try it on Draw
    </Button>
  )
}

/** Milliseconds between two sentences: faster than this nobody reads, and a screen reader would never be silent. */
const SPEAK_EVERY = 1000

function LiveAnswer({ run }: { readonly run: RunSummary | null }) {
  const past = usePast(run)
  const { step, epochs, series } = useLiveRun(run)
  const { first, smoothed, divergedAt } = series
  const generated = useGenerated(run)
  const sentence =
    past === null
      ? answerOf({ run, step, first, smoothed, divergedAt, epochs: epochs.length, generated })
      : pastAnswer({ step: past.step, loss: lossBefore(past), accuracy: measuredAt(past)?.accuracy ?? null })
  return <Bold>{useCalm(sentence, `${run?.id ?? 0} ${run?.state ?? ''} ${past === null ? '' : 'past'}`)}</Bold>
}

/** The newest sentence, at most one each `SPEAK_EVERY`; at once when `kind` changes. */
function useCalm(sentence: string, kind: string): string {
  const [spoken, setSpoken] = useState({ sentence, kind, at: 0 })
  const due = spoken.at + SPEAK_EVERY
  const current = spoken.kind === kind
  useEffect(() => {
    if (current && spoken.sentence === sentence) return
    const speak = () => setSpoken({ sentence, kind, at: performance.now() })
    const wait = current ? due - performance.now() : 0
    if (wait <= 0) {
      speak()
      return
    }
    const timer = setTimeout(speak, wait)
    return () => clearTimeout(timer)
  }, [sentence, kind, current, due, spoken.sentence])
  return current ? spoken.sentence : sentence
}

/** How far the run's data set is written, 0..1, while it is being prepared. */
function useGenerated(run: RunSummary | null): number | null {
  const [progress, setProgress] = useState<{ dataset: string; fraction: number } | null>(null)
  useEvent('dataset.progressed', (event) => setProgress(event))
  if (run === null || progress === null) return null
  const waits = run.state === 'preparing' || (run.state === 'paused' && run.totalSteps === 0)
  if (!waits) return null
  return progress.dataset === run.specification.dataset && progress.fraction < 1 ? progress.fraction : null
}
