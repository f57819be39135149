/** The loss at ever larger learning rates: of each mini-batch beneath, smoothed in ink, and the suggested rate marked. */
import { CartesianGrid, Line, LineChart, ReferenceDot, ReferenceLine, XAxis, YAxis } from 'recharts'
import type { RateCurve } from '../../../main/contract/types.ts'
import { gridProps, still, xAxisProps, yAxisProps } from './axes.tsx'
import { ChartFrame } from './chart-frame.tsx'
import { PlainLine } from './plain-shapes.tsx'
import { linearAxis, tickText, type Axis } from './scales.ts'
import { useRem } from './use-rem.ts'

type RateChartProps = {
  readonly curve: RateCurve | null
  /** The whole range that is tried. */
  readonly from: number
  readonly to: number
  readonly suggestion: number | null
}

/** Powers of ten in the range, every second one where there are many. */
export function rateTicks(from: number, to: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(from) - 1e-6), Math.floor(Math.log10(to) + 1e-6)]
  const every = last - first > 5 ? 2 : 1
  const ticks: number[] = []
  for (let power = last; power >= first; power -= every) ticks.unshift(Number(`1e${power}`))
  return ticks
}

/** From the lowest loss to half as far above the first ones: what breaks away goes out of the picture. */
export function rateLossAxis({ losses, smoothed }: Pick<RateCurve, 'losses' | 'smoothed'>): Axis {
  if (smoothed.length === 0) return linearAxis(0, 3)
  const lowest = Math.min(...losses)
  const begin = Math.max(...smoothed.subarray(0, BEGINNING))
  return linearAxis(lowest, begin + Math.max((begin - lowest) / 2, begin * 0.05), 4)
}

/** Mini-batches at which the rate is still too small to change anything. */
const BEGINNING = 20

/** The smoothed loss nearest to a rate. */
function lossAt({ rates, smoothed }: RateCurve, rate: number): number {
  const at = rates.findIndex((other) => other >= rate)
  return smoothed[at === -1 ? smoothed.length - 1 : at] ?? 0
}

export function RateChart({ curve, from, to, suggestion }: RateChartProps) {
  const rem = useRem()
  const empty: RateCurve = { rates: new Float32Array(0), losses: new Float32Array(0), smoothed: new Float32Array(0) }
  const { rates, losses, smoothed } = curve ?? empty
  const axis = rateLossAxis({ losses, smoothed })
  const [low, high] = axis.domain
  const data = Array.from(rates, (rate, at) => ({
    rate,
    loss: Math.min(high, losses[at] ?? high),
    smoothed: Math.min(high, smoothed[at] ?? high),
  }))
  return (
    <ChartFrame
      label={labelOf(curve, suggestion)}
      yTitle="loss, smoothed; thin: of each mini-batch"
      xTitle="learning rate, log scale"
    >
      <LineChart
        responsive
        accessibilityLayer={false}
        data={data}
        margin={{ top: 1.25 * rem, right: 1.25 * rem, bottom: 0, left: 0 }}
        style={{ width: '100%', height: '100%' }}
      >
        <CartesianGrid {...gridProps} horizontalValues={[...axis.ticks]} />
        <XAxis
          {...xAxisProps}
          dataKey="rate"
          scale="log"
          domain={[from, to]}
          allowDataOverflow
          ticks={rateTicks(from, to)}
        />
        <YAxis {...yAxisProps} domain={[low, high]} ticks={[...axis.ticks]} />
        <Line {...still} dataKey="loss" stroke="var(--rule-strong)" strokeWidth={1} dot={false} shape={PlainLine} />
        <Line {...still} dataKey="smoothed" stroke="var(--ink)" strokeWidth={2} dot={false} shape={PlainLine} />
        {curve === null || suggestion === null ? null : (
          <>
            <ReferenceLine
              x={suggestion}
              stroke="var(--mark-line)"
              strokeWidth={2}
              label={{ value: tickText(suggestion), position: 'top', fill: 'var(--ink)', fontWeight: 600 }}
            />
            <ReferenceDot
              x={suggestion}
              y={Math.min(high, lossAt(curve, suggestion))}
              r={5}
              fill="var(--mark)"
              stroke="var(--mark-line)"
              strokeWidth={2}
            />
          </>
        )}
      </LineChart>
    </ChartFrame>
  )
}

function labelOf(curve: RateCurve | null, suggestion: number | null): string {
  const [tried = 0, last = 0] = [curve?.rates.length, curve?.rates.at(-1)]
  const progress = `Loss at learning rates: ${tried} tried${tried === 0 ? '' : `, up to ${tickText(last)}`}.`
  return suggestion === null ? progress : `${progress} Suggested: ${tickText(suggestion)}.`
}
