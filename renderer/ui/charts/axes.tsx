/** How axes, ticks and grid are drawn, the same in all charts. */
import { tickText } from './scales.ts'

export const axisLine = { stroke: 'var(--rule-strong)', shapeRendering: 'crispEdges' } as const
export const tickLine = { stroke: 'var(--rule-strong)', shapeRendering: 'crispEdges' } as const
export const gridProps = { stroke: 'var(--rule)', vertical: false, shapeRendering: 'crispEdges' } as const

/** Pixels that the numbers of the vertical and of the horizontal axis take. */
export const Y_AXIS_WIDTH = 44
export const X_AXIS_HEIGHT = 26

/** Of each vertical axis with numbers: no line of its own, the grid is enough. */
export const yAxisProps = {
  type: 'number',
  axisLine: false,
  tickLine: false,
  tickMargin: 6,
  tickFormatter: tickText,
  interval: 0,
  width: Y_AXIS_WIDTH,
} as const

/** Of each horizontal axis with numbers. */
export const xAxisProps = {
  type: 'number',
  axisLine,
  tickLine,
  tickSize: 4,
  tickMargin: 4,
  height: X_AXIS_HEIGHT,
  interval: 0,
  tickFormatter: tickText,
} as const

/** For every series: nothing moves unless it changed. */
export const still = { isAnimationActive: false, activeDot: false, legendType: 'none', tooltipType: 'none' } as const
