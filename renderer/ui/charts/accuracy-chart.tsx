/** Accuracy on the test set after each epoch: points on a line, the newest value written at its end. */
import { createContext, memo, useContext, useMemo, type ReactNode } from 'react'
import { useXAxisScale, useYAxisScale } from 'recharts'
import type { EpochRecord } from '../../../main/contract/types.ts'
import { ChartFrame } from './chart-frame.tsx'
import { LineEnds, type LineEnd } from './line-ends.tsx'
import { crowded, EarlierLine, pathOf } from './plain-shapes.tsx'
import { RunAxes } from './run-axes.tsx'
import { linearAxis, thinned, type Axis } from './scales.ts'
import { CursorContext, TimeCursor, type Cursor } from './time-cursor.tsx'
import { useRem } from './use-rem.ts'
import { fourDecimals } from '../format.ts'

type AccuracyChartProps = {
  readonly epochs: readonly EpochRecord[]
  /** Where the axis of epochs ends, the same as the loss chart's. */
  readonly end: number
  /** The run that this one began in. */
  readonly earlier: EarlierAccuracies | null
  readonly cursor: Cursor | null
  readonly empty: string
  /** A button at the right of the top. */
  readonly control?: ReactNode
}

/** Another run's accuracies, and what it is called. */
export type EarlierAccuracies = { readonly name: string; readonly epochs: readonly EpochRecord[] }

const emptyAxis: Axis = { domain: [0, 1], ticks: [0, 0.5, 1] }

/** At least two hundredths high, so that noise does not look like a change; never beyond 0 and 1. */
function axisOf(values: readonly number[]): Axis {
  if (values.length === 0) return emptyAxis
  const low = Math.max(0, Math.min(...values) - 0.005)
  return linearAxis(low, Math.min(1, Math.max(...values, low + 0.02)), 3)
}

function labelOf(epochs: readonly EpochRecord[]): string {
  const first = epochs[0]
  const last = epochs.at(-1)
  if (first === undefined || last === undefined) return 'Accuracy after each epoch; no epoch has ended yet.'
  return `Accuracy after each epoch: ${fourDecimals(first.accuracy)} after the first, ${fourDecimals(last.accuracy)} after epoch ${last.epoch}.`
}

export const AccuracyChart = memo(function AccuracyChart(props: AccuracyChartProps) {
  const { epochs, end, earlier, cursor, empty, control } = props
  const rem = useRem()
  const figures: AccuracyFigures = useMemo(
    () => ({
      points: thinned(epochs),
      earlier: earlier === null ? null : { name: earlier.name, epochs: thinned(earlier.epochs) },
    }),
    [epochs, earlier],
  )
  const { points } = figures
  const { domain, ticks } = axisOf([...points, ...(figures.earlier?.epochs ?? [])].map(({ accuracy }) => accuracy))
  return (
    <ChartFrame
      label={labelOf(epochs)}
      yTitle="accuracy"
      xTitle="epoch"
      control={control}
      {...(epochs.length === 0 && earlier === null && cursor === null ? { empty } : {})}
    >
      <FiguresContext value={figures}>
        <CursorContext value={cursor}>
          <RunAxes end={end} low={domain[0]} high={domain[1]} ticks={ticks.join(' ')} sparse rem={rem}>
            {layer}
          </RunAxes>
        </CursorContext>
      </FiguresContext>
    </ChartFrame>
  )
})

type AccuracyFigures = { readonly points: readonly EpochRecord[]; readonly earlier: EarlierAccuracies | null }

const FiguresContext = createContext<AccuracyFigures>({ points: [], earlier: null })

function AccuracyLayer() {
  const { points: epochs, earlier } = useContext(FiguresContext)
  const rem = useRem()
  const xScale = useXAxisScale()
  const yScale = useYAxisScale()
  const last = epochs.at(-1)
  if (xScale === undefined || yScale === undefined) return null
  const placed = ({ epoch, accuracy }: EpochRecord) => ({ x: xScale(epoch) ?? 0, y: yScale(accuracy) ?? 0 })
  const points = epochs.map(placed)
  const before = earlier?.epochs.at(-1)
  const ends: LineEnd[] = []
  if (last !== undefined) {
    const texts = [{ text: fourDecimals(last.accuracy), kind: 'second' }] as const
    ends.push({ key: 'accuracy', x: last.epoch, y: last.accuracy, texts, mark: 'none' })
  }
  if (earlier !== null && before !== undefined) {
    const texts = [{ text: earlier.name, kind: 'third' }] as const
    ends.push({ key: 'earlier', x: before.epoch, y: before.accuracy, texts, mark: 'none' })
  }
  return (
    <g>
      {earlier === null ? null : <EarlierLine points={earlier.epochs.map(placed)} />}
      <path d={pathOf(points)} fill="none" stroke="var(--run-2)" strokeWidth={2} strokeLinejoin="round" />
      {crowded(points)
        ? null
        : points.map(({ x, y }, index) => (
            <circle key={index} cx={x} cy={y} r={4} fill="var(--sheet)" stroke="var(--run-2)" strokeWidth={2} />
          ))}
      <LineEnds ends={ends} rem={rem} />
    </g>
  )
}

/** One element for all charts, so that the axes see no change. */
const layer = (
  <>
    <AccuracyLayer />
    <TimeCursor />
  </>
)
