/**
 * The loss while a model trains: of each mini-batch as a band from the lowest to the highest of a bucket, smoothed in ink,
 * on the test set after each epoch with points. Draws what it is given; it keeps nothing and animates nothing.
 */
import { memo, useMemo } from 'react'
import type { ReactNode } from 'react'
import { Area, CartesianGrid, ComposedChart, Line, XAxis, YAxis } from 'recharts'
import type { EpochRecord } from '../../../main/contract/types.ts'
import type { LossBucket } from '../../store/loss-series.ts'
import { gridProps, still, xAxisProps, yAxisProps } from './axes.tsx'
import { ChartFrame } from './chart-frame.tsx'
import { LineEnds, type LineEnd } from './line-ends.tsx'
import { epochTicks, linearAxis, logAxis, type Axis } from './scales.ts'
import { useRem } from './use-rem.ts'
import { fourDecimals, thousands } from '../format.ts'

type LossChartProps = {
  readonly buckets: readonly LossBucket[]
  readonly epochs: readonly EpochRecord[]
  readonly stepsPerEpoch: number
  /** False while nothing says how many mini-batches an epoch has. */
  readonly perEpochKnown: boolean
  readonly logarithmic: boolean
  /** The first mini-batch whose loss was no number, or null. */
  readonly divergedAt: number | null
  readonly control?: ReactNode
  readonly empty: ReactNode
}

type Row = { readonly x: number; readonly band: readonly [number, number]; readonly smooth: number }
type EpochRow = { readonly x: number; readonly loss: number }

/** Points further apart than this many get no circle each. */
const MOST_CIRCLES = 60

const emptyAxis: Axis = { domain: [0.1, 3], ticks: [0.1, 0.3, 1, 3] }

const bandOf = (row: Row) => row.band
const smoothOf = (row: Row) => row.smooth
const lossOf = (row: EpochRow) => row.loss
const epochDot = { r: 4, fill: 'var(--sheet)', stroke: 'var(--run-2)', strokeWidth: 2 } as const

/** The loss of mini-batch i is that of the weights after i - 1 steps, so the first stands at epoch 0. */
function toRows(buckets: readonly LossBucket[], stepsPerEpoch: number, floor: number): Row[] {
  const rows = buckets.map(({ step, low, high, smooth }) => ({
    x: (step - 1) / stepsPerEpoch,
    band: [Math.max(low, floor), Math.max(high, floor)] as const,
    smooth: Math.max(smooth, floor),
  }))
  const [first] = rows
  return first === undefined || first.x === 0 ? rows : [{ ...first, x: 0, smooth: first.band[1] }, ...rows]
}

/** The axis that holds all values; losses of 0 stand at the bottom of a logarithmic one. */
function yAxisOf(buckets: readonly LossBucket[], epochs: readonly EpochRow[], logarithmic: boolean): Axis {
  const values = [...buckets.flatMap(({ low, high }) => [low, high]), ...epochs.map((epoch) => epoch.loss)].filter(
    (value) => Number.isFinite(value),
  )
  const positive = values.filter((value) => value > 0)
  const high = Math.max(...values)
  if (positive.length === 0) return logarithmic ? emptyAxis : { domain: [0, 1], ticks: [0, 0.5, 1] }
  if (!logarithmic) return linearAxis(0, high)
  return logAxis(Math.max(Math.min(...positive), high * 1e-6), high)
}

function summaryOf({ buckets, epochs, divergedAt }: LossChartProps): string {
  const first = buckets[0]
  const last = buckets.at(-1)
  if (first === undefined || last === undefined) return 'Loss of each mini-batch; no training yet.'
  const test = epochs.at(-1)
  return [
    `Loss of each mini-batch: ${fourDecimals(first.high)} at the start, ${fourDecimals(last.smooth)} smoothed after ${thousands(last.step)} mini-batches.`,
    ...(test === undefined ? [] : [`On the test set ${fourDecimals(test.validLoss)} after epoch ${test.epoch}.`]),
    ...(divergedAt === null ? [] : [`It was no number from mini-batch ${thousands(divergedAt)} on.`]),
  ].join(' ')
}

export const LossChart = memo(function LossChart(props: LossChartProps) {
  const { buckets, epochs, stepsPerEpoch, perEpochKnown, logarithmic, divergedAt, control, empty } = props
  const rem = useRem()
  const epochRows = useMemo<EpochRow[]>(
    () =>
      epochs
        .filter((epoch) => Number.isFinite(epoch.validLoss))
        .map((epoch) => ({ x: epoch.step / stepsPerEpoch, loss: epoch.validLoss })),
    [epochs, stepsPerEpoch],
  )
  const yAxis = yAxisOf(buckets, epochRows, logarithmic)
  const floor = yAxis.domain[0]
  const rows = toRows(buckets, stepsPerEpoch, floor)
  const last = rows.at(-1)
  const lastEpoch = epochRows.at(-1)
  const end = Math.max(1, Math.ceil(Math.max(last?.x ?? 0, lastEpoch?.x ?? 0) - 1e-9))
  const margin = { top: 0.5 * rem, right: 5.25 * rem, bottom: 0, left: 0 }

  const ends: LineEnd[] = []
  if (last !== undefined) {
    const diverged = divergedAt !== null
    ends.push({
      key: 'smoothed',
      x: last.x,
      y: last.smooth,
      texts: diverged
        ? [{ text: 'no number', kind: 'bad' }]
        : [
            { text: 'smoothed', kind: 'strong' },
            { text: 'each batch', kind: 'soft' },
          ],
      mark: diverged ? 'cross' : 'dot',
    })
  }
  if (lastEpoch !== undefined) {
    ends.push({
      key: 'test',
      x: lastEpoch.x,
      y: Math.max(lastEpoch.loss, floor),
      texts: [{ text: 'test set', kind: 'second' }],
      mark: 'none',
    })
  }

  return (
    <ChartFrame
      label={summaryOf(props)}
      yTitle={logarithmic ? 'loss, log scale' : 'loss'}
      xTitle={perEpochKnown ? `epoch (${thousands(stepsPerEpoch)} mini-batches each)` : 'epoch'}
      control={control}
      {...(last === undefined ? { empty } : {})}
    >
      <ComposedChart responsive accessibilityLayer={false} data={rows} margin={margin} style={fill}>
        <CartesianGrid {...gridProps} horizontalValues={[...yAxis.ticks]} />
        <XAxis {...xAxisProps} dataKey="x" domain={[0, end]} ticks={epochTicks(end)} />
        <YAxis
          {...yAxisProps}
          scale={logarithmic ? 'log' : 'linear'}
          domain={[yAxis.domain[0], yAxis.domain[1]]}
          ticks={yAxis.ticks}
        />
        <Area {...still} dataKey={bandOf} type="linear" stroke="none" fill="var(--ink-bar)" fillOpacity={1} />
        <Line {...still} dataKey={smoothOf} type="linear" stroke="var(--ink)" strokeWidth={2} dot={false} />
        <Line
          {...still}
          data={epochRows}
          dataKey={lossOf}
          type="linear"
          stroke="var(--run-2)"
          strokeWidth={epochRows.length > MOST_CIRCLES ? 2 : 0}
          dot={epochRows.length > MOST_CIRCLES ? false : epochDot}
        />
        <LineEnds ends={ends} rem={rem} />
      </ComposedChart>
    </ChartFrame>
  )
})

const fill = { width: '100%', height: '100%' } as const
