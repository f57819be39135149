/** What an import brought: how many images, what was done to them, and what was left out and why. */
import { Button } from '@mantine/core'
import type { ImportReport } from '../../../../main/contract/transfers.ts'
import { count, thousands } from '../../../ui/format.ts'
import { Banner, Facts } from '../../../ui/index.ts'
import { closeImport } from './import-store.ts'
import styles from './import.module.css'

type ImportResultProps = {
  readonly dataset: string
  readonly report: ImportReport
  readonly onShow: (dataset: string) => void
}

export function ImportResult({ dataset, report, onShow }: ImportResultProps) {
  const { images, skipped, notes } = report
  const total = images.train + images.test
  const leftOut = skipped.reduce((sum, each) => sum + each.count, 0)
  return (
    <div className={styles['form']}>
      <Banner kind="good" title={`${count(total, 'image')} from ${report.source}.`}>
        The set is called {dataset}, on all pages.
      </Banner>
      <Facts rows={rowsOf(report)} />
      {leftOut === 0 ? null : (
        <div>
          <b>{thousands(leftOut)} left out</b>
          <ul className={styles['skipped']}>
            {skipped.map(({ reason, count: many, example }) => (
              <li key={reason}>
                {thousands(many)}: {reason}, <span>such as {example}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      <div className={styles['buttons']}>
        <Button onClick={closeImport}>Close</Button>
        <Button
          variant="filled"
          onClick={() => {
            closeImport()
            onShow(dataset)
          }}
        >
          Show the images
        </Button>
      </div>
    </div>
  )
}

/** The report's figures; those that are nothing are left out. */
function rowsOf({ images, kept, fitted, inverted, resize, holdOut }: ImportReport): (readonly [string, string])[] {
  const rows: (readonly [string, string])[] = [
    ['Training images', thousands(images.train)],
    [
      holdOut === null ? 'Test images' : `Test images, ${Math.round(holdOut.fraction * 100)} % put aside`,
      thousands(images.test),
    ],
  ]
  if (kept > 0) rows.push(['Kept as they are', thousands(kept)])
  if (fitted > 0) rows.push([resize === 'ink' ? "Put into MNIST's ink box" : 'Scaled to 28 x 28', thousands(fitted)])
  if (inverted > 0) rows.push(['Inverted, since they were dark on light', thousands(inverted)])
  return rows
}

type DrawingsResultProps = {
  readonly read: number
  readonly saved: number
  /** None of all drawings has a label: there is no set of them yet. */
  readonly unlabeled: boolean
  readonly onShow: (dataset: string) => void
}

export function DrawingsResult({ read, saved, unlabeled, onShow }: DrawingsResultProps) {
  const known = read - saved
  return (
    <div className={styles['form']}>
      <Banner kind="good" title={`${count(saved, 'drawing')} added to yours.`}>
        {known === 0 ? undefined : `${count(known, 'was', 'were')} here already.`}
      </Banner>
      <div className={styles['buttons']}>
        <Button onClick={closeImport}>Close</Button>
        <Button
          variant="filled"
          disabled={unlabeled}
          title={unlabeled ? 'Drawings without a label are no images to learn from' : undefined}
          onClick={() => {
            closeImport()
            onShow('handwriting')
          }}
        >
          Show my handwriting
        </Button>
      </div>
    </div>
  )
}
