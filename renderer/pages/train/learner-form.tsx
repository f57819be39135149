/** The Learner: what the next run will be, drawn from the registries; what this run is, while it goes on. */
import { Button, Menu, Select, TextInput } from '@mantine/core'
import { IconChevronDown, IconLock } from '@tabler/icons-react'
import { memo, useId, type ReactNode } from 'react'
import type { DatasetInfo } from '../../../main/contract/types.ts'
import {
  countParameters,
  initializations,
  layerSizes,
  losses,
  models,
  namesOf,
  optimizers,
  orders,
  presets,
  type Entry,
  type RunSpecification,
} from '../../../native/learn/specification.ts'
import { Panel } from '../../ui/index.ts'
import { count, thousands } from '../../ui/format.ts'
import {
  lossesFor,
  specificationOf,
  withDigit,
  withDigits,
  withPreset,
  type Draft,
  type FieldProblems,
} from './draft.ts'
import { rateText } from './learning-rate.ts'
import { digitsText, initializationText, lossText, orderText, sizesText } from './words.ts'
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
          value={draft.dataset}
          problem={problems.dataset}
          options={datasets
            .filter(
              (dataset) => dataset.state !== 'damaged' && dataset.splits.train !== null && dataset.splits.test !== null,
            )
            .map(({ name, title, description }) => ({ value: name, title, description }))}
          onChange={(dataset) => change({ dataset })}
        />
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
        <Choice label="Model" value={draft.model} options={entries(models)} onChange={(model) => change({ model })} />
        {draft.model === 'mlp' ? (
          <Text
            label="Hidden sizes"
            value={draft.hidden}
            problem={problems.hidden}
            onChange={(hidden) => change({ hidden })}
          />
        ) : null}
        <Fact
          label="Parameters"
          value={usable ? thousands(countParameters(specificationOf(draft))) : 'not known'}
          title={usable ? sizes.join('-') : ''}
        />
        <Choice
          label="Loss"
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
          options={entries(initializations)}
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
      </div>
    </Panel>
  )
}

/** The settings of a run that goes on; the learning rate alone can be changed, by the slider. */
export const LearnerFacts = memo(function LearnerFacts({
  specification,
  learningRate,
  parameters,
  datasets,
}: {
  readonly specification: RunSpecification
  readonly learningRate: number
  readonly parameters: number
  readonly datasets: readonly DatasetInfo[]
}) {
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
            ['Model', sizesText(specification)],
            ['Parameters', thousands(parameters)],
            ['Loss', lossText(specification)],
            ['Optimizer', optimizers[specification.optimizer].title],
            ['Learning rate', rateText(learningRate)],
            ['Batch size', thousands(specification.batchSize)],
            ['Epochs', thousands(specification.epochs)],
            ['First weights', initializationText(specification)],
            ['Order', orderText(specification)],
            ['Seed', String(specification.seed)],
            ['Device', `CPU, ${count(specification.threads, 'thread')}`],
          ] as const
        ).map(([name, value]) => (
          <div key={name} data-live={name === 'Learning rate' || undefined}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
})

type Option<Value extends string> = { readonly value: Value; readonly title: string; readonly description: string }

function entries<Name extends string>(registry: Record<Name, Entry>): Option<Name>[] {
  return namesOf(registry).map((value) => ({ value, ...registry[value] }))
}

function Presets({ onChoose }: { readonly onChoose: (preset: (typeof presets)[number]) => void }) {
  return (
    <Menu position="bottom-end" shadow="md">
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
              {sizesText(preset.specification)}, learning rate {rateText(preset.specification.learningRate)},{' '}
              {count(preset.specification.epochs, 'epoch')}
            </small>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function Row({
  label,
  id,
  problem,
  children,
}: {
  readonly label: string
  readonly id: string
  readonly problem?: string | undefined
  readonly children: ReactNode
}) {
  return (
    <div className={styles['row']}>
      <label htmlFor={id}>{label}</label>
      <div className={styles['value']}>{children}</div>
      {problem === undefined ? null : (
        <p className={styles['problem']} id={`${id}-problem`} role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}

type ChoiceProps<Value extends string> = {
  readonly label: string
  readonly value: Value
  readonly options: readonly Option<Value>[]
  readonly problem?: string | undefined
  readonly onChange: (value: Value) => void
}

function Choice<Value extends string>({ label, value, options, problem, onChange }: ChoiceProps<Value>) {
  const id = useId()
  return (
    <Row label={label} id={id} problem={problem}>
      <Select
        id={id}
        value={value}
        data={options.map((option) => ({ value: option.value, label: option.title }))}
        renderOption={({ option }) => {
          const found = options.find((candidate) => candidate.value === option.value)
          return (
            <span className={styles['option']}>
              {option.label}
              {found === undefined || found.description === '' ? null : <small>{found.description}</small>}
            </span>
          )
        }}
        onChange={(chosen) => {
          const found = options.find((option) => option.value === chosen)
          if (found !== undefined) onChange(found.value)
        }}
        error={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : `${id}-problem`}
        rightSection={<IconChevronDown size="0.875rem" stroke={1.75} aria-hidden />}
        rightSectionWidth="1.25rem"
        rightSectionPointerEvents="none"
        comboboxProps={{
          width: options.some((option) => option.description !== '') ? 300 : 80,
          position: 'bottom-end',
        }}
        classNames={{ input: styles['input'] ?? '' }}
      />
    </Row>
  )
}

type TextProps = {
  readonly label: string
  readonly value: string
  readonly problem?: string | undefined
  readonly onChange: (value: string) => void
}

function Text({ label, value, problem, onChange }: TextProps) {
  const id = useId()
  return (
    <Row label={label} id={id} problem={problem}>
      <TextInput
        id={id}
        value={value}
        inputMode="decimal"
        autoComplete="off"
        onChange={(event) => onChange(event.currentTarget.value)}
        error={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : `${id}-problem`}
        classNames={{ input: styles['input'] ?? '' }}
      />
    </Row>
  )
}

function Fact({ label, value, title }: { readonly label: string; readonly value: string; readonly title: string }) {
  return (
    <div className={styles['row']} title={title}>
      <span>{label}</span>
      <span className={styles['fixed']}>{value}</span>
    </div>
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
