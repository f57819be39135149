/** What will be here, and one button that makes it so. */
import type { ReactNode } from 'react'
import styles from './empty-state.module.css'

type EmptyStateProps = {
  readonly title: ReactNode
  readonly children?: ReactNode
  readonly action?: ReactNode
  /** Dashed places for pictures to come. */
  readonly ghosts?: number
}

export function EmptyState({ title, children, action, ghosts = 0 }: EmptyStateProps) {
  return (
    <div className={styles['empty']}>
      <div className={styles['text']}>
        {ghosts === 0 ? null : (
          <div className={styles['ghosts']} aria-hidden>
            {Array.from({ length: ghosts }, (_, index) => (
              <span key={index} />
            ))}
          </div>
        )}
        <b>{title}</b>
        {children === undefined ? null : <p>{children}</p>}
        {action}
      </div>
    </div>
  )
}
