/** The legend of a heatmap: a ramp with what its two ends mean. */
import type { ReactNode } from 'react'
import { classes } from './classes.ts'
import type { ScaleName } from './color-scale.ts'
import styles from './picture.module.css'

type ScaleBarProps = {
  readonly scale: ScaleName
  readonly low: ReactNode
  readonly high: ReactNode
  /** Fill the width instead of 7 rem. */
  readonly grow?: boolean
  readonly className?: string | undefined
}

export function ScaleBar({ scale, low, high, grow, className }: ScaleBarProps) {
  return (
    <div className={classes(styles['scale'], className)}>
      {low}
      <span className={classes(styles['ramp'], grow === true && styles['grow'])} data-scale={scale} />
      {high}
    </div>
  )
}
