/** Ten digits side by side, one press each: which digit a drawing is. By keyboard one of them has the focus, and any digit can be typed. */
import { useId, useImperativeHandle, useRef, useState } from 'react'
import type { KeyboardEvent, ReactNode, Ref } from 'react'
import { allDigits } from '../../native/learn/specification.ts'
import { classes } from './classes.ts'
import styles from './digit-choice.module.css'

export type DigitChoiceHandle = { readonly focus: () => void }

type DigitChoiceProps = {
  /** Stands before the digits: "Keep as". */
  readonly label: string
  /** The present choice; null where there is none yet. */
  readonly value?: number | null
  /** Marked, and the first to have the focus; nothing is chosen by that. */
  readonly suggested?: number | null
  /** Why nothing can be chosen now; null where it can. */
  readonly whyNot?: string | null
  /** "Keep as a 3". */
  readonly titleOf: (digit: number) => string
  readonly onChoose: (digit: number) => void
  readonly handle?: Ref<DigitChoiceHandle>
  /** After the digits. */
  readonly children?: ReactNode
  readonly className?: string | undefined
}

export function DigitChoice(props: DigitChoiceProps) {
  const { label, value = null, suggested = null, whyNot = null, titleOf, onChoose, handle, children, className } = props
  const cells = useRef<(HTMLButtonElement | null)[]>([])
  const [focused, setFocused] = useState<number | null>(null)
  const id = useId()
  const first = suggested ?? value ?? 0
  useImperativeHandle(handle, () => ({ focus: () => cells.current[first]?.focus() }))

  const choose = (digit: number): void => {
    if (whyNot === null) onChoose(digit)
  }
  const type = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const own = focused ?? first
    if (/^\d$/.test(event.key) && whyNot === null) choose(Number(event.key))
    else if (event.key === 'ArrowRight') cells.current[(own + 1) % 10]?.focus()
    else if (event.key === 'ArrowLeft') cells.current[(own + 9) % 10]?.focus()
    else if (event.key === 'Escape') cells.current[own]?.blur()
    else return
    event.preventDefault()
  }

  return (
    <div className={classes(styles['choice'], className)} role="group" aria-labelledby={id}>
      <span id={id} className={styles['label']}>
        {label}
      </span>
      <div className={styles['digits']} data-off={whyNot !== null || undefined} onKeyDown={type} role="presentation">
        {allDigits.map((digit) => (
          <button
            key={digit}
            ref={(cell) => {
              cells.current[digit] = cell
            }}
            type="button"
            tabIndex={digit === (focused ?? first) ? 0 : -1}
            aria-disabled={whyNot !== null || undefined}
            aria-pressed={value === null ? undefined : value === digit}
            aria-label={titleOf(digit)}
            title={whyNot ?? titleOf(digit)}
            data-suggested={(whyNot === null && digit === suggested) || undefined}
            onFocus={() => {
              setFocused(digit)
            }}
            onBlur={() => {
              setFocused(null)
            }}
            onClick={(event) => {
              choose(digit)
              // After a press by mouse or finger a typed digit is not meant for this row.
              if (event.detail > 0) event.currentTarget.blur()
            }}
          >
            {digit}
          </button>
        ))}
      </div>
      {children}
    </div>
  )
}
