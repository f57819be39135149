/** A view of the Data page: who wrote the built-in digits? Live samples of the simulated hand, a row for each writer. */
import { useMemo, useState } from 'react'
import type { HandSample } from '../../../main/contract/hand-sample.ts'
import { useCommand } from '../../connection.ts'
import { digitWithArticle } from '../../ui/format.ts'
import { ErrorBanner, Heatmap, Loading, Panel } from '../../ui/index.ts'
import { DataFrame, type DataViewProps } from './frame.tsx'
import { HandDials, type Dials } from './hand-dials.tsx'
import styles from './simulated-hand.module.css'

const WRITERS = 8
const EACH = 10
const SIDE = 28

export function SimulatedHandView(props: DataViewProps) {
  const [dials, setDials] = useState<Dials>({ digit: 4, writers: 1, instances: 1, seed: 1 })
  const { digit, seed, writers, instances } = dials
  const { data, error, reload } = useCommand(
    'synthetic.sample',
    { seed, digit, writers: WRITERS, each: EACH, variation: { writers, instances } },
    { keep: true },
  )
  const what = digit === null ? 'the ten digits' : `${digitWithArticle(digit)} ten times`
  return (
    <DataFrame
      {...props}
      question="Who wrote the built-in digits?"
      answer={
        <>
          A simulated hand: each row is <b>one writer</b> who writes {what}.
        </>
      }
      explain={{ title: 'A hand that is computed', text: explanation }}
      ofSet={false}
      className={styles['layout']}
    >
      <Panel title="Eight writers" fact="None of these are in the data set" className={styles['sheet']}>
        {error !== null ? (
          <ErrorBanner error={error} onRetry={reload} />
        ) : data === null ? (
          <Loading words="Writing" shapes={WRITERS} className={styles['waiting']} />
        ) : (
          <Rows sample={data} what={what} />
        )}
      </Panel>
      <Panel title="How much they vary" className={styles['dials']}>
        <HandDials dials={dials} onChange={setDials} />
        {data === null ? null : (
          <>
            <Spreads spreads={data.spreads} />
            <Average sample={data} digit={digit} />
          </>
        )}
      </Panel>
    </DataFrame>
  )
}

function Rows({ sample, what }: { readonly sample: HandSample; readonly what: string }) {
  const rows = useMemo(() => Array.from({ length: WRITERS }, (_, writer) => rowOf(sample.pixels, writer)), [sample])
  return (
    <div className={styles['rows']} data-testid="simulated-writers">
      {rows.map((values, writer) => (
        <div key={writer} className={styles['writer']}>
          <span aria-hidden>{writer + 1}</span>
          <Heatmap
            values={values}
            width={EACH * SIDE}
            height={SIDE}
            scale="ink"
            range={255}
            label={`Writer ${writer + 1}: ${what}`}
            className={styles['digits']}
          />
        </div>
      ))}
    </div>
  )
}

/** A writer's images side by side, `[28 x (EACH * 28)]`. */
function rowOf(pixels: Uint8Array, writer: number): Uint8Array {
  const width = EACH * SIDE
  const row = new Uint8Array(width * SIDE)
  for (let image = 0; image < EACH; image++) {
    const from = (writer * EACH + image) * SIDE * SIDE
    for (let y = 0; y < SIDE; y++) {
      row.set(pixels.subarray(from + y * SIDE, from + (y + 1) * SIDE), y * width + image * SIDE)
    }
  }
  return row
}

/** What all that are shown have in common: sharp where they are alike. For all ten digits, the average of each column. */
function Average({ sample, digit }: { readonly sample: HandSample; readonly digit: number | null }) {
  const means = useMemo(() => averagesOf(sample.pixels, digit === null), [sample, digit])
  return (
    <div className={styles['average']} data-many={means.length > 1 || undefined}>
      <div>
        {means.map((values, column) => (
          <Heatmap
            key={column}
            values={values}
            width={SIDE}
            height={SIDE}
            scale="ink"
            range={255}
            label={
              digit === null
                ? `The average ${column} of the eight writers`
                : `The average of these ${WRITERS * EACH} digits`
            }
          />
        ))}
      </div>
      <p>
        <b>{digit === null ? 'The average of each column.' : 'The average of all eighty.'}</b> The more they vary, the
        more it blurs.
      </p>
    </div>
  )
}

/** The mean of all images, or of each column's; each `[28 x 28]`, 0 to 255. */
export function averagesOf(pixels: Uint8Array, ofColumns: boolean): Float32Array[] {
  const size = SIDE * SIDE
  const means = Array.from({ length: ofColumns ? EACH : 1 }, () => new Float32Array(size))
  const share = ofColumns ? WRITERS : WRITERS * EACH
  for (let image = 0; image < WRITERS * EACH; image += 1) {
    const mean = means[ofColumns ? image % EACH : 0]
    if (mean === undefined) continue
    for (let pixel = 0; pixel < size; pixel += 1) {
      mean[pixel] = (mean[pixel] ?? 0) + (pixels[image * size + pixel] ?? 0) / share
    }
  }
  return means
}

function Spreads({ spreads }: { readonly spreads: HandSample['spreads'] }) {
  const degrees = (value: number) => `±${value.toFixed(1)}°`
  const percent = (value: number) => `±${(100 * value).toFixed(0)} %`
  const rows = [
    ['Slant', spreads.slant, degrees],
    ['Rotation', spreads.rotation, degrees],
    ['Width', spreads.width, percent],
    ['Pen', spreads.pen, percent],
  ] as const
  return (
    <table className={styles['spreads']} aria-label="How far slant, rotation, width and pen vary">
      <thead>
        <tr>
          <th scope="col">Two in three within</th>
          <th scope="col">writers</th>
          <th scope="col">one hand</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, [ofWriters, ofImages], text]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{text(ofWriters)}</td>
            <td>{text(ofImages)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const explanation = (
  <>
    <p>
      Each digit has several ways of being written: a 7 with a bar or without, a 4 open or closed. Each way is a line of
      a few points. A pen follows it, and leaves ink as wide as it is pressed.
    </p>
    <p>
      <b>Writers differ.</b> A writer keeps a slant, a width, a pen and favorite forms. Turn this dial to the left, and
      all rows come from the same hand.
    </p>
    <p>
      <b>One hand varies.</b> No two digits of a hand are alike. Turn this dial to the left, and a hand repeats itself
      like a stamp.
    </p>
    <p>
      A model learns from variation: from stamps alone it would learn eight pictures by heart. The built-in data set has
      both dials in the middle, and other seeds.
    </p>
  </>
)
