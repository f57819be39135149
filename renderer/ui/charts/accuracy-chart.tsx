/** Accuracy on the test set after each epoch: points on a line, the newest value written at its end. */
import { memo } from 'react'
import { CartesianGrid, Line, LineChart, XAxis, YAxis } from 'recharts'
import type { EpochRecord } from '../../../main/contract/types.ts'
import { gridProps, still, xAxisProps, yAxisProps } from './axes.tsx'
import { ChartFrame } from './chart-frame.tsx'
import { LineEnds, type LineEnd } from './line-ends.tsx'
import { PlainLine } from './plain-shapes.tsx'
import { epochTicks, linearAxis } from './scales.ts'
import { useRem } from './use-rem.ts'
import { fourDecimals } from '../format.ts'

type AccuracyChartProps = {
  readonly epochs: readonly EpochRecord[]
  /** Where the axis of epochs ends, the same as the loss chart's. */
  readonly end: number
  readonly empty: string
}

type Row = { readonly x: number; readonly accuracy: number }

const accuracyOf = (row: Row) => row.accuracy
const dot = { r: 4, fill: 'var(--sheet)', stroke: 'var(--run-2)', strokeWidth: 2, fillOpacity: 1 } as const
const fill = { width: '100%', height: '100%' } as const
const MOST_CIRCLES = 60

export const AccuracyChart = memo(function AccuracyChart({ epochs, end, empty }: AccuracyChartProps) {
  const rem = useRem()
  const rows: Row[] = epochs.map((epoch) => ({ x: epoch.epoch, accuracy: epoch.accuracy }))
  const values = rows.map((row) => row.accuracy)
  const last = rows.at(-1)
  // At least two hundredths high, so that noise does not look like a change; never beyond 0 and 1.
  const low = Math.max(0, Math.min(...values) - 0.005)
  const high = Math.min(1, Math.max(...values, low + 0.02))
  const axis = last === undefined ? { domain: [0, 1] as const, ticks: [0, 0.5, 1] } : linearAxis(low, high, 3)
  const ends: LineEnd[] =
    last === undefined
      ? []
      : [
          {
            key: 'accuracy',
            x: last.x,
            y: last.accuracy,
            texts: [{ text: fourDecimals(last.accuracy), kind: 'second' }],
            mark: 'none',
          },
        ]
  return (
    <ChartFrame
      label={
        last === undefined
          ? 'Accuracy after each epoch; no epoch has ended yet.'
          : `Accuracy after each epoch: ${fourDecimals(rows[0]?.accuracy ?? 0)} after the first, ${fourDecimals(last.accuracy)} after epoch ${last.x}.`
      }
      yTitle="accuracy"
      xTitle="epoch"
      {...(last === undefined ? { empty } : {})}
    >
      <LineChart
        responsive
        accessibilityLayer={false}
        data={rows}
        margin={{ top: 0.5 * rem, right: 5.25 * rem, bottom: 0, left: 0 }}
        style={fill}
      >
        <CartesianGrid {...gridProps} horizontalValues={[...axis.ticks]} />
        <XAxis {...xAxisProps} dataKey="x" domain={[0, end]} ticks={epochTicks(end)} />
        <YAxis
          {...yAxisProps}
          interval="preserveStartEnd"
          domain={[axis.domain[0], axis.domain[1]]}
          ticks={axis.ticks}
        />
        {/* Recharts makes scales for axes that a series uses; this one spans the domains and is not seen. */}
        <Line
          {...still}
          data={[
            { x: 0, accuracy: axis.domain[0] },
            { x: end, accuracy: axis.domain[1] },
          ]}
          dataKey={accuracyOf}
          shape={PlainLine}
          stroke="none"
          dot={false}
        />
        <Line
          {...still}
          dataKey={accuracyOf}
          shape={PlainLine}
          type="linear"
          stroke="var(--run-2)"
          strokeWidth={2}
          dot={rows.length > MOST_CIRCLES ? false : dot}
        />
        <LineEnds ends={ends} rem={rem} />
      </LineChart>
    </ChartFrame>
  )
})
