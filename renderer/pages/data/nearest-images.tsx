/** The training images that are most like the chosen one: pictures to press, each with its label and distance. */
import { PIXELS, SIDE } from '../../../data/image-set.ts'
import { useCommand } from '../../connection.ts'
import { decimals } from '../../ui/format.ts'
import { ErrorBanner, Heatmap, Tile } from '../../ui/index.ts'
import { imageName } from './names.ts'
import type { AspectProps } from './one-image.tsx'
import styles from './nearest-images.module.css'

/** As many as stand in a row. */
const COUNT = 8

export function NearestImages({ info, image, onShow }: AspectProps) {
  const { split, index, label } = image
  const nearest = useCommand(
    'dataset.nearestImages',
    { dataset: info.name, split, index, count: COUNT },
    { keep: true },
  )
  if (nearest.error !== null) return <ErrorBanner error={nearest.error} onRetry={nearest.reload} />
  const { data } = nearest
  if (data === null || data.images.length === 0) return null
  const different = data.images.filter((each) => each.label !== label).length
  return (
    <section className={styles['nearest']} aria-label="Training images most like it">
      <h3 className={styles['heading']}>
        Training images most like it{' '}
        <span>{different === 0 ? 'all of its class' : `${different} of ${data.images.length} of another class`}</span>
      </h3>
      <div className={styles['row']}>
        {data.images.map((each, place) => (
          <Tile
            key={`${each.split} ${each.index}`}
            label={
              <>
                <b>{each.label}</b> {decimals(each.distance, 3)}
              </>
            }
            marked={each.label !== label}
            title={imageName(info, each)}
            onClick={() => {
              onShow(each)
            }}
          >
            <Heatmap
              values={data.pixels.subarray(place * PIXELS, (place + 1) * PIXELS)}
              width={SIDE}
              height={SIDE}
              scale="ink"
              range={255}
              label={imageName(info, each)}
            />
          </Tile>
        ))}
      </div>
    </section>
  )
}
