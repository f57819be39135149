/** The Learner: what the next run will be, drawn from the registries. */
import { Button, Menu, Select } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useId, useState } from 'react'
import type { DatasetInfo } from '../../../main/contract/types.ts'
import {
  activations,
  countParameters,
  initializations,
  layerSizes,
  losses,
  models,
  optimizers,
  orders,
  presets,
  schedules,
  stopMetrics,
} from '../../../native/learn/specification.ts'
import { Panel } from '../../ui/index.ts'
import { count, thousands } from '../../ui/format.ts'
import {
  hasDropout,
  hasMore,
  lossesFor,
  specificationOf,
  withDigit,
  withDigits,
  withModel,
  withPreset,
  withStopMetric,
  type Draft,
  type FieldProblems,
} from './draft.ts'
import { FindRate } from './find-rate.tsx'
import { Choice, entries, Fact, Text } from './form-fields.tsx'
import { rateText } from './learning-rate.ts'
import { modelText } from './words.ts'
import styles from './learner-form.module.css'

type LearnerFormProps = {
  readonly draft: Draft
  readonly problems: FieldProblems
  readonly datasets: readonly DatasetInfo[]
  readonly onChange: (draft: Draft) => void
}

export function LearnerForm({ draft, problems, datasets, onChange }: LearnerFormProps) {
  const change = (part: Partial<Draft>) => onChange({ ...draft, ...part })
  const sizes = layerSizes(specificationOf(draft))
  const usable = sizes.every((size) => Number.isInteger(size) && size > 0)
  return (
    <Panel
      title="Learner"
      fact={<Presets onChoose={(preset) => onChange(withPreset(draft, preset))} />}
      className={styles['panel']}
    >
      <div className={styles['rows']}>
        <Choice
          label="Data"
          wide
          value={draft.dataset}
          problem={problems.dataset}
          options={datasets
            .filter(
              (dataset) => dataset.state !== 'damaged' && dataset.splits.train !== null && dataset.splits.test !== null,
            )
            .map(({ name, title, description }) => ({ value: name, title, description }))}
          onChange={(dataset) => change({ dataset })}
        />
        {draft.dataset === 'synthetic' ? (
          <Choice
            label="Images"
            wide
            value={draft.fresh ? 'fresh' : 'same'}
            problem={problems.fresh}
            options={[
              {
                value: 'same',
                title: 'the same 60,000',
                description: 'Each epoch goes through the same images again.',
              },
              {
                value: 'fresh',
                title: 'new ones each epoch',
                description:
                  'The simulated hand writes 60,000 others for each epoch, so that none can be learned by heart.',
              },
            ]}
            onChange={(value) => change({ fresh: value === 'fresh' })}
          />
        ) : null}
        <Choice
          label="Digits"
          value={draft.allTen ? 'all' : 'two'}
          options={[
            { value: 'all', title: 'all ten', description: 'One output for each digit; the largest wins.' },
            {
              value: 'two',
              title: 'two of them',
              description: 'Tell one digit from another, as threes from sevens in the book.',
            },
          ]}
          onChange={(value) => onChange(withDigits(draft, value === 'all'))}
        />
        {draft.allTen ? null : <Pair draft={draft} onChange={onChange} />}
        <Choice
          label="Model"
          wide
          value={draft.model}
          options={entries(models)}
          onChange={(model) => onChange(withModel(draft, model))}
        />
        {draft.model === 'mlp' ? (
          <Text
            label="Hidden sizes"
            value={draft.hidden}
            problem={problems.hidden}
            onChange={(hidden) => change({ hidden })}
          />
        ) : null}
        {draft.model === 'mlp' ? (
          <Choice
            label="Activation"
            value={draft.activation}
            options={entries(activations)}
            onChange={(activation) => change({ activation })}
          />
        ) : null}
        <Fact
          label="Parameters"
          value={usable ? thousands(countParameters(specificationOf(draft))) : 'not known'}
          title={usable ? sizes.join('-') : ''}
        />
        <Choice
          label="Loss"
          wide
          value={draft.loss}
          problem={problems.loss}
          options={entries(losses).filter(({ value }) => lossesFor(draft.allTen).includes(value))}
          onChange={(loss) => change({ loss })}
        />
        <Choice
          label="Optimizer"
          value={draft.optimizer}
          options={entries(optimizers)}
          onChange={(optimizer) => change({ optimizer })}
        />
        <Text
          label="Learning rate"
          value={draft.learningRate}
          problem={problems.learningRate}
          help={
            <FindRate
              specification={specificationOf(draft)}
              blocked={otherProblem(problems)}
              onUse={(rate) => change({ learningRate: String(rate) })}
            />
          }
          onChange={(learningRate) => change({ learningRate })}
        />
        <Text
          label="Batch size"
          value={draft.batchSize}
          problem={problems.batchSize}
          onChange={(batchSize) => change({ batchSize })}
        />
        <Text label="Epochs" value={draft.epochs} problem={problems.epochs} onChange={(epochs) => change({ epochs })} />
        <Choice
          label="First weights"
          value={draft.initialization}
          problem={problems.initialization}
          options={entries(initializations).filter(({ value }) => value !== 'averages' || draft.model === 'linear')}
          onChange={(initialization) => change({ initialization })}
        />
        <Choice label="Order" value={draft.order} options={entries(orders)} onChange={(order) => change({ order })} />
        <Text label="Seed" value={draft.seed} problem={problems.seed} onChange={(seed) => change({ seed })} />
        <Text
          label="CPU threads"
          value={draft.threads}
          problem={problems.threads}
          onChange={(threads) => change({ threads })}
        />
        <More draft={draft} problems={problems} change={change} />
      </div>
    </Panel>
  )
}

