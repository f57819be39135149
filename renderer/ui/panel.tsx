/** A flat sheet with a hairline: one plate per idea, never inside another. */
import { useId } from 'react'
import type { ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './panel.module.css'

type PanelProps = {
  /** Heading at the left; a panel without one needs `label`. */
  readonly title?: ReactNode
  /** One fact at the right of the heading. */
  readonly fact?: ReactNode
  /** Name for screen readers where there is no title. */
  readonly label?: string
  readonly className?: string | undefined
  readonly children: ReactNode
}

export function Panel({ title, fact, label, className, children }: PanelProps) {
  const id = useId()
  const titled = title !== undefined
  return (
    <section
      className={classes(styles['panel'], className)}
      data-region
      tabIndex={-1}
      {...(titled ? { 'aria-labelledby': id } : { 'aria-label': label })}
    >
      {titled || fact !== undefined ? (
        <header className={styles['header']}>
          {titled ? <h2 id={id}>{title}</h2> : <span />}
          {fact === undefined ? null : <div className={styles['fact']}>{fact}</div>}
        </header>
      ) : null}
      {children}
    </section>
  )
}
