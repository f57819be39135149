/**
 * The moving part of the loss chart: band, smoothed line and test points, drawn with the scales of the Recharts chart around
 * it. It alone is drawn again when losses come, which a slow machine can do 12 times a second; axes and grid wait until
 * their domain changes.
 */
import { createContext, useContext } from 'react'
import { usePlotArea, useXAxisScale, useYAxisScale } from 'recharts'
import type { LossBucket } from '../../store/loss-series.ts'
import { LineEnds, type LineEnd } from './line-ends.tsx'
import { crowded, EarlierLine, pathOf } from './plain-shapes.tsx'

export type LossFigures = {
  readonly buckets: readonly LossBucket[]
  /** `x` in epochs. */
  readonly tests: readonly { readonly x: number; readonly loss: number }[]
  readonly stepsPerEpoch: number
  /** The run that this one began in, beneath it; null where it has none. */
  readonly earlier: EarlierLosses | null
  /** The bottom of the axis: lower values, as 0 on a logarithmic one, stand there. */
  readonly floor: number
  readonly divergedAt: number | null
  readonly rem: number
}

/** Another run's smoothed loss, and what it is called. */
export type EarlierLosses = {
  readonly name: string
  /** `x` in epochs. */
  readonly points: readonly { readonly x: number; readonly loss: number }[]
}

export const LossFiguresContext = createContext<LossFigures | null>(null)

/** The loss of mini-batch i is that of the weights after i - 1 steps, so the first stands at epoch 0. */
export function epochOfStep(step: number, stepsPerEpoch: number): number {
  return (step - 1) / stepsPerEpoch
}

export function LossLayer() {
  const figures = useContext(LossFiguresContext)
  const plot = usePlotArea()
  const xScale = useXAxisScale()
  const yScale = useYAxisScale()
  if (figures === null || plot === undefined || xScale === undefined || yScale === undefined) return null
  const { buckets, tests, stepsPerEpoch, earlier, floor, rem } = figures
  const x = (step: number) => xScale(epochOfStep(step, stepsPerEpoch)) ?? 0
  const y = (loss: number) => yScale(Math.max(loss, floor)) ?? 0

  const upper = buckets.map(({ step, high }) => ({ x: x(step), y: y(high) }))
  const lower = buckets.map(({ step, low }) => ({ x: x(step), y: y(low) })).reverse()
  const smooth = buckets.map(({ step, smooth: loss }) => ({ x: x(step), y: y(loss) }))
  const [start] = buckets
  if (start !== undefined && start.step > 1) {
    // The first bucket holds several mini-batches: the line begins with the first of them all the same.
    upper.unshift({ x: x(1), y: y(start.high) })
    lower.push({ x: x(1), y: y(start.high) })
    smooth.unshift({ x: x(1), y: y(start.high) })
  }
  const points = tests.map((test) => ({ x: xScale(test.x) ?? 0, y: y(test.loss) }))
  return (
    <g>
      {/* The edge shows the band where it has no height, as long as a bucket is a single mini-batch. */}
      <path
        d={upper.length === 0 ? '' : `${pathOf([...upper, ...lower])}Z`}
        fill="var(--ink-bar)"
        stroke="var(--ink-bar)"
        strokeWidth={1}
        strokeLinejoin="round"
      />
      {earlier === null ? null : (
        <EarlierLine points={earlier.points.map((point) => ({ x: xScale(point.x) ?? 0, y: y(point.loss) }))} />
      )}
      <path
        data-testid="smoothed-loss"
        d={pathOf(smooth)}
        fill="none"
        stroke="var(--ink)"
        strokeWidth={2}
        strokeLinejoin="round"
      />
      {crowded(points) ? (
        <path d={pathOf(points)} fill="none" stroke="var(--run-2)" strokeWidth={2} strokeLinejoin="round" />
      ) : (
        points.map((point, index) => (
          <circle
            key={index}
            cx={point.x}
            cy={point.y}
            r={4}
            fill="var(--sheet)"
            stroke="var(--run-2)"
            strokeWidth={2}
          />
        ))
      )}
      <LineEnds ends={endsOf(figures)} rem={rem} />
    </g>
  )
}

function endsOf({ buckets, tests, stepsPerEpoch, earlier, floor, divergedAt }: LossFigures): LineEnd[] {
  const last = buckets.at(-1)
  const test = tests.at(-1)
  const ends: LineEnd[] = []
  if (last !== undefined) {
    const place = { key: 'smoothed', x: epochOfStep(last.step, stepsPerEpoch), y: Math.max(last.smooth, floor) }
    ends.push(
      divergedAt === null
        ? {
            ...place,
            texts: [
              { text: 'smoothed', kind: 'strong' },
              { text: 'each batch', kind: 'soft' },
            ],
            mark: 'dot',
          }
        : { ...place, texts: [{ text: 'no number', kind: 'bad' }], mark: 'cross' },
    )
  }
  if (test !== undefined) {
    const place = { key: 'test', x: test.x, y: Math.max(test.loss, floor) }
    ends.push({ ...place, texts: [{ text: 'test set', kind: 'second' }], mark: 'none' })
  }
  const before = earlier?.points.at(-1)
  if (earlier !== null && before !== undefined) {
    const place = { key: 'earlier', x: before.x, y: Math.max(before.loss, floor) }
    ends.push({ ...place, texts: [{ text: earlier.name, kind: 'third' }], mark: 'none' })
  }
  return ends
}
