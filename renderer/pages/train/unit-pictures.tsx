/** One picture for each unit, as large as the room allows, with its number and how often it fires. */
import { useElementSize } from '@mantine/hooks'
import { useMemo } from 'react'
import type { WeightPictures } from '../../../main/contract/types.ts'
import { Heatmap } from '../../ui/index.ts'
import { useRem } from '../../ui/charts/use-rem.ts'
import { FiringLine } from './firing-line.tsx'
import { firingWords, hardlyFires, pictureName, type Subject } from './inside-words.ts'
import { packPictures } from './pack-pictures.ts'
import styles from './weights-panel.module.css'

/** More pictures than these stand closer together. */
const MANY = 40
/** More pictures than these are too small to see anything. */
export const MOST_PICTURES = 256

type UnitPicturesProps = {
  readonly pictures: WeightPictures
  readonly subject: Subject
  /** `Weights`, `Gradients` */
  readonly what: string
}

export function UnitPictures({ pictures, subject, what }: UnitPicturesProps) {
  const { ref, width, height } = useElementSize()
  const rem = useRem()
  const { firing, labels } = pictures
  const visible = Math.min(pictures.count, MOST_PICTURES)
  const gap = visible > MANY ? 0.25 : 0.5
  const { columns, side, labelled } = packPictures({
    count: visible,
    width,
    height,
    gap: gap * rem,
    labelHeight: (firing === null ? 1.25 : 1) * rem,
    lineHeight: firing === null ? 0 : 0.3125 * rem,
    leastLabelled: 2 * rem,
  })
  const cut = useMemo(() => {
    const size = pictures.height * pictures.width
    return Array.from({ length: pictures.count }, (_, index) =>
      pictures.weights.subarray(index * size, (index + 1) * size),
    )
  }, [pictures])

  return (
    <div className={styles['room']} ref={ref}>
      <div
        className={styles['grid']}
        style={{ gridTemplateColumns: `repeat(${columns}, ${side}px)`, gap: `${gap}rem` }}
      >
        {cut.slice(0, visible).map((values, index) => {
          const name = pictureName(subject, labels[index] ?? String(index + 1))
          const share = firing?.first[index]
          const does = firing === null || share === undefined ? '' : `, ${firingWords(firing, subject, share)}`
          return (
            <figure
              key={index}
              title={`${name}${does}`}
              data-marked={(share !== undefined && hardlyFires(share)) || undefined}
            >
              <Heatmap
                values={values}
                width={pictures.width}
                height={pictures.height}
                scale="signed"
                range={pictures.range === 0 ? 1 : pictures.range}
                label={`${what} of ${name}${does}`}
                smooth={side < 2 * pictures.width}
                version={pictures.step}
              />
              {share === undefined ? null : <FiringLine share={share} />}
              {labelled ? (
                <figcaption data-digit={firing === null && subject.kind !== 'unit' ? true : undefined}>
                  {subject.kind === 'output' ? name : labels[index]}
                </figcaption>
              ) : null}
            </figure>
          )
        })}
      </div>
    </div>
  )
}
