/** The fields of the Learner form: a row with a label, a choice or a text, and what is wrong with it. */
import { Select, TextInput } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useId, type ReactNode } from 'react'
import { namesOf, type Entry } from '../../../native/learn/specification.ts'
import styles from './learner-form.module.css'

export type Option<Value extends string> = {
  readonly value: Value
  readonly title: string
  readonly description: string
}

/** A registry's entries as options, in its order. */
export function entries<Name extends string>(registry: Record<Name, Entry>): Option<Name>[] {
  return namesOf(registry).map((value) => ({ value, ...registry[value] }))
}

function Row({
  label,
  id,
  problem,
  wide = false,
  helped = false,
  children,
}: {
  readonly label: string
  readonly id: string
  readonly problem?: string | undefined
  readonly wide?: boolean
  readonly helped?: boolean
  readonly children: ReactNode
}) {
  return (
    <div className={styles['row']}>
      <label htmlFor={id}>{label}</label>
      <div className={styles['value']} data-wide={wide || undefined} data-helped={helped || undefined}>
        {children}
      </div>
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
  /** Room for long titles. */
  readonly wide?: boolean
  /** It stands in a sheet, which a press outside of it closes: so the list must be part of the sheet. */
  readonly inSheet?: boolean
  readonly onChange: (value: Value) => void
}

/** One of several, with a sentence about each. */
export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { label, value, options, problem, wide, inSheet = false, onChange } = props
  const id = useId()
  return (
    <Row label={label} id={id} problem={problem} wide={wide === true}>
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
          withinPortal: !inSheet,
          width: options.some((option) => option.description !== '') ? 300 : 80,
          // To the right, over the charts: to the left it would cover the rail.
          position: 'bottom-start',
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
  /** A button that helps to fill it in. */
  readonly help?: ReactNode
  readonly onChange: (value: string) => void
}

export function Text({ label, value, problem, help, onChange }: TextProps) {
  const id = useId()
  return (
    <Row label={label} id={id} problem={problem} helped={help !== undefined}>
      {help}
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

/** What follows from the other fields. */
export function Fact({
  label,
  value,
  title,
}: {
  readonly label: string
  readonly value: string
  readonly title: string
}) {
  return (
    <div className={styles['row']} title={title}>
      <span>{label}</span>
      <span className={styles['fixed']}>{value}</span>
    </div>
  )
}
