/** Accuracies side by side as horizontal bars with their numbers; the one that the page speaks of is in ink. */
import { memo } from 'react'
import { Bar, BarChart, LabelList, XAxis, YAxis } from 'recharts'
import { xAxisProps, axisLine } from './axes.tsx'
import { ChartFrame } from './chart-frame.tsx'
import { useRem } from './use-rem.ts'
import { fourDecimals } from '../format.ts'
import styles from './chart.module.css'

export type AccuracyBar = {
  readonly key: string
  readonly name: string
  /** 0..1 */
  readonly accuracy: number
  readonly chosen: boolean
}

const fill = { width: '100%', height: '100%' } as const
const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1]

type TickProps = {
  readonly x?: number | string
  readonly y?: number | string
  readonly payload?: { readonly value?: unknown }
}

/** The name left of its bar, bold for the chosen one. */
function nameTick(bars: readonly AccuracyBar[]) {
  return function NameTick({ x, y, payload }: TickProps) {
    const bar = bars.find((candidate) => candidate.key === payload?.value)
    return (
      <text
        x={Number(x) - 2}
        y={y}
        dy="0.32em"
        textAnchor="end"
        className={styles[bar?.chosen === true ? 'strong' : 'soft']}
      >
        {bar?.name}
      </text>
    )
  }
}

type RectangleProps = {
  readonly x?: number | undefined
  readonly y?: number | undefined
  readonly width?: number | undefined
  readonly height?: number | undefined
  readonly payload?: unknown
}

function AccuracyRectangle({ x = 0, y = 0, width = 0, height = 0, payload }: RectangleProps) {
  const chosen = typeof payload === 'object' && payload !== null && 'chosen' in payload && payload.chosen === true
  return <rect x={x} y={y} width={width} height={height} fill={chosen ? 'var(--ink)' : 'var(--ink-bar)'} />
}

type NumberProps = {
  readonly x?: number | string | undefined
  readonly y?: number | string | undefined
  readonly width?: number | string | undefined
  readonly height?: number | string | undefined
  readonly index?: number | undefined
}

/** The number right of its bar, bold for the chosen one. */
function accuracyNumber(bars: readonly AccuracyBar[]) {
  return function AccuracyNumber({ x = 0, y = 0, width = 0, height = 0, index = 0 }: NumberProps) {
    const bar = bars[index]
    if (bar === undefined) return null
    return (
      <text
        x={Number(x) + Number(width) + 6}
        y={Number(y) + Number(height) / 2}
        dy="0.36em"
        className={styles[bar.chosen ? 'strong' : 'soft']}
      >
        {fourDecimals(bar.accuracy)}
      </text>
    )
  }
}

export const AccuracyBars = memo(function AccuracyBars({ bars }: { readonly bars: readonly AccuracyBar[] }) {
  const rem = useRem()
  const longest = Math.max(...bars.map((bar) => bar.name.length))
  return (
    <ChartFrame
      label={`Accuracies: ${bars.map((bar) => `${bar.name} ${fourDecimals(bar.accuracy)}`).join(', ')}.`}
      xTitle="accuracy"
    >
      <BarChart
        responsive
        accessibilityLayer={false}
        data={[...bars]}
        layout="vertical"
        margin={{ top: 0, right: 3.5 * rem, bottom: 0, left: 0 }}
        barCategoryGap="22%"
        style={fill}
      >
        <XAxis {...xAxisProps} domain={[0, 1]} ticks={ticks} />
        <YAxis
          type="category"
          dataKey="key"
          width={Math.min(11, 0.45 * longest + 1) * rem}
          axisLine={{ ...axisLine, stroke: 'none' }}
          tickLine={false}
          interval={0}
          tick={nameTick(bars)}
        />
        <Bar dataKey="accuracy" isAnimationActive={false} maxBarSize={1.6 * rem} shape={AccuracyRectangle}>
          <LabelList dataKey="accuracy" content={accuracyNumber(bars)} />
        </Bar>
      </BarChart>
    </ChartFrame>
  )
})
