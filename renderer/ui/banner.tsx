/** What stays until it is solved: an icon, the fact in bold, what it means, and what can be done. */
import { IconAlertCircle, IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { classes } from './classes.ts'
import styles from './banner.module.css'

export type BannerKind = 'bad' | 'warn' | 'good' | 'info'

const icons = { bad: IconAlertCircle, warn: IconAlertTriangle, good: IconCircleCheck, info: IconInfoCircle } as const

type BannerProps = {
  readonly kind: BannerKind
  /** The fact, in bold. */
  readonly title: ReactNode
  /** What it means and what is unharmed. */
  readonly children?: ReactNode
  /** Stable error code, shown small in mono. */
  readonly code?: string | undefined
  readonly actions?: ReactNode
  /** On one line: text and actions side by side. */
  readonly inline?: boolean
  readonly className?: string | undefined
}

export function Banner({ kind, title, children, code, actions, inline = false, className }: BannerProps) {
  const Icon = icons[kind]
  return (
    <div
      className={classes(styles['banner'], inline && styles['inline'], className)}
      data-kind={kind}
      role={kind === 'bad' ? 'alert' : 'status'}
    >
      <div className={styles['row']}>
        <Icon size="1.375rem" stroke={1.75} aria-hidden className={styles['icon']} />
        <div className={styles['text']}>
          <b>{title}</b>
          {children === undefined ? null : inline ? <> {children}</> : <p>{children}</p>}
        </div>
        {code === undefined ? null : <span className={styles['code']}>{code}</span>}
        {actions === undefined ? null : <div className={styles['actions']}>{actions}</div>}
      </div>
    </div>
  )
}
