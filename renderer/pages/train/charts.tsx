/** The two charts of a run: its loss, batch by batch, and its accuracy, epoch by epoch. */
import { Switch } from '@mantine/core'
import { memo, useDeferredValue, useMemo } from 'react'
import type { RunSummary } from '../../../main/contract/types.ts'
import { AccuracyChart } from '../../ui/charts/accuracy-chart.tsx'
import { LossChart } from '../../ui/charts/loss-chart.tsx'
import { epochEnd } from '../../ui/charts/scales.ts'
import { fourDecimals, thousands } from '../../ui/format.ts'
import { Panel } from '../../ui/index.ts'
import { learner, useLearner } from './learner-store.ts'
import { ClassFigures } from './class-figures.tsx'
import { useLiveRun } from './use-run.ts'
import styles from './train.module.css'

type ChartsProps = { readonly run: RunSummary | null; readonly active: boolean }

export const Charts = memo(function Charts({ run, active }: ChartsProps) {
  const logarithmic = useLearner((state) => state.logarithmic)
  const { series, revision, epochs } = useLiveRun(run)
  const buckets = useMemo(() => (revision < 0 ? [] : series.buckets()), [series, revision])
  const stepsPerEpoch = Math.max(1, run?.stepsPerEpoch ?? 0)
  const lengthKnown = run !== null && run.stepsPerEpoch > 0
  const reached = Math.max(series.length / stepsPerEpoch, epochs.at(-1)?.epoch ?? 0)
  const end = lengthKnown ? epochEnd(reached, run.specification.epochs) : 1
  // Drawn in a task of its own, after the loss.
  const lessUrgent = useDeferredValue(epochs)
  const { last } = series
  const newest = epochs.at(-1)
  const testCount = run?.testCount ?? 0
  const figures = useMemo(() => (newest === undefined ? null : <ClassFigures epoch={newest} />), [newest])
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
      <Panel
        title="Loss"
        fact={
          last === null ? undefined : (
            <>
              mini-batch {thousands(series.length)}: <b>{fourDecimals(last)}</b>
            </>
          )
        }
      >
        <LossChart
          buckets={buckets}
          epochs={epochs}
          stepsPerEpoch={stepsPerEpoch}
          lengthKnown={lengthKnown}
          end={end}
          logarithmic={logarithmic}
          divergedAt={series.divergedAt}
          control={control}
          empty={active ? 'The first mini-batch comes next.' : 'The loss of each mini-batch will stand here.'}
        />
      </Panel>
      <Panel
        title={testCount === 0 ? 'Accuracy on the test images' : `Accuracy on ${thousands(testCount)} test images`}
        fact={
          newest === undefined ? undefined : (
            <>
              epoch {newest.epoch}: <b>{fourDecimals(newest.accuracy)}</b>
            </>
          )
        }
      >
        <AccuracyChart
          epochs={lessUrgent}
          end={end}
          empty="It is measured at the end of each epoch."
          control={figures}
        />
      </Panel>
    </div>
  )
})
