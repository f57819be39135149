/** The first layer's weights as pictures on one shared scale, pulled from the engine a few times a second while one looks. */
import { useElementSize } from '@mantine/hooks'
import { memo, useEffect, useMemo, useState } from 'react'
import type { RunSummary, WeightPictures } from '../../../main/contract/types.ts'
import { hasSingleOutput, isConvolutional, layerSizes } from '../../../native/learn/specification.ts'
import { AppError } from '../../../data/error.ts'
import { useClient, useConnection } from '../../connection.ts'
import { Heatmap, Panel, ScaleBar } from '../../ui/index.ts'
import { signed, thousands } from '../../ui/format.ts'
import { useRem } from '../../ui/charts/use-rem.ts'
import type { Past } from '../../store/time-machine.ts'
import { packPictures } from './pack-pictures.ts'
import { canGoOn } from './words.ts'
import styles from './weights-panel.module.css'

/** Milliseconds between two pulls while training; more where an answer takes long. */
const PULL_EVERY = 250
/** More pictures than these stand closer together. */
const MANY = 40
/** More pictures than these are too small to see anything. */
const MOST_PICTURES = 256

/** The newest weights of a run; null until they are here, or when it has none. */
function useWeights(shown: RunSummary | null): WeightPictures | null {
  const client = useClient()
  const generation = useConnection((state) => state.generation)
  const [weights, setWeights] = useState<WeightPictures | null>(null)
  const run = shown?.id ?? null
  const live = shown?.state === 'training'
  // A run at rest is asked once for each state and step that it comes to.
  const rest = shown === null || live ? '' : `${shown.state} ${shown.totalSteps} ${shown.step} ${shown.model ?? ''}`
  const silent = shown === null || shown.state === 'preparing'

  useEffect(() => {
    if (run === null || generation === 0 || silent) return
    let ended = false
    let timer: ReturnType<typeof setTimeout> | null = null
    const pull = async (id: number): Promise<void> => {
      const began = performance.now()
      try {
        if (document.visibilityState === 'visible') {
          const newest = await client.call('run.weights', { run: id })
          if (!ended) setWeights(newest)
        }
      } catch (thrown) {
        // A run without weights is no failure: it diverged, was cut off before any were kept, or is being removed.
        const expected = thrown instanceof AppError && expectedCodes.has(thrown.code)
        if (!expected) throw thrown
        if (!ended) setWeights(null)
      }
      if (!ended && live) {
        const took = performance.now() - began
        timer = setTimeout(() => void pull(id), Math.max(PULL_EVERY, 4 * took))
      }
    }
    void pull(run)
    return () => {
      ended = true
      if (timer !== null) clearTimeout(timer)
    }
  }, [client, run, live, rest, silent, generation])

  // After a divergence there is nothing to see in them.
  return weights !== null && weights.run === run && !silent && Number.isFinite(weights.range) ? weights : null
}

const expectedCodes: ReadonlySet<string> = new Set([
  'train/wrong-state',
  'train/unknown-run',
  'model/unknown',
  'channel/closed',
  'engine/crashed',
])

type WeightsPanelProps = {
  readonly run: RunSummary | null
  /** The step that one looks back to; null while one looks at the present. */
  readonly past: Past | null
}

