/**
 * Axes and grid of a chart over epochs, by Recharts, with a layer that draws into them. They are drawn again only when a
 * domain changes; the layer takes its data from a context and follows every message.
 */
import { memo, type ReactNode } from 'react'
import { CartesianGrid, Line, LineChart, XAxis, YAxis } from 'recharts'
import { gridProps, still, xAxisProps, yAxisProps } from './axes.tsx'
import { PlainLine } from './plain-shapes.tsx'
import { epochTicks } from './scales.ts'

type RunAxesProps = {
  /** The last epoch of the horizontal axis. */
  readonly end: number
  readonly low: number
  readonly high: number
  /** Joined by spaces, so that equal ticks are equal props. */
  readonly ticks: string
  readonly logarithmic?: boolean
  /** In a low window ticks that would touch each other are left out. */
  readonly sparse?: boolean
  readonly rem: number
  /** The same element each time. */
  readonly children: ReactNode
}

/** Room above the plot, and right of it for the names of lines, in rem. */
export const PLOT_TOP = 0.5
export const PLOT_RIGHT = 5.25

const fill = { width: '100%', height: '100%' } as const

export const RunAxes = memo(function RunAxes(props: RunAxesProps) {
  const { end, low, high, ticks, logarithmic = false, sparse = false, rem, children } = props
  const yTicks = ticks.split(' ').map(Number)
  return (
    <LineChart
      responsive
      accessibilityLayer={false}
      data={[
        { x: 0, y: low },
        { x: end, y: high },
      ]}
      margin={{ top: PLOT_TOP * rem, right: PLOT_RIGHT * rem, bottom: 0, left: 0 }}
      style={fill}
    >
      <CartesianGrid {...gridProps} horizontalValues={yTicks} />
      <XAxis {...xAxisProps} dataKey="x" domain={[0, end]} ticks={epochTicks(end)} />
      <YAxis
        {...yAxisProps}
        interval={sparse ? 'preserveStartEnd' : 0}
        scale={logarithmic ? 'log' : 'linear'}
        domain={[low, high]}
        ticks={yTicks}
      />
      {/* Recharts makes scales for axes that a series uses; this one spans the domains and is not seen. */}
      <Line {...still} dataKey="y" stroke="none" dot={false} shape={PlainLine} />
      {children}
    </LineChart>
  )
})
