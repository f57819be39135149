/**
 * The way through a run: a thumb on the loss chart's own axis, at the step that one looks at. The whole plot above it can be dragged
 * in as well.
 */
import { useRef, type KeyboardEvent, type PointerEvent } from 'react'
import { stepBeside, stepNearest, type Stride, type TimeLine } from '../../store/time-line.ts'
import { X_AXIS_HEIGHT, Y_AXIS_WIDTH } from '../../ui/charts/axes.tsx'
import { PLOT_RIGHT, PLOT_TOP } from '../../ui/charts/run-axes.tsx'
import { thousands } from '../../ui/format.ts'
import styles from './time.module.css'

type TimeSliderProps = {
  readonly line: TimeLine
  /** Where the axis of epochs ends. */
  readonly end: number
  /** The present, unless one looks back. */
  readonly step: number
  readonly onMove: (step: number) => void
}

const strides: Readonly<Record<string, Stride>> = {
  ArrowLeft: 'back',
  ArrowDown: 'back',
  ArrowRight: 'on',
  ArrowUp: 'on',
  PageDown: 'epoch back',
  PageUp: 'epoch on',
  Home: 'first',
  End: 'present',
}

/** Of the plot within the chart's frame. */
const place = {
  left: Y_AXIS_WIDTH,
  right: `${PLOT_RIGHT}rem`,
  top: `${PLOT_TOP}rem`,
  bottom: X_AXIS_HEIGHT,
} as const

export function TimeSlider({ line, end, step, onMove }: TimeSliderProps) {
  const held = useRef(false)
  const epochs = Math.floor(line.present / line.stepsPerEpoch)
  const shareOf = (steps: number) => `${(steps / line.stepsPerEpoch / end) * 100}%`

  const drag = (event: PointerEvent<HTMLElement>): void => {
    const { left, width } = event.currentTarget.getBoundingClientRect()
    onMove(stepNearest(line, ((event.clientX - left) / width) * end))
  }
  const press = (event: KeyboardEvent): void => {
    const stride = strides[event.key]
    if (stride === undefined || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    onMove(stepBeside(line, step, stride))
  }
  return (
    <div
      className={styles['plot']}
      style={place}
      role="slider"
      tabIndex={0}
      aria-label="Look back"
      aria-valuemin={line.first}
      aria-valuemax={line.present}
      aria-valuenow={step}
      aria-valuetext={step === line.present ? `now, mini-batch ${thousands(step)}` : `mini-batch ${thousands(step)}`}
      title="Drag to look back (, and .)"
      onKeyDown={press}
      onPointerDown={(event) => {
        if (event.button !== 0) return
        held.current = true
        event.currentTarget.setPointerCapture(event.pointerId)
        event.currentTarget.focus({ preventScroll: true })
        drag(event)
      }}
      onPointerMove={(event) => {
        if (held.current) drag(event)
      }}
      onLostPointerCapture={() => {
        held.current = false
      }}
    >
      {epochs > MOST_MARKS
        ? null
        : Array.from({ length: epochs }, (_, epoch) => (
            <i key={epoch} className={styles['mark']} style={{ left: shareOf((epoch + 1) * line.stepsPerEpoch) }} />
          ))}
      <span className={styles['thumb']} style={{ left: shareOf(step) }} />
    </div>
  )
}

/** More marks than these would be a thick line. */
const MOST_MARKS = 60
