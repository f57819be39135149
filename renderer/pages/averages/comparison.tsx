/** One image minus each average: where they differ, by how much, and which average is nearest. */
import { Button } from '@mantine/core'
import { IconDice5 } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import { toErrorPayload } from '../../../data/error.ts'
import { SIDE } from '../../../data/image-set.ts'
import { plainQuery } from '../../../main/contract/image-query.ts'
import type { AverageComparison, AverageDigits, DatasetInfo, DistanceName } from '../../../main/contract/types.ts'
import { useClient, useCommand } from '../../connection.ts'
import { ErrorBanner, Heatmap, Loading, Panel, ScaleBar, showToast } from '../../ui/index.ts'
import { decimals, fourDecimals } from '../../ui/format.ts'
import { className, isDigits } from './average-row.tsx'
import { differencesOf, nearestOf } from './differences.ts'
import { firstImage, useView, view } from './view.ts'
import styles from './averages.module.css'

type ComparisonProps = {
  readonly info: DatasetInfo
  readonly averages: AverageDigits
  readonly distance: DistanceName
}

export function Comparison({ info, averages, distance }: ComparisonProps) {
  const place = useView((state) => state.image) ?? firstImage(info)
  const { dataset, digits } = averages
  const { data, error, reload } = useCommand(
    'averages.compare',
    { dataset, digits: [...digits], ...place },
    { keep: true },
  )
  const differences = useMemo(
    () =>
      data === null || data.digits.length * SIDE * SIDE !== averages.means.length
        ? null
        : differencesOf(data.image.pixels, averages.means),
    [data, averages],
  )
  const scale =
    differences === null ? null : (
      <ScaleBar
        scale="signed"
        low={`average darker \u2212${decimals(differences.range, 2)}`}
        high={`+${decimals(differences.range, 2)} image darker`}
      />
    )
  return (
    <Panel
      title={digits.length === 2 ? 'One image against both' : 'One image against the averages'}
      fact={
        <span className={styles['tools']}>
          {scale}
          <AnotherImage info={info} digits={digits} />
        </span>
      }
      className={styles['row']}
    >
      {error !== null ? <ErrorBanner error={error} onRetry={reload} /> : null}
      {data === null || differences === null ? (
        error === null ? (
          <Loading words="Comparing" />
        ) : null
      ) : (
        <Pictures
          info={info}
          comparison={data}
          differences={differences.pictures}
          range={differences.range}
          distance={distance}
          place={place}
        />
      )}
      {digits.length === 2 && data !== null && differences !== null ? (
        <>
          <div className={styles['below']}>{scale}</div>
          <Distances info={info} comparison={data} chosen={distance} />
        </>
      ) : null}
    </Panel>
  )
}

type PicturesProps = {
  readonly info: DatasetInfo
  readonly comparison: AverageComparison
  readonly differences: readonly Float32Array[]
  readonly range: number
  readonly distance: DistanceName
  readonly place: { readonly split: string; readonly index: number }
}

function Pictures({ info, comparison, differences, range, distance, place }: PicturesProps) {
  const { image, digits } = comparison
  const distances = comparison[distance]
  const nearest = nearestOf(distances)
  const name = className(info, image.label)
  return (
    <div className={styles['comparison']} data-count={digits.length}>
      <figure className={styles['own']}>
        <Heatmap
          values={image.pixels}
          width={SIDE}
          height={SIDE}
          scale="ink"
          range={255}
          label={`The image: ${isDigits(info) ? 'a handwritten ' : ''}${name}`}
        />
        <figcaption>
          {place.split === 'train' ? 'training' : 'test'} <span className="only-large">image</span> <b>{image.index}</b>
          {isDigits(info) ? null : <small>{name}</small>}
        </figcaption>
      </figure>
      <ul className={styles['tiles']} data-count={digits.length}>
        {digits.map((digit, index) => (
          <li key={digit}>
            <Heatmap
              values={differences[index] ?? []}
              width={SIDE}
              height={SIDE}
              scale="signed"
              range={range}
              label={`The image minus the average ${className(info, digit)}`}
            />
            <div className={styles['caption']}>
              <b>{digit}</b>
              <span>
                {index === nearest ? (
                  <mark title="The nearest average">
                    {fourDecimals(distances[index] ?? 0)}
                    <span className="visually-hidden"> nearest</span>
                  </mark>
                ) : (
                  fourDecimals(distances[index] ?? 0)
                )}
              </span>
            </div>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Both distances to the two averages: the numbers that the book compares. */
function Distances({
  info,
  comparison,
  chosen,
}: {
  readonly info: DatasetInfo
  readonly comparison: AverageComparison
  readonly chosen: DistanceName
}) {
  return (
    <table className={styles['distances']}>
      <thead>
        <tr>
          <th scope="col">distance to the average</th>
          {comparison.digits.map((digit) => (
            <th key={digit} scope="col">
              {className(info, digit)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {(['l1', 'rmse'] as const).map((name) => (
          <tr key={name} data-chosen={name === chosen || undefined}>
            <th scope="row">{name === 'l1' ? 'L1' : 'RMSE'}</th>
            {comparison[name].map((distance, index) => (
              <td key={comparison.digits[index]}>{fourDecimals(distance)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Chooses a test image of one of the shown classes at random. */
function AnotherImage({ info, digits }: { readonly info: DatasetInfo; readonly digits: readonly number[] }) {
  const client = useClient()
  const [busy, setBusy] = useState(false)
  const choose = async (): Promise<void> => {
    const label = digits[Math.floor(Math.random() * digits.length)] ?? null
    const request = { dataset: info.name, query: { ...plainQuery('test'), label }, count: 1 }
    const { total } = await client.call('dataset.page', { ...request, offset: 0 })
    const page = await client.call('dataset.page', { ...request, offset: Math.floor(Math.random() * total) })
    const [index] = page.indices
    if (index !== undefined) view.setState({ image: { split: 'test', index } })
  }
  return (
    <Button
      variant="subtle"
      className={styles['another'] ?? ''}
      leftSection={<IconDice5 />}
      aria-busy={busy}
      onClick={() => {
        setBusy(true)
        choose()
          .catch((thrown: unknown) => showToast({ message: toErrorPayload(thrown).message }))
          .finally(() => setBusy(false))
      }}
    >
      Another image
    </Button>
  )
}
