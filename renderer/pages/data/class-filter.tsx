/** The classes with their counts, which are also the filter. Classes that are no digits have their names instead. */
import type { CSSProperties } from 'react'
import { thousands } from '../../ui/format.ts'
import styles from './class-filter.module.css'

type ClassFilterProps = {
  /** Names of the classes, index = label. */
  readonly classes: readonly string[]
  /** Null while they are not known. */
  readonly counts: readonly number[] | null
  /** Null shows all. */
  readonly label: number | null
  readonly onChange: (label: number | null) => void
}

export function ClassFilter({ classes, counts, label, onChange }: ClassFilterProps) {
  const most = Math.max(1, ...(counts ?? []))
  const named = classes.some((name, index) => name !== String(index))
  return (
    <div
      className={styles['filter']}
      data-named={named || undefined}
      role="group"
      aria-label="Show only one class"
      style={{ '--classes': classes.length } as CSSProperties}
    >
      <button
        type="button"
        className={styles['all']}
        aria-pressed={label === null}
        onClick={() => {
          onChange(null)
        }}
      >
        All
      </button>
      {classes.map((name, index) => {
        const count = counts?.[index]
        const what = name === String(index) ? name : `${index}, ${name}`
        return (
          <button
            key={name}
            type="button"
            aria-pressed={label === index}
            disabled={count === 0}
            title={
              count === 0
                ? `${what}: none in this set`
                : `Only ${what}${named && count !== undefined ? `: ${thousands(count)}` : ''}`
            }
            aria-label={count === undefined ? what : `${what}: ${thousands(count)}`}
            onClick={() => {
              onChange(label === index ? null : index)
            }}
          >
            <span className={styles['bar']}>
              <i style={{ height: `${((count ?? 0) / most) * 100}%` }} />
            </span>
            <b>{index}</b>
            <span className={styles['below']}>{named ? name : count === undefined ? '\u00a0' : thousands(count)}</span>
          </button>
        )
      })}
    </div>
  )
}
