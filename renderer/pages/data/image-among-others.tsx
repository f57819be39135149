/** One image among the others of its set: its distance to the average of each class, its rank, and the images equal to it. */
import { useMediaQuery } from '@mantine/hooks'
import { SIDE } from '../../../data/image-set.ts'
import type { DatasetInfo, ImageFacts } from '../../../main/contract/types.ts'
import { useCommand } from '../../connection.ts'
import { count, decimals, fourDecimals, thousands } from '../../ui/format.ts'
import { classes, ErrorBanner, Facts, Heatmap, Loading } from '../../ui/index.ts'
import { className, placeName } from './names.ts'
import { NearestImages } from './nearest-images.tsx'
import type { AspectProps } from './one-image.tsx'
import { hasDigits } from './sets.ts'
import styles from './image-among-others.module.css'

/** Where there is room for one more plate. */
const LARGE = '(min-width: 90rem) and (min-height: 53rem)'
/** Copies that are named; more are counted. */
const NAMED = 6

export function ImageAmongOthers(props: AspectProps) {
  const { info, image, title, onShow } = props
  const large = useMediaQuery(LARGE, false, { getInitialValueInEffect: false })
  const { split, index, pixels } = image
  const facts = useCommand('dataset.imageFacts', { dataset: info.name, split, index }, { keep: true })
  const { data } = facts
  if (facts.error !== null) return <ErrorBanner error={facts.error} onRetry={facts.reload} />
  if (data === null) return <Loading words="Comparing it with the averages" shapes={10} className={styles['waiting']} />
  return (
    <>
      <div className={styles['summary']}>
        <div className={styles['picture']}>
          <Heatmap values={pixels} width={SIDE} height={SIDE} scale="ink" range={255} label={title} />
        </div>
        <div>
          <Facts
            rows={[
              ['Ink, mean of all', `${decimals(data.ink, 2)} of 255`],
              ['How typical', `place ${thousands(data.rank)} of ${thousands(data.ofClass)}`],
            ]}
          />
          <p className={styles['sentence']}>{inWords(info, data)}</p>
        </div>
      </div>
      <h3 className={styles['heading']}>
        Distance to the averages <span>RMSE, the shortest is the nearest</span>
      </h3>
      <Distances info={info} facts={data} />
      <Copies info={info} facts={data} onShow={onShow} />
      {large ? <NearestImages {...props} /> : null}
    </>
  )
}

function Distances({ info, facts }: { readonly info: DatasetInfo; readonly facts: ImageFacts }) {
  const { distances, label } = facts
  const farthest = Math.max(...distances.map(({ distance }) => distance), Number.EPSILON)
  const nearest = distances[0]?.label
  const digits = hasDigits(info)
  return (
    <table
      className={classes(styles['distances'], !digits && styles['named'])}
      aria-label="Distance to the average of each class"
    >
      <tbody>
        {distances
          .toSorted((a, b) => a.label - b.label)
          .map((each) => (
            <tr key={each.label} data-nearest={each.label === nearest || undefined}>
              <th scope="row">{digits ? each.label : (info.classes[each.label] ?? each.label)}</th>
              <td>
                <i style={{ width: `${(each.distance / farthest) * 100}%` }} />
              </td>
              <td>{fourDecimals(each.distance)}</td>
              <td>{each.label === label ? 'its own' : ''}</td>
            </tr>
          ))}
      </tbody>
    </table>
  )
}

function inWords(info: DatasetInfo, { distances, label }: ImageFacts): string {
  const [nearest] = distances
  if (nearest === undefined) return 'There are no averages to compare it with.'
  const own = `the average of its own class`
  return nearest.label === label
    ? `It is nearest to ${own}: nearest average reads it right.`
    : `It is nearer to the average of ${className(info, nearest.label)} than to ${own}: nearest average is wrong on it.`
}

function Copies({ info, facts, onShow }: Pick<AspectProps, 'info' | 'onShow'> & { readonly facts: ImageFacts }) {
  const { duplicates } = facts
  if (duplicates.length === 0) {
    return <p className={styles['sentence']}>No other image of {info.title} is equal to it.</p>
  }
  const rest = duplicates.length - NAMED
  return (
    <div className={styles['copies']}>
      <b>{count(duplicates.length, 'image is', 'images are')} equal to it:</b>
      {duplicates.slice(0, NAMED).map((copy) => (
        <button
          type="button"
          key={placeName(copy)}
          onClick={() => {
            onShow(copy)
          }}
        >
          {placeName(copy)}
          {copy.label === facts.label ? '' : `, labeled ${className(info, copy.label)}`}
        </button>
      ))}
      {rest > 0 ? <span>and {thousands(rest)} more</span> : null}
    </div>
  )
}
