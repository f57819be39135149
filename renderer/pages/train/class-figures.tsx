/** How each digit is read after an epoch, or at a step that one looks back to: precision, recall and F1, and what is taken for what. Opened from the accuracy chart. */
import { Button, Modal } from '@mantine/core'
import { useState } from 'react'
import type { ClassMetrics } from '../../../main/contract/types.ts'
import { meanMetrics } from '../../../native/learn/metrics.ts'
import { fourDecimals } from '../../ui/format.ts'
import { ConfusionMatrix } from '../../ui/index.ts'
import styles from './class-figures.module.css'

export type FiguresOf = {
  /** `after epoch 7` */
  readonly when: string
  readonly classes: readonly ClassMetrics[] | null
  readonly confusion: readonly (readonly number[])[] | null
}

export function ClassFigures({ of: { when, classes, confusion } }: { readonly of: FiguresOf }) {
  const [open, setOpen] = useState(false)
  if (classes === null || confusion === null) return null
  return (
    <>
      <Button variant="subtle" size="compact-sm" className={styles['button'] ?? ''} onClick={() => setOpen(true)}>
        Each digit
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={`Each digit ${when}`}
        size="auto"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <div className={styles['tables']}>
          <Figures classes={classes} />
          <div>
            <ConfusionMatrix
              digits={classes.map(({ digit }) => digit)}
              confusion={confusion}
              label="Test images by digit, and the digit that they are read as"
            />
            <p className={styles['axes']}>Rows: the true digit. Columns: what it reads.</p>
          </div>
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
