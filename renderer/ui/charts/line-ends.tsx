/** The names of lines at their ends, moved apart where they would overlap, and the marks that stand there. */
import { usePlotArea, useXAxisScale, useYAxisScale } from 'recharts'
import { spread } from './spread.ts'
import styles from './chart.module.css'

export type LineEnd = {
  readonly key: string
  /** In data units. */
  readonly x: number
  readonly y: number
  /** One or two lines of text. */
  readonly texts: readonly { readonly text: string; readonly kind: 'strong' | 'soft' | 'second' | 'third' | 'bad' }[]
  /** `dot`: filled in ink. `cross`: where a line ended in no number. */
  readonly mark: 'dot' | 'cross' | 'none'
}

type Placed = LineEnd & { readonly left: number; readonly at: number; readonly top: number; readonly height: number }

export function LineEnds({ ends, rem }: { readonly ends: readonly LineEnd[]; readonly rem: number }) {
  const plot = usePlotArea()
  const xScale = useXAxisScale()
  const yScale = useYAxisScale()
  if (plot === undefined || xScale === undefined || yScale === undefined) return null
  const line = 1.05 * rem
  const top = plot.y
  const bottom = plot.y + plot.height
  // One column for all labels, right of the line that reaches farthest.
  const positions = ends.map((end) => ({
    left: Math.min(xScale(end.x) ?? plot.x, plot.x + plot.width),
    at: Math.min(Math.max(yScale(end.y) ?? bottom, top), bottom),
    height: end.texts.length * line,
  }))
  const column = Math.max(...positions.map((position) => position.left)) + 0.75 * rem
  const tops = spread(
    positions.map(({ at, height }) => ({ wanted: at - line / 2, height })),
    bottom,
  )
  const placed: Placed[] = ends.map((end, index) => {
    const { left = 0, at = 0, height = 0 } = positions[index] ?? {}
    return { ...end, left, at, height, top: tops[index] ?? 0 }
  })
  return (
    <g>
      {placed.map((end) => (
        <g key={end.key}>
          {end.mark === 'dot' ? <circle cx={end.left} cy={end.at} r={4} fill="var(--ink)" /> : null}
          {end.mark === 'cross' ? (
            <path
              d={`M${end.left - 5},${end.at - 5}l10,10m0,-10l-10,10`}
              stroke="var(--bad)"
              strokeWidth={2.5}
              strokeLinecap="round"
            />
          ) : null}
          {end.texts.map(({ text, kind }, index) => (
            <text key={text} x={column} y={end.top + (index + 0.78) * line} className={styles[kind]}>
              {text}
            </text>
          ))}
        </g>
      ))}
    </g>
  )
}