/** What keeps the finder from trying rates: any mistake but one in the rate itself. */
function otherProblem({ learningRate: _rate, ...others }: FieldProblems): string | null {
  const wrong = Object.values(others)[0]
  return wrong === undefined ? null : `The Learner has a mistake: ${wrong}`
}

type MoreProps = {
  readonly draft: Draft
  readonly problems: FieldProblems
  readonly change: (part: Partial<Draft>) => void
}

/** What a first run does without: schedule, weight decay, dropout, label smoothing. */
function More({ draft, problems, change }: MoreProps) {
  const [wanted, setWanted] = useState(false)
  const open = wanted || hasMore(draft)
  return (
    <>
      <button
        type="button"
        className={styles['more']}
        aria-expanded={open}
        onClick={() => setWanted(!open)}
        disabled={hasMore(draft)}
        title={hasMore(draft) ? 'It stays open: one of these is not at rest' : undefined}
      >
        More settings
        <IconChevronDown size="0.875rem" stroke={1.75} aria-hidden />
      </button>
      {open ? (
        <>
          <Choice
            label="Schedule"
            value={draft.schedule}
            options={entries(schedules)}
            onChange={(schedule) => change({ schedule })}
          />
          <Text
            label="Weight decay"
            value={draft.weightDecay}
            problem={problems.weightDecay}
            onChange={(weightDecay) => change({ weightDecay })}
          />
          <Choice
            label="Stop at"
            value={draft.stopMetric}
            options={[
              { value: 'never', title: 'the end', description: 'It trains all its epochs.' },
              ...entries(stopMetrics),
            ]}
            onChange={(stopMetric) => change(withStopMetric(stopMetric))}
          />
          {draft.stopMetric === 'never' ? null : (
            <Text
              label={draft.stopMetric === 'accuracy' ? 'Accuracy of' : 'Loss of'}
              value={draft.stopValue}
              problem={problems.stopAt}
              onChange={(stopValue) => change({ stopValue })}
            />
          )}
          {hasDropout(draft.model) ? (
            <Text
              label="Dropout"
              value={draft.dropout}
              problem={problems.dropout}
              onChange={(dropout) => change({ dropout })}
            />
          ) : null}
          {draft.loss === 'cross_entropy' ? (
            <Text
              label="Smoothing"
              value={draft.labelSmoothing}
              problem={problems.labelSmoothing}
              onChange={(labelSmoothing) => change({ labelSmoothing })}
            />
          ) : null}
          <Choice
            label="zero_grad"
            value={draft.forgetZeroGrad ? 'forgotten' : 'called'}
            options={[
              { value: 'called', title: 'called', description: 'Each step starts from gradients of zero.' },
              {
                value: 'forgotten',
                title: 'forgotten',
                description: 'Gradients add up from step to step, as where the loop forgets to set them to zero.',
              },
            ]}
            onChange={(value) => change({ forgetZeroGrad: value === 'forgotten' })}
          />
        </>
      ) : null}
    </>
  )
}

function Presets({ onChoose }: { readonly onChoose: (preset: (typeof presets)[number]) => void }) {
  return (
    <Menu position="bottom-start" shadow="md">
      <Menu.Target>
        <Button
          variant="subtle"
          size="compact-sm"
          className={styles['presets'] ?? ''}
          rightSection={<IconChevronDown />}
        >
          Presets
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={styles['menu'] ?? ''}>
        {presets.map((preset) => (
          <Menu.Item key={preset.id} onClick={() => onChoose(preset)}>
            {preset.title}
            <small>
              {modelText(preset.specification)}, learning rate {rateText(preset.specification.learningRate)},{' '}
              {count(preset.specification.epochs, 'epoch')}
            </small>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

const digitOptions = Array.from({ length: 10 }, (_, digit) => String(digit))

function Pair({ draft, onChange }: { readonly draft: Draft; readonly onChange: (draft: Draft) => void }) {
  const id = useId()
  return (
    <div className={styles['row']} role="group" aria-labelledby={id}>
      <span id={id}>Which two</span>
      <div className={styles['pair']}>
        {([0, 1] as const).map((place) => (
          <Select
            key={place}
            aria-label={place === 0 ? 'First digit' : 'Second digit'}
            value={String(draft.pair[place])}
            data={digitOptions}
            onChange={(digit) => {
              if (digit !== null) onChange(withDigit(draft, place, Number(digit)))
            }}
            rightSection={<IconChevronDown size="0.875rem" stroke={1.75} aria-hidden />}
            rightSectionWidth="1.25rem"
            rightSectionPointerEvents="none"
            classNames={{ input: styles['input'] ?? '' }}
          />
        ))}
      </div>
    </div>
  )
}
