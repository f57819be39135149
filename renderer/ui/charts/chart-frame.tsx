/** The frame of a chart: what the axes measure, in words, around the plot; the whole is one picture for screen readers. */
import type { ReactNode } from 'react'
import styles from './chart.module.css'

type ChartFrameProps = {
  /** What a screen reader says: the chart's content in a sentence. */
  readonly label: string
  /** Unit of the vertical axis, above it; none where it is named things. */
  readonly yTitle?: ReactNode
  /** Unit of the horizontal axis, below it. */
  readonly xTitle: ReactNode
  /** A switch at the right of the top. */
  readonly control?: ReactNode
  /** One sentence instead of data. */
  readonly empty?: ReactNode
  /** What can be worked in the plot; it is no part of the picture. */
  readonly overlay?: ReactNode
  readonly children: ReactNode
}

export function ChartFrame({ label, yTitle, xTitle, control, empty, overlay, children }: ChartFrameProps) {
  return (
    <div className={styles['chart']}>
      {yTitle === undefined && control === undefined ? null : (
        <div className={styles['top']}>
          <span>{yTitle}</span>
          {control}
        </div>
      )}
      <div className={styles['stage']}>
        <div className={styles['plot']} role="img" aria-label={label}>
          {children}
        </div>
        {overlay}
      </div>
      {empty === undefined ? null : (
        <div className={styles['empty']}>
          <span>{empty}</span>
        </div>
      )}
      <div className={styles['bottom']}>{xTitle}</div>
    </div>
  )
}