export const WeightsPanel = memo(function WeightsPanel({ run, past }: WeightsPanelProps) {
  const present = useWeights(run)
  // Until the first answer is there nothing has changed.
  const weights = past === null ? present : past.problem === null ? (past.moment?.weights ?? present) : null
  const { ref, width, height } = useElementSize()
  const rem = useRem()
  const specification = run?.specification
  const hidden =
    weights === null ? specification !== undefined && specification.model !== 'linear' : weights.kind === 'hidden'
  const kernels = specification !== undefined && isConvolutional(specification.model)
  const expected = specification === undefined ? 10 : kernels ? 8 : (layerSizes(specification)[1] ?? 10)
  const many = weights?.count ?? expected
  const pictures = useMemo(() => cut(weights), [weights])
  const visible = Math.min(many, MOST_PICTURES)
  const single = specification !== undefined && hasSingleOutput(specification) && !hidden
  const labelHeight = 1.25 * rem
  const gap = visible > MANY ? 0.25 : 0.5
  const { columns, side, labelled } = packPictures({
    count: visible,
    width,
    height,
    gap: gap * rem,
    labelHeight,
    leastLabelled: 2 * rem,
  })

  return (
    <Panel
      title={
        <>
          <span className={past === null ? undefined : 'only-large'}>
            {run === null ? 'Weights' : titleOf(many, hidden, single, kernels)}
          </span>
          {past === null ? null : (
            <span className="only-small">Weights after mini-batch {thousands(weights?.step ?? past.step)}</span>
          )}
        </>
      }
      fact={
        weights === null ? undefined : <span className="only-large">after mini-batch {thousands(weights.step)}</span>
      }
      className={styles['panel']}
    >
      <div className={styles['room']} ref={ref}>
        {weights === null ? (
          <p className={styles['empty']}>{past === null ? emptyText(run) : 'The weights of this step are not here.'}</p>
        ) : (
          <div
            className={styles['grid']}
            style={{ gridTemplateColumns: `repeat(${columns}, ${side}px)`, gap: `${gap}rem` }}
          >
            {Array.from({ length: Math.min(visible, weights.count) }, (_, index) => (
              <figure key={index} title={nameOf(weights, index, single)}>
                <Heatmap
                  values={pictures[index] ?? noPixels}
                  width={weights.width}
                  height={weights.height}
                  scale="signed"
                  range={weights.range === 0 ? 1 : weights.range}
                  label={`Weights of ${nameOf(weights, index, single)}`}
                  smooth={side < 2 * weights.width}
                  version={weights.step}
                />
                {labelled ? (
                  <figcaption data-digit={!hidden || undefined}>{captionOf(weights, index, single)}</figcaption>
                ) : null}
              </figure>
            ))}
          </div>
        )}
      </div>
      {weights === null ? null : (
        <>
          <ScaleBar
            scale="signed"
            grow
            low={rangeText(-weights.range)}
            high={rangeText(weights.range)}
            className={styles['scale']}
          />
          <p className="caption">{captionText(weights, visible, single)}</p>
        </>
      )}
    </Panel>
  )
})

/** `+0.58`; very large and very small ends in powers of ten: `+2.0e12`. */
function rangeText(end: number): string {
  const size = Math.abs(end)
  if (size === 0 || (size >= 0.005 && size < 10_000)) return signed(end)
  return `${end < 0 ? '\u2212' : '+'}${size.toExponential(1).replace('e+', 'e').replace('e-', 'e\u2212')}`
}

const noPixels = new Float32Array()

/** Each picture as a view. */
function cut(weights: WeightPictures | null): Float32Array[] {
  if (weights === null) return []
  const size = weights.height * weights.width
  return Array.from({ length: weights.count }, (_, index) => weights.weights.subarray(index * size, (index + 1) * size))
}

function titleOf(many: number, hidden: boolean, single: boolean, kernels: boolean): string {
  if (kernels) return `Weights of the ${thousands(many)} kernels`
  if (hidden) return `Weights of the ${thousands(many)} hidden units`
  return single ? 'Weights of the one output' : `Weights of the ${many === 10 ? 'ten' : thousands(many)} digits`
}

/** `unit 14`, `digit 3`, `3 against 7` */
function nameOf(weights: WeightPictures, index: number, single: boolean): string {
  const label = weights.labels[index] ?? String(index + 1)
  if (weights.kind === 'hidden') return `unit ${label}`
  return single ? `the output for ${label}` : `digit ${label}`
}

function captionOf(weights: WeightPictures, index: number, single: boolean): string {
  return single ? nameOf(weights, index, single) : (weights.labels[index] ?? '')
}

function captionText(weights: WeightPictures, visible: number, single: boolean): string {
  if (visible < weights.count)
    return `The first ${thousands(visible)} of ${thousands(weights.count)} units. One scale for all.`
  if (weights.kind === 'hidden') return 'Blue: ink there excites the unit. Orange: it holds the unit back.'
  const [label = ''] = weights.labels
  return single
    ? `Blue: ink there speaks for ${label}. Orange: against it.`
    : 'Blue: ink there speaks for the digit. Orange: against it.'
}

function emptyText(run: RunSummary | null): string {
  if (run === null) return 'Each picture will be the 784 weights of one output or hidden unit.'
  if (run.state === 'preparing' || (run.state === 'paused' && run.totalSteps === 0))
    return 'The first weights are drawn once the images are read.'
  if (run.state === 'diverged') return 'The weights are no numbers any more, so none were kept.'
  if (run.state === 'interrupted') {
    return canGoOn(run) ? 'The weights are shown again when it goes on.' : 'The engine ended before there were any.'
  }
  return 'No weights were kept of this run.'
}
