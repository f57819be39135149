/** Accuracy on the test set after each epoch: points on a line, the newest value written at its end. */
import { createContext, memo, useContext, useMemo, type ReactNode } from 'react'
import { useXAxisScale, useYAxisScale } from 'recharts'
import type { EpochRecord } from '../../../main/contract/types.ts'
import { ChartFrame } from './chart-frame.tsx'
import { LineEnds } from './line-ends.tsx'
import { crowded, pathOf } from './plain-shapes.tsx'
import { RunAxes } from './run-axes.tsx'
import { linearAxis, thinned, type Axis } from './scales.ts'
import { useRem } from './use-rem.ts'
import { fourDecimals } from '../format.ts'

type AccuracyChartProps = {
  readonly epochs: readonly EpochRecord[]
  /** Where the axis of epochs ends, the same as the loss chart's. */
  readonly end: number
  readonly empty: string
  /** A button at the right of the top. */
  readonly control?: ReactNode
}

const emptyAxis: Axis = { domain: [0, 1], ticks: [0, 0.5, 1] }

/** At least two hundredths high, so that noise does not look like a change; never beyond 0 and 1. */
function axisOf(epochs: readonly EpochRecord[]): Axis {
  if (epochs.length === 0) return emptyAxis
  const values = epochs.map((epoch) => epoch.accuracy)
  const low = Math.max(0, Math.min(...values) - 0.005)
  return linearAxis(low, Math.min(1, Math.max(...values, low + 0.02)), 3)
}

function labelOf(epochs: readonly EpochRecord[]): string {
  const first = epochs[0]
  const last = epochs.at(-1)
  if (first === undefined || last === undefined) return 'Accuracy after each epoch; no epoch has ended yet.'
  return `Accuracy after each epoch: ${fourDecimals(first.accuracy)} after the first, ${fourDecimals(last.accuracy)} after epoch ${last.epoch}.`
}

export const AccuracyChart = memo(function AccuracyChart({ epochs, end, empty, control }: AccuracyChartProps) {
  const rem = useRem()
  const points = useMemo(() => thinned(epochs), [epochs])
  const { domain, ticks } = axisOf(points)
  return (
    <ChartFrame
      label={labelOf(epochs)}
      yTitle="accuracy"
      xTitle="epoch"
      control={control}
      {...(epochs.length === 0 ? { empty } : {})}
    >
      <EpochsContext value={points}>
        <RunAxes end={end} low={domain[0]} high={domain[1]} ticks={ticks.join(' ')} sparse rem={rem}>
          {layer}
        </RunAxes>
      </EpochsContext>
    </ChartFrame>
  )
})

const EpochsContext = createContext<readonly EpochRecord[]>([])

function AccuracyLayer() {
  const epochs = useContext(EpochsContext)
  const rem = useRem()
  const xScale = useXAxisScale()
  const yScale = useYAxisScale()
  const last = epochs.at(-1)
  if (last === undefined || xScale === undefined || yScale === undefined) return null
  const points = epochs.map(({ epoch, accuracy }) => ({ x: xScale(epoch) ?? 0, y: yScale(accuracy) ?? 0 }))
  return (
    <g>
      <path d={pathOf(points)} fill="none" stroke="var(--run-2)" strokeWidth={2} strokeLinejoin="round" />
      {crowded(points)
        ? null
        : points.map(({ x, y }, index) => (
            <circle key={index} cx={x} cy={y} r={4} fill="var(--sheet)" stroke="var(--run-2)" strokeWidth={2} />
          ))}
      <LineEnds
        ends={[
          {
            key: 'accuracy',
            x: last.epoch,
            y: last.accuracy,
            texts: [{ text: fourDecimals(last.accuracy), kind: 'second' }],
            mark: 'none',
          },
        ]}
        rem={rem}
      />
    </g>
  )
}

/** One element for all charts, so that the axes see no change. */
const layer = <AccuracyLayer />
