/** The Learner while a run goes on: what it is, locked but for the learning rate and what ends it early. */
import { IconLock } from '@tabler/icons-react'
import { memo } from 'react'
import type { DatasetInfo, RunSummary } from '../../../main/contract/types.ts'
import { activations, optimizers, schedules, type RunSpecification } from '../../../native/learn/specification.ts'
import { Panel } from '../../ui/index.ts'
import { count, thousands } from '../../ui/format.ts'
import { rateText } from './learning-rate.ts'
import { deviceText, deviceTitle, digitsText, initializationText, lossText, modelText, orderText } from './words.ts'
import { StopAtRow } from './stop-at-row.tsx'
import styles from './learner-form.module.css'

/** The settings of a run that goes on; the learning rate is changed by the slider. */
export const LearnerFacts = memo(function LearnerFacts({
  run,
  learningRate,
  datasets,
}: {
  readonly run: RunSummary
  readonly learningRate: number
  readonly datasets: readonly DatasetInfo[]
}) {
  const { specification, parameters } = run
  const dataset = datasets.find(({ name }) => name === specification.dataset)?.title ?? specification.dataset
  return (
    <Panel
      title="Learner"
      fact={
        <span className={styles['locked']}>
          <IconLock size="1rem" stroke={1.75} aria-hidden />
          while running
        </span>
      }
      className={styles['panel']}
    >
      <dl className={styles['facts']}>
        {(
          [
            ['Data', dataset],
            ['Digits', digitsText(specification.digits)],
            ['Model', modelText(specification)],
            ['Parameters', thousands(parameters)],
            ['Loss', lossText(specification)],
            ['Optimizer', optimizers[specification.optimizer].title],
            ['Learning rate', rateText(learningRate)],
            ['Batch size', thousands(specification.batchSize)],
            ['Epochs', thousands(specification.epochs)],
            ['First weights', initializationText(specification)],
            ['Order', orderText(specification)],
            ['Seed', String(specification.seed)],
            ['Device', deviceText(run)],
            ...measuredFacts(run),
            ...moreFacts(specification),
          ] satisfies [string, string][]
        ).map(([name, value]) => (
          <div key={name} data-live={name === 'Learning rate' || undefined}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <StopAtRow run={run} />
      </dl>
    </Panel>
  )
})

/** What the fastest device was chosen by. */
function measuredFacts({ device }: RunSummary): [string, string][] {
  return (device?.figures ?? []).map(({ device: name, threads, imagesPerSecond }) => [
    `${deviceTitle(name)}${name === 'cpu' ? `, ${count(threads, 'thread')},` : ''} measured`,
    imagesPerSecond === null ? 'does not work here' : `${thousands(Number(imagesPerSecond.toPrecision(2)))}/s`,
  ])
}

/** The settings that are not at rest. */
function moreFacts(spec: RunSpecification): [string, string][] {
  return [
    ...(spec.model === 'mlp' ? [['Activation', activations[spec.activation].title] satisfies [string, string]] : []),
    ...(spec.schedule === 'constant'
      ? []
      : [['Schedule', schedules[spec.schedule].title.toLowerCase()] satisfies [string, string]]),
    ...(spec.weightDecay === 0 ? [] : [['Weight decay', String(spec.weightDecay)] satisfies [string, string]]),
    ...(spec.dropout === 0 ? [] : [['Dropout', String(spec.dropout)] satisfies [string, string]]),
    ...(spec.labelSmoothing === 0 ? [] : [['Smoothing', String(spec.labelSmoothing)] satisfies [string, string]]),
  ]
}
