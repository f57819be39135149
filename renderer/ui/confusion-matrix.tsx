/** A confusion matrix as a table: how many images of each class were read as each class, the most frequent mistakes marked. */
import styles from './confusion-matrix.module.css'
import { classes } from './classes.ts'

type ConfusionMatrixProps = {
  /** The classes of the rows and columns, in their order. */
  readonly digits: readonly number[]
  /** Numbers of images, `[true][read as]`. */
  readonly confusion: readonly (readonly number[])[]
  /** What it shows, for screen readers: rows are the true classes. */
  readonly label: string
  /** As large as its room instead of as its numbers need. */
  readonly fill?: boolean
  readonly className?: string | undefined
}

/** The darkest shade, in percent of ink, so that numbers stay readable. */
const DARKEST = 40

/** The most images of one class that were read as another; 0 where nothing is wrong. */
export function mostConfused(confusion: readonly (readonly number[])[]): number {
  return confusion.reduce((most, row, from) => {
    return row.reduce((top, count, to) => (to === from ? top : Math.max(top, count)), most)
  }, 0)
}

/** Counts have no commas here, so that ten columns stand apart in a small window. */
export function ConfusionMatrix({ digits, confusion, label, fill = false, className }: ConfusionMatrixProps) {
  const most = mostConfused(confusion)
  return (
    <table className={classes(styles['matrix'], className)} data-fill={fill || undefined}>
      <caption className="visually-hidden">{label}</caption>
      <thead>
        <tr>
          <th scope="col" className={styles['corner']}>
            true
          </th>
          {digits.map((digit) => (
            <th key={digit} scope="col">
              {digit}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {confusion.map((row, from) => (
          <tr key={digits[from]}>
            <th scope="row">{digits[from]}</th>
            {row.map((count, to) => (
              <td
                key={digits[to]}
                data-right={from === to || undefined}
                data-none={count === 0 || undefined}
                data-worst={(from !== to && count > 0 && count === most) || undefined}
                style={from === to ? undefined : shade(count, most)}
              >
                {count}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function shade(count: number, most: number): { readonly background: string } | undefined {
  if (count === 0 || most === 0) return undefined
  return { background: `color-mix(in srgb, var(--ink) ${Math.round((count / most) * DARKEST)}%, transparent)` }
}
