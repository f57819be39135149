/** The Averages page: how far do averages get? The average images, one image against them, and their accuracy. */
import { useState } from 'react'
import { allDigits } from '../../../native/learn/specification.ts'
import type { AverageAccuracy, DatasetInfo, ModelInfo } from '../../../main/contract/types.ts'
import { useCommand, useEvent } from '../../connection.ts'
import { useRuns } from '../../store/runs.ts'
import { Bold } from '../../ui/bold.tsx'
import { AccuracyBars } from '../../ui/charts/accuracy-bars.tsx'
import { fourDecimals, thousands } from '../../ui/format.ts'
import { DatasetMenu, EmptyState, ErrorBanner, Explain, Loading, Page, Panel, SegmentedSwitch } from '../../ui/index.ts'
import { AverageRow, isDigits } from './average-row.tsx'
import { barsOf, headline } from './bars.ts'
import { Comparison } from './comparison.tsx'
import { Confusion } from './confusion.tsx'
import { ExplainAverages } from './explain-averages.tsx'
import { hasAllTen, isUsable, pair, shownDataset, useView, view } from './view.ts'
import styles from './averages.module.css'

const none: readonly DatasetInfo[] = []
const noModels: readonly ModelInfo[] = []

export function AveragesPage() {
  const list = useCommand('dataset.list', {}, { refetchOn: ['dataset.changed'], keep: true })
  const datasets = list.data ?? none
  const chosen = useView((state) => state.dataset)
  const info = shownDataset(datasets, chosen)
  const wanted = useView((state) => state.classes)
  const distance = useView((state) => state.distance)
  const classes = info !== null && !hasAllTen(info) ? 'pair' : wanted
  const digits = classes === 'pair' ? pair : allDigits

  const request = info === null ? null : { dataset: info.name, digits: [...digits] }
  const averages = useCommand('averages.compute', request, { refetchOn: ['dataset.changed'], keep: true })
  const l1 = useCommand('averages.evaluate', request === null ? null : { ...request, distance: 'l1' }, { keep: true })
  const rmse = useCommand('averages.evaluate', request === null ? null : { ...request, distance: 'rmse' }, {
    keep: true,
  })
  const models = useCommand('model.list', {}, { refetchOn: ['model.changed'], keep: true })
  const runs = useRuns((state) => state.runs)

  // With new arguments the old answer stays for a moment: it is shown only while it is about what is asked for.
  const fits = (answer: { readonly dataset: string; readonly digits: readonly number[] } | null) =>
    answer !== null && answer.dataset === info?.name && answer.digits.join() === digits.join()
  const shownAverages = fits(averages.data) ? averages.data : null
  const byL1 = fits(l1.data) ? l1.data : null
  const byRmse = fits(rmse.data) ? rmse.data : null
  const accuracy = distance === 'l1' ? byL1 : byRmse
  const known = models.data ?? noModels
  const problem = list.error ?? averages.error ?? l1.error ?? rmse.error
  const dataset = info?.name ?? ''
  const bars = barsOf({ dataset, digits, l1: byL1, rmse: byRmse, chosen: distance, models: known, runs })

  return (
    <Page
      title="Averages"
      question="How far do averages get?"
      answer={<Bold>{answerOf(accuracy, info)}</Bold>}
      className={classes === 'pair' ? `${styles['body'] ?? ''} ${styles['pair'] ?? ''}` : styles['body']}
      actions={
        <>
          {info === null ? null : (
            <DatasetMenu
              sets={datasets}
              shown={info}
              onChoose={(name) => view.setState({ dataset: name, image: null })}
              whyNot={(set) => (isUsable(set) ? null : set.state === 'damaged' ? 'damaged' : 'one half only')}
            />
          )}
          <SegmentedSwitch
            label="Classes"
            value={classes}
            options={[
              { value: 'pair', label: '3 and 7' },
              {
                value: 'all',
                label: 'All ten',
                disabled: info !== null && !hasAllTen(info),
                title: info !== null && !hasAllTen(info) ? 'This data set has two digits' : 'All ten classes',
              },
            ]}
            onChange={(next) => view.setState({ classes: next, image: null })}
          />
          <SegmentedSwitch
            label="Distance"
            value={distance}
            options={[
              { value: 'l1', label: 'L1', title: 'Mean of the absolute differences' },
              { value: 'rmse', label: 'RMSE', title: 'Root of the mean of the squared differences' },
            ]}
            onChange={(next) => view.setState({ distance: next })}
          />
          <Explain title="How far do averages get?">
            <ExplainAverages />
          </Explain>
        </>
      }
      banner={
        problem === null ? undefined : (
          <ErrorBanner
            error={problem}
            onRetry={() => {
              list.reload()
              averages.reload()
              l1.reload()
              rmse.reload()
            }}
          />
        )
      }
    >
      {info === null || shownAverages === null ? (
        problem === null ? (
          <Waiting info={info} />
        ) : null
      ) : (
        <>
          <AverageRow info={info} averages={shownAverages} accuracy={accuracy} />
          <Comparison info={info} averages={shownAverages} distance={distance} />
          {accuracy === null ? (
            <Panel title="Where does it go wrong?">
              <Loading words="Trying the test images" />
            </Panel>
          ) : (
            <Confusion info={info} accuracy={accuracy} />
          )}
          <Panel
            title="How far is that?"
            fact={accuracy === null ? undefined : `accuracy on ${thousands(accuracy.count)} test images`}
          >
            <AccuracyBars bars={bars} />
          </Panel>
        </>
      )}
    </Page>
  )
}

function answerOf(accuracy: AverageAccuracy | null, info: DatasetInfo | null): string {
  if (accuracy === null || info === null) return 'Nothing is trained here, only averaged.'
  const what =
    accuracy.digits.length === 2
      ? isDigits(info)
        ? 'on threes and sevens'
        : 'on two classes'
      : isDigits(info)
        ? 'on ten digits'
        : 'on ten classes'
  return `To **${fourDecimals(headline(accuracy))}** ${what}, without training.`
}

/** Reading takes a moment; the built-in set is written at its first use, which takes seconds. */
function Waiting({ info }: { readonly info: DatasetInfo | null }) {
  const [progress, setProgress] = useState<{ readonly dataset: string; readonly fraction: number } | null>(null)
  useEvent('dataset.progressed', setProgress)
  const writing = progress !== null && progress.dataset === info?.name && progress.fraction < 1
  return (
    <Panel label="Loading" className={styles['waiting']}>
      {writing ? (
        <EmptyState title="The built-in digits are being written." ghosts={10}>
          It happens once and takes some seconds: {Math.floor(progress.fraction * 100)} %
          <progress className={styles['progress']} value={progress.fraction} aria-label="Built-in digits written" />
        </EmptyState>
      ) : (
        <Loading words={info === null ? 'Looking for data sets' : `Reading ${info.title}`} shapes={16} />
      )}
    </Panel>
  )
}
