/** A short list of names and values with hairlines between the rows. */
import type { ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './facts.module.css'

type FactsProps = {
  readonly rows: readonly (readonly [name: string, value: ReactNode])[]
  readonly className?: string | undefined
}

export function Facts({ rows, className }: FactsProps) {
  return (
    <dl className={classes(styles['facts'], className)}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
