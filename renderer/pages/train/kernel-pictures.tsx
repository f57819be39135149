/**
 * A LeNet's two convolutions as one table: the kernels of the first on top, and below each of them what every kernel of the second looks
 * for in its channel.
 */
import { useElementSize } from '@mantine/hooks'
import { useMemo } from 'react'
import type { WeightPictures } from '../../../main/contract/types.ts'
import { Heatmap } from '../../ui/index.ts'
import { useRem } from '../../ui/charts/use-rem.ts'
import { FiringLine } from './firing-line.tsx'
import { firingWords, hardlyFires } from './inside-words.ts'
import styles from './weights-panel.module.css'

type KernelPicturesProps = {
  readonly pictures: WeightPictures
  readonly second: NonNullable<WeightPictures['second']>
  /** `Weights`, `Gradients` */
  readonly what: string
  /** One end of the scale of all of them. */
  readonly range: number
}

const kernel = { kind: 'kernel' } as const

export function KernelPictures({ pictures, second, what, range }: KernelPicturesProps) {
  const { ref, width, height } = useElementSize()
  const rem = useRem()
  const { firing, step, count } = pictures
  const top = useMemo(() => cut(pictures.weights, count), [pictures, count])
  const rows = useMemo(() => cut(second.weights, second.count), [second])
  // Beside the pictures stand a number and a line, below those of the first row too.
  const [numbers, lines, gap] = [1.375 * rem, firing === null ? 0 : 1.75 * rem, 3]
  const wide = (width - numbers - lines - gap * (count + 1)) / count
  const high = (height - 2 * rem - gap * (second.count + 1)) / (second.count + 1)
  const side = Math.max(0, Math.floor(Math.min(wide, high)))
  const common = { width: second.width, height: second.height, scale: 'signed', version: step, smooth: false } as const
  return (
    <div className={styles['room']} ref={ref}>
      <div
        className={styles['kernels']}
        style={{ gridTemplateColumns: `${numbers}px repeat(${count}, ${side}px) ${lines}px`, gap: `${gap}px` }}
      >
        {top.map((values, index) => {
          const share = firing?.first[index]
          const does = firing === null || share === undefined ? '' : `, ${firingWords(firing, kernel, share)}`
          return (
            <figure
              key={index}
              style={{ gridColumn: index + 2 }}
              title={`kernel ${index + 1}${does}`}
              data-marked={(share !== undefined && hardlyFires(share)) || undefined}
            >
              <Heatmap {...common} values={values} range={range} label={`${what} of kernel ${index + 1}${does}`} />
              {share === undefined ? null : <FiringLine share={share} />}
              <figcaption>{index + 1}</figcaption>
            </figure>
          )
        })}
        {rows.map((values, index) => {
          const share = firing?.second?.[index]
          const does = firing === null || share === undefined ? '' : `, ${firingWords(firing, kernel, share)}`
          const name = `kernel ${index + 1} of the second convolution${does}`
          return (
            <div
              key={index}
              className={styles['row']}
              role="img"
              aria-label={`${what} of ${name}`}
              title={name}
              data-marked={(share !== undefined && hardlyFires(share)) || undefined}
            >
              <span className={styles['number']}>{index + 1}</span>
              {cut(values, second.channels).map((picture, channel) => (
                <Heatmap key={channel} {...common} values={picture} range={range} label="" />
              ))}
              {share === undefined ? null : <FiringLine share={share} />}
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** As many equal views. */
function cut(weights: Float32Array, count: number): Float32Array[] {
  const size = weights.length / count
  return Array.from({ length: count }, (_, index) => weights.subarray(index * size, (index + 1) * size))
}
