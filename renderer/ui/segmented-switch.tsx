/** A few choices side by side, one of them chosen. Radio buttons underneath, so that the arrow keys move the choice. */
import { useId } from 'react'
import type { ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './segmented-switch.module.css'

type Option<Value extends string> = {
  readonly value: Value
  readonly label: ReactNode
  readonly disabled?: boolean
  /** Why it is disabled, or what it means. */
  readonly title?: string
}

type SegmentedSwitchProps<Value extends string> = {
  /** What is chosen here, for screen readers. */
  readonly label: string
  readonly value: Value
  readonly options: readonly Option<Value>[]
  readonly onChange: (value: Value) => void
  readonly disabled?: boolean
  readonly className?: string | undefined
}

export function SegmentedSwitch<Value extends string>(props: SegmentedSwitchProps<Value>) {
  const { label, value, options, onChange, disabled = false, className } = props
  const name = useId()
  return (
    <div role="radiogroup" aria-label={label} className={classes(styles['switch'], className)}>
      {options.map((option) => (
        <label key={option.value} className={styles['option']} title={option.title}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            disabled={disabled || option.disabled === true}
            onChange={() => {
              onChange(option.value)
            }}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </div>
  )
}
