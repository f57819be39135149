/**
 * The loss while a model trains: of each mini-batch as a band from the lowest to the highest of a bucket, smoothed in ink,
 * on the test set after each epoch as points. Draws what it is given; it keeps nothing and animates nothing.
 */
import { useMemo } from 'react'
import type { ReactNode } from 'react'
import type { EpochRecord } from '../../../main/contract/types.ts'
import type { LossBucket } from '../../store/loss-series.ts'
import { ChartFrame } from './chart-frame.tsx'
import { LossFiguresContext, LossLayer, type EarlierLosses, type LossFigures } from './loss-layer.tsx'
import { RunAxes } from './run-axes.tsx'
import { linearAxis, logAxis, thinned, type Axis } from './scales.ts'
import { CursorContext, TimeCursor, type Cursor } from './time-cursor.tsx'
import { useRem } from './use-rem.ts'
import { fourDecimals, thousands } from '../format.ts'

type LossChartProps = {
  readonly buckets: readonly LossBucket[]
  readonly epochs: readonly EpochRecord[]
  readonly stepsPerEpoch: number
  /** False while nothing says how many mini-batches an epoch has. */
  readonly lengthKnown: boolean
  /** Where the axis of epochs ends. */
  readonly end: number
  readonly logarithmic: boolean
  /** The first mini-batch whose loss was no number, or null. */
  readonly divergedAt: number | null
  /** The run that this one began in. */
  readonly earlier: EarlierLosses | null
  readonly cursor: Cursor | null
  /** What moves the cursor. */
  readonly overlay?: ReactNode
  /** What stands below the plot instead of the unit of its axis. */
  readonly below?: ReactNode
  readonly control?: ReactNode
  readonly empty: ReactNode
}

const emptyAxis: Axis = { domain: [0.1, 3], ticks: [0.1, 0.3, 1, 3] }

/** A logarithmic axis begins no lower than this share of its end: a loss that reaches 0 would press all else together. */
const LOWEST_SHARE = 1e-4

/** The axis that holds all values; losses of 0 stand at the bottom of a logarithmic one. */
function yAxisOf(
  { buckets, tests, earlier }: Pick<LossFigures, 'buckets' | 'tests' | 'earlier'>,
  logarithmic: boolean,
): Axis {
  let low = Infinity
  let high = 0
  for (const bucket of buckets) {
    if (bucket.low > 0) low = Math.min(low, bucket.low)
    high = Math.max(high, bucket.high)
  }
  for (const { loss } of [...tests, ...(earlier?.points ?? [])]) {
    if (loss > 0) low = Math.min(low, loss)
    high = Math.max(high, loss)
  }
  if (low === Infinity) return logarithmic ? emptyAxis : { domain: [0, 1], ticks: [0, 0.5, 1] }
  return logarithmic ? logAxis(Math.max(low, high * LOWEST_SHARE), high) : linearAxis(0, high)
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

export function LossChart(props: LossChartProps) {
  const { buckets, epochs, stepsPerEpoch, lengthKnown, end, logarithmic, divergedAt, earlier, control, empty } = props
  const rem = useRem()
  const tests = useMemo(
    () =>
      thinned(epochs)
        .filter((epoch) => Number.isFinite(epoch.validLoss))
        .map((epoch) => ({ x: epoch.step / stepsPerEpoch, loss: epoch.validLoss })),
    [epochs, stepsPerEpoch],
  )
  const yAxis = useMemo(() => yAxisOf({ buckets, tests, earlier }, logarithmic), [buckets, tests, earlier, logarithmic])
  const last = buckets.at(-1)
  const [floor] = yAxis.domain
  const figures: LossFigures = useMemo(
    () => ({ buckets, tests, stepsPerEpoch, earlier, floor, divergedAt, rem }),
    [buckets, tests, stepsPerEpoch, earlier, floor, divergedAt, rem],
  )
  return (
    <ChartFrame
      label={summaryOf(props)}
      yTitle={logarithmic ? 'loss, log scale' : 'loss'}
      xTitle={props.below ?? (!lengthKnown ? 'epoch' : `epoch (${thousands(stepsPerEpoch)} mini-batches each)`)}
      control={control}
      overlay={props.overlay}
      {...(last === undefined ? { empty } : {})}
    >
      <LossFiguresContext value={figures}>
        <CursorContext value={props.cursor}>
          <RunAxes
            end={end}
            low={yAxis.domain[0]}
            high={yAxis.domain[1]}
            ticks={yAxis.ticks.join(' ')}
            logarithmic={logarithmic}
            rem={rem}
          >
            {layer}
          </RunAxes>
        </CursorContext>
      </LossFiguresContext>
    </ChartFrame>
  )
}

/** One element for all charts, so that the axes see no change. */
const layer = (
  <>
    <LossLayer />
    <TimeCursor />
  </>
)
