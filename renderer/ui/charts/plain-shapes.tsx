/**
 * The shape of a line as a plain path. Recharts' own shape prepares an entrance and measures its length at each update;
 * ours moves only when the data do.
 */
type Point = { readonly x: number | null; readonly y: number | null }

type ShapeProps = {
  readonly points?: readonly Point[] | undefined
  readonly stroke?: string | undefined
  readonly strokeWidth?: string | number | undefined
}

/** `M1.0,2.0L3.0,4.0`; points without a place are left out. */
export function pathOf(points: readonly Point[]): string {
  let path = ''
  for (const { x, y } of points) {
    if (x === null || y === null) continue
    path += `${path === '' ? 'M' : 'L'}${x.toFixed(1)},${y.toFixed(1)}`
  }
  return path
}

/** Circles that are nearer to each other than this, in pixels, hide the line that they stand on. */
const NEAREST_CIRCLES = 11

/** Whether points that follow each other at equal distances are better drawn without circles. */
export function crowded(points: readonly { readonly x: number }[]): boolean {
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined || points.length < 2) return false
  return (last.x - first.x) / (points.length - 1) < NEAREST_CIRCLES
}

/** The line of the run that another one began in: dashed, and dimmer than that. */
export function EarlierLine({ points }: { readonly points: readonly Point[] }) {
  return (
    <path
      data-testid="earlier-run"
      d={pathOf(points)}
      fill="none"
      stroke="var(--run-3)"
      strokeWidth={2}
      strokeDasharray="var(--run-dash-3)"
      opacity={0.85}
    />
  )
}

export function PlainLine({ points = [], stroke, strokeWidth }: ShapeProps) {
  return <path d={pathOf(points)} fill="none" stroke={stroke} strokeWidth={strokeWidth} strokeLinejoin="round" />
}
