/** Where one looks back to, drawn over a chart of epochs: a line at that place, and a veil over what came after it. */
import { createContext, useContext } from 'react'
import { usePlotArea, useXAxisScale, useYAxisScale } from 'recharts'

export type Cursor = {
  /** In epochs. */
  readonly at: number
  /** Where the lines end. */
  readonly present: number
  /** A value that was measured there, in units of the vertical axis; null where there is none. */
  readonly value: number | null
}

/** Null while one looks at the present. */
export const CursorContext = createContext<Cursor | null>(null)

/** The marks at the ends of lines reach so far beyond them, in pixels. */
const MARK_RADIUS = 6

export function TimeCursor() {
  const cursor = useContext(CursorContext)
  const plot = usePlotArea()
  const xScale = useXAxisScale()
  const yScale = useYAxisScale()
  if (cursor === null || plot === undefined || xScale === undefined || yScale === undefined) return null
  const x = xScale(cursor.at) ?? plot.x
  const bottom = plot.y + plot.height
  const y = cursor.value === null ? null : (yScale(cursor.value) ?? null)
  return (
    <g data-testid="time-cursor">
      <rect
        x={x}
        y={plot.y}
        width={Math.max(0, (xScale(cursor.present) ?? x) - x) + MARK_RADIUS}
        height={plot.height}
        fill="var(--sheet)"
        opacity={0.6}
      />
      <line x1={x} x2={x} y1={plot.y} y2={bottom} stroke="var(--accent)" strokeWidth={1.5} />
      {y === null ? null : (
        <circle
          cx={x}
          cy={Math.min(Math.max(y, plot.y), bottom)}
          r={4}
          fill="var(--sheet)"
          stroke="var(--accent)"
          strokeWidth={2}
        />
      )}
    </g>
  )
}
