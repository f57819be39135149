/** What the layers answer to some test images: of each a histogram, and how many of its units never fire. */
import type { LayerReport, RunSnapshot } from '../../../main/contract/types.ts'
import { count, decimals, thousands } from '../../ui/format.ts'
import { layerWords, percentText } from './inside-words.ts'
import styles from './weights-panel.module.css'

export function ActivationsView({ snapshot }: { readonly snapshot: RunSnapshot }) {
  return (
    <div className={styles['layers']}>
      {snapshot.layers.map((layer) => (
        <Layer key={layer.name} layer={layer} images={snapshot.images.length} />
      ))}
    </div>
  )
}

function Layer({ layer, images }: { readonly layer: LayerReport; readonly images: number }) {
  const { histogram, summary } = layer
  const bars = withoutZeros(layer)
  const most = Math.max(1, ...bars)
  const name = layerWords(layer.name)
  const zeros = summary.zeros === 1 ? 'all are 0' : summary.zeros > 0 ? `${percentText(summary.zeros)} are 0` : ''
  const equal = summary.min === summary.max
  const ends = equal ? ['', ''] : [decimals(histogram.from, 2), decimals(histogram.to, 2)]
  const said = [equal ? '' : `from ${ends.join(' to ')}`, zeros, count(images, 'image')].filter((part) => part !== '')
  const label = `Activations of ${name.toLowerCase()}: ${said.join('; ')}`
  return (
    <section className={styles['layer']}>
      <h3>
        {name} <Stopped layer={layer} />
      </h3>
      <svg viewBox={`0 0 ${bars.length} 100`} preserveAspectRatio="none" role="img" aria-label={label}>
        {bars.map((bar, at) => (
          <rect key={at} x={at + 0.1} width={0.8} y={100 - (bar / most) * 100} height={(bar / most) * 100} />
        ))}
      </svg>
      <div className={styles['ends']}>
        <span>{ends[0]}</span>
        <span>{zeros}</span>
        <span>{ends[1]}</span>
      </div>
    </section>
  )
}

/** Exact zeros, of which a ReLU gives many, would leave nothing of the other bars. */
function withoutZeros({ histogram: { from, to, counts }, summary }: LayerReport): number[] {
  const bars = [...counts]
  const numbers = bars.reduce((sum, bar) => sum + bar, 0)
  if (to <= from) return bars
  const bin = Math.min(bars.length - 1, Math.floor(((0 - from) / (to - from)) * bars.length))
  if (bin >= 0) bars[bin] = Math.max(0, (bars[bin] ?? 0) - Math.round(summary.zeros * numbers))
  return bars
}

function Stopped({ layer: { function: what, firing, dead, saturated } }: { readonly layer: LayerReport }) {
  if (what === 'other' || dead === null) return null
  const stopped = Math.round(dead * firing.length)
  const units = thousands(firing.length)
  const words = stopped === 0 ? `none of ${units} dead` : `${thousands(stopped)} of ${units} dead`
  const marked = stopped === 0 ? <span>{words}</span> : <mark>{words}</mark>
  return saturated === null ? marked : <span>{percentText(saturated)} saturated</span>
}
