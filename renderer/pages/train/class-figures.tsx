/** How each digit is read after an epoch: precision, recall and F1, and what is taken for what. Opened from the accuracy chart. */
import { Button, Modal } from '@mantine/core'
import { useState } from 'react'
import type { ClassMetrics, EpochRecord } from '../../../main/contract/types.ts'
import { meanMetrics } from '../../../native/learn/metrics.ts'
import { fourDecimals, thousands } from '../../ui/format.ts'
import styles from './class-figures.module.css'

export function ClassFigures({ epoch }: { readonly epoch: EpochRecord }) {
  const [open, setOpen] = useState(false)
  const { classes, confusion } = epoch
  if (classes === null || confusion === null) return null
  return (
    <>
      <Button variant="subtle" size="compact-sm" className={styles['button'] ?? ''} onClick={() => setOpen(true)}>
        Each digit
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={`Each digit after epoch ${thousands(epoch.epoch)}`}
        size="auto"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <div className={styles['tables']}>
          <Figures classes={classes} />
          <Matrix digits={classes.map(({ digit }) => digit)} confusion={confusion} />
        </div>
        <p className={styles['words']}>
          Precision: of the images that it reads as a digit, how many are that digit. Recall: of the images of a digit,
          how many it reads. F1 is high where both are.
        </p>
      </Modal>
    </>
  )
}

const figures = ['precision', 'recall', 'f1'] as const

function Figures({ classes }: { readonly classes: readonly ClassMetrics[] }) {
  const mean = meanMetrics(classes)
  const lowest = classes.reduce((low, { f1 }) => Math.min(low, f1), Infinity)
  return (
    <table className={styles['figures']}>
      <caption className="visually-hidden">Precision, recall and F1 of each digit</caption>
      <thead>
        <tr>
          <th scope="col">digit</th>
          <th scope="col">precision</th>
          <th scope="col">recall</th>
          <th scope="col">F1</th>
        </tr>
      </thead>
      <tbody>
        {classes.map((metrics) => (
          <tr key={metrics.digit}>
            <th scope="row">{metrics.digit}</th>
            {figures.map((name) => (
              <td key={name} data-lowest={(name === 'f1' && metrics.f1 === lowest) || undefined}>
                {fourDecimals(metrics[name])}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">mean</th>
          {figures.map((name) => (
            <td key={name}>{fourDecimals(mean[name])}</td>
          ))}
        </tr>
      </tfoot>
    </table>
  )
}

/** The darkest shade, in percent of ink, so that numbers stay readable. */
const DARKEST = 40

type MatrixProps = { readonly digits: readonly number[]; readonly confusion: readonly (readonly number[])[] }

function Matrix({ digits, confusion }: MatrixProps) {
  const wrong = confusion.flatMap((row, from) => row.filter((_, to) => to !== from))
  const most = wrong.reduce((top, count) => Math.max(top, count), 0)
  return (
    <table className={styles['matrix']}>
      <caption>Rows: the true digit. Columns: what it reads.</caption>
      <thead>
        <tr>
          <td />
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
                {thousands(count)}
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
