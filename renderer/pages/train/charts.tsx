/** The two charts of a run: its loss, batch by batch, and its accuracy, epoch by epoch; now, and at the step that one looks back to. */
import { Switch } from '@mantine/core'
import { memo, useDeferredValue, useMemo } from 'react'
import type { RunSummary } from '../../../main/contract/types.ts'
import { AccuracyChart } from '../../ui/charts/accuracy-chart.tsx'
import { LossChart } from '../../ui/charts/loss-chart.tsx'
import { epochEnd } from '../../ui/charts/scales.ts'
import { fourDecimals, thousands } from '../../ui/format.ts'
import { Panel } from '../../ui/index.ts'
import { measuredAt } from '../../store/time-machine.ts'
import { learner, useLearner } from './learner-store.ts'
import { ClassFigures, type FiguresOf } from './class-figures.tsx'
import { PastBar } from './past-bar.tsx'
import { TimeSlider } from './time-slider.tsx'
import { useEarlierRun } from './use-earlier.ts'
import { lookAt, lossBefore, usePast, useTimeLine } from './use-past.ts'
import { useLiveRun } from './use-run.ts'
import { wholeLoss } from './words.ts'
import styles from './train.module.css'

type ChartsProps = { readonly run: RunSummary | null; readonly active: boolean }

export const Charts = memo(function Charts({ run, active }: ChartsProps) {
  const logarithmic = useLearner((state) => state.logarithmic)
  const { series, revision, epochs } = useLiveRun(run)
  const line = useTimeLine(run)
  const past = usePast(run)
  const earlier = useEarlierRun(run)
  const buckets = useMemo(() => (revision < 0 ? [] : series.buckets()), [series, revision])
  const stepsPerEpoch = Math.max(1, run?.stepsPerEpoch ?? 0)
  const lengthKnown = run !== null && run.stepsPerEpoch > 0
  const reached = Math.max(series.length / stepsPerEpoch, epochs.at(-1)?.epoch ?? 0, earlier?.reached ?? 0)
  const end = lengthKnown ? epochEnd(reached, run.specification.epochs) : 1
  // Drawn in a task of its own, after the loss.
  const lessUrgent = useDeferredValue(epochs)
  const { last } = series
  const newest = epochs.at(-1)
  const testCount = run?.testCount ?? 0

  const measured = past?.evaluation ?? null
  const looksBack = past !== null
  const shown = useMemo(
    (): FiguresOf | null =>
      looksBack
        ? measured && { ...measured, when: `after mini-batch ${thousands(measured.step)}` }
        : newest === undefined
          ? null
          : { ...newest, when: `after epoch ${thousands(newest.epoch)}` },
    [looksBack, measured, newest],
  )
  const digit = past?.digit ?? null
  const figures = useMemo(
    () =>
      shown === null ? null : (
        <span className={styles['figures']}>
          {digit === null ? null : (
            <span>
              your drawing: <b>{digit}</b>
            </span>
          )}
          <ClassFigures of={shown} />
        </span>
      ),
    [shown, digit],
  )
  const at = past === null ? null : past.step / stepsPerEpoch
  const exact = past === null ? null : measuredAt(past)
  const value = exact?.accuracy ?? null
  const present = series.length / stepsPerEpoch
  const lossCursor = useMemo(() => (at === null ? null : { at, present, value: null }), [at, present])
  const accuracyCursor = useMemo(() => (at === null ? null : { at, present, value }), [at, present, value])
  const control = useMemo(
    () => (
      <Switch
        label="log scale"
        checked={logarithmic}
        onChange={(event) => learner.setState({ logarithmic: event.currentTarget.checked })}
      />
    ),
    [logarithmic],
  )
  return (
    <div className={styles['charts']}>
      <Panel title="Loss" fact={past === null ? lossFact(series.length, last) : lossFact(past.step, lossBefore(past))}>
        <LossChart
          buckets={buckets}
          epochs={epochs}
          stepsPerEpoch={stepsPerEpoch}
          lengthKnown={lengthKnown}
          end={end}
          logarithmic={logarithmic}
          divergedAt={series.divergedAt}
          earlier={earlier?.losses ?? null}
          cursor={lossCursor}
          control={control}
          empty={active ? 'The first mini-batch comes next.' : 'The loss of each mini-batch will stand here.'}
          overlay={
            run === null || line === null ? undefined : (
              <TimeSlider
                line={line}
                end={end}
                step={past?.step ?? line.present}
                onMove={(step) => lookAt(run, line, step)}
              />
            )
          }
          below={run === null || past === null ? undefined : <PastBar run={run} past={past} />}
        />
      </Panel>
      <Panel
        title={testCount === 0 ? 'Accuracy on the test images' : `Accuracy on ${thousands(testCount)} test images`}
        fact={
          past !== null ? (
            measured && (
              <>then: {exact === null ? fourDecimals(measured.accuracy) : <b>{fourDecimals(measured.accuracy)}</b>}</>
            )
          ) : newest === undefined ? undefined : (
            <>
              epoch {newest.epoch}: <b>{fourDecimals(newest.accuracy)}</b>
            </>
          )
        }
      >
        <AccuracyChart
          epochs={lessUrgent}
          end={end}
          earlier={earlier?.accuracies ?? null}
          cursor={accuracyCursor}
          empty="It is measured at the end of each epoch."
          control={figures}
        />
      </Panel>
    </div>
  )
})

function lossFact(step: number, loss: number | null) {
  return loss === null ? undefined : (
    <>
      mini-batch {thousands(step)}: <b>{wholeLoss(loss)}</b>
    </>
  )
}
