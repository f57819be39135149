/** A picture of numbers: a canvas of one pixel per value, scaled by CSS. */
import { useLayoutEffect, useRef } from 'react'
import { classes } from './classes.ts'
import { paint } from './color-scale.ts'
import type { ScaleName } from './color-scale.ts'
import styles from './picture.module.css'

type HeatmapProps = {
  /** `[height x width]`, row-major. A new array, or a new `version`, paints again. */
  readonly values: ArrayLike<number>
  readonly width: number
  readonly height: number
  readonly scale: ScaleName
  /** The value at the end of the scale: 255 for pixels, 1 for averages, the shared range of a group for signed pictures. */
  readonly range: number
  /** What a screen reader says; empty for pictures whose text stands beside them. */
  readonly label: string
  /** Smooth instead of square pixels: for pictures shown below 56 px. */
  readonly smooth?: boolean
  readonly version?: number
  readonly className?: string | undefined
}

export function Heatmap({ values, width, height, scale, range, label, smooth, version, className }: HeatmapProps) {
  const ref = useRef<HTMLCanvasElement>(null)
  useLayoutEffect(() => {
    const context = ref.current?.getContext('2d')
    if (!context || values.length < width * height) return
    const image = context.createImageData(width, height)
    paint(image.data, values, scale, range)
    context.putImageData(image, 0, 0)
  }, [values, width, height, scale, range, version])
  return (
    <canvas
      ref={ref}
      width={width}
      height={height}
      className={classes(styles['picture'], smooth === true && styles['smooth'], className)}
      {...(label === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    />
  )
}
