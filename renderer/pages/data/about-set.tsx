/** The drawer about the chosen set: what it is, how many images each class has in both halves, and which images occur twice. */
import { Button, Drawer } from '@mantine/core'
import { splits } from '../../../data/image-set.ts'
import type { DatasetInfo } from '../../../main/contract/types.ts'
import { useCommand } from '../../connection.ts'
import { thousands } from '../../ui/format.ts'
import { ErrorBanner } from '../../ui/index.ts'
import { duplicatesInWords } from './duplicates-in-words.ts'
import { SetActions } from './export/set-actions.tsx'
import { hasDigits } from './sets.ts'
import { changeView, unfiltered } from './view.ts'
import styles from './about-set.module.css'

type AboutSetProps = {
  readonly info: DatasetInfo
  readonly open: boolean
  readonly onClose: () => void
}

export function AboutSet({ info, open, onClose }: AboutSetProps) {
  return (
    <Drawer
      opened={open}
      onClose={onClose}
      size="28rem"
      title={`About ${info.title}`}
      overlayProps={{ backgroundOpacity: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <p>{info.description}</p>
      <SetActions info={info} onRemoved={onClose} />
      <h3 className={styles['heading']}>Images of each class</h3>
      <Counts info={info} />
      <h3 className={styles['heading']}>Images that occur twice</h3>
      <Duplicates info={info} onShow={onClose} />
      {info.folder === null ? null : (
        <>
          <h3 className={styles['heading']}>Where it lies</h3>
          <p className={styles['folder']}>
            <code>{info.folder}</code>
          </p>
        </>
      )}
    </Drawer>
  )
}

/** A row for each class; bars are shares of their half, so that both halves can be compared. */
function Counts({ info }: { readonly info: DatasetInfo }) {
  const { train, test } = info.splits
  const halves = { train, test }
  const most = Math.max(
    Number.EPSILON,
    ...splits.flatMap((split) => {
      const half = halves[split]
      return half?.classCounts?.map((value) => value / Math.max(1, half.count)) ?? []
    }),
  )
  const digits = hasDigits(info)
  return (
    <table className={styles['counts']}>
      <thead>
        <tr>
          <th scope="col">{digits ? 'Digit' : 'Class'}</th>
          {splits.map((split) => (
            <th key={split} scope="col" colSpan={2}>
              {{ train: 'Train', test: 'Test' }[split]} <b>{halfSize(halves[split])}</b>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {info.classes.map((name, label) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {splits.map((split) => {
              const half = halves[split]
              const value = half?.classCounts?.[label] ?? null
              const share = value === null || half === null ? 0 : value / Math.max(1, half.count) / most
              return [
                <td key={`${split} bar`} className={styles['bar']} aria-hidden>
                  <i style={{ width: `${share * 100}%` }} />
                </td>,
                <td key={split} className={styles['number']}>
                  {value === null ? '' : thousands(value)}
                </td>,
              ]
            })}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function halfSize(half: { readonly count: number } | null): string {
  return half === null ? 'none' : thousands(half.count)
}

function Duplicates({ info, onShow }: { readonly info: DatasetInfo; readonly onShow: () => void }) {
  const duplicates = useCommand('dataset.duplicates', { dataset: info.name }, { refetchOn: ['dataset.changed'] })
  if (duplicates.error !== null) return <ErrorBanner error={duplicates.error} onRetry={duplicates.reload} />
  if (duplicates.data === null) return <p className="caption">Comparing all images.</p>
  const { data } = duplicates
  if (data.pictures === 0) return <p>None: no two images are equal in all their 784 numbers.</p>
  return (
    <>
      <p>{duplicatesInWords(data)}</p>
      <Button
        onClick={() => {
          const { train, test } = info.splits
          changeView({ ...unfiltered, duplicates: true, split: train !== null && test !== null ? 'both' : 'train' })
          onShow()
        }}
      >
        Show them
      </Button>
    </>
  )
}
