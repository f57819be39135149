/** A small fact with an icon and always a word. */
import type { ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './chip.module.css'

type ChipProps = {
  readonly icon?: ReactNode
  readonly kind?: 'plain' | 'good' | 'warn' | 'bad'
  readonly title?: string
  readonly className?: string | undefined
  readonly children: ReactNode
}

export function Chip({ icon, kind = 'plain', title, className, children }: ChipProps) {
  return (
    <span className={classes(styles['chip'], className)} data-kind={kind} title={title}>
      {icon}
      {children}
    </span>
  )
}
