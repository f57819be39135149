/** The drawer in which data is added: from files, from the network, or by hand; and which sets are on this computer. */
import { ActionIcon, Button, CopyButton, Drawer } from '@mantine/core'
import { IconAlertCircle, IconCheck, IconCircleCheck, IconCopy, IconRefresh } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { AppInfo, DatasetInfo, DownloadInfo } from '../../../main/contract/types.ts'
import { useDownloads } from '../../store/downloads.ts'
import { sizeInWords } from '../../ui/dataset-words.ts'
import { Download, isComplete } from './download.tsx'
import { ChooseFiles } from './import/choose-files.tsx'
import styles from './add-data.module.css'

const FILES = [
  'train-images-idx3-ubyte.gz',
  'train-labels-idx1-ubyte.gz',
  't10k-images-idx3-ubyte.gz',
  't10k-labels-idx1-ubyte.gz',
] as const

type AddDataProps = {
  readonly open: boolean
  readonly onClose: () => void
  readonly app: AppInfo | null
  readonly datasets: readonly DatasetInfo[]
  readonly onShow: (dataset: string) => void
  readonly onLookAgain: () => void
}

export function AddData({ open, onClose, app, datasets, onShow, onLookAgain }: AddDataProps) {
  const separator = app === null || app.dataDirectory.startsWith('/') ? '/' : '\\'
  const folder = (name: string): string => `${app?.dataDirectory ?? ''}${separator}${name}`
  const offered = useDownloads().filter(({ dataset }) => !isComplete(dataset, datasets))
  const offerOf = (name: string): DownloadInfo | undefined => offered.find(({ dataset }) => dataset === name)
  const here = datasets.map(({ name }) => name)
  return (
    <Drawer
      opened={open}
      onClose={onClose}
      size="28rem"
      title="Add data"
      overlayProps={{ backgroundOpacity: 0 }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <h3 className={styles['heading']}>From your own files</h3>
      <p className={styles['own']}>
        A folder of pictures with a folder for each class, the same in a zip or tar archive, CSV, Parquet, IDX,
        NumPy&apos;s .npz, or drawings as JSON lines. They can be dropped anywhere on this page, too.
      </p>
      <ChooseFiles />
      <h3 className={styles['heading']}>Data sets</h3>
      <ul className={styles['sets']} aria-label="Data sets">
        {datasets.map((set) => (
          <SetRow
            key={set.name}
            title={set.title}
            state={<State set={set} />}
            download={offerOf(set.name)}
            onShow={() => {
              onShow(set.name)
            }}
          />
        ))}
        {offered
          .filter(({ dataset }) => !here.includes(dataset))
          .map((download) => (
            <SetRow
              key={download.dataset}
              title={download.title}
              state={<span className="caption">not on this computer</span>}
              download={download}
            />
          ))}
        {here.length === 0 || here.includes('handwriting') ? null : (
          <SetRow
            title="My handwriting"
            state={
              <span className="caption">
                Draw a digit on the Draw page and say which it is, or import drawings as JSON lines.
              </span>
            }
          />
        )}
      </ul>
      <details className={styles['byHand']}>
        <summary>MNIST from its own files, put there by hand</summary>
        <ol className={styles['steps']}>
          <li>
            Get these four files, as they are or unpacked. They are the same wherever MNIST is offered, 11.6 MB in all.
            <ul className={styles['files']}>
              {FILES.map((name) => (
                <li key={name}>
                  <code>{name}</code>
                </li>
              ))}
            </ul>
          </li>
          <li>
            Put them into this folder:
            <Path path={folder('mnist')} />
            Fashion-MNIST has files of the same names, and goes into:
            <Path path={folder('fashion-mnist')} />
          </li>
          <li>
            Look again. Inkling need not be started anew.
            <div>
              <Button leftSection={<IconRefresh />} onClick={onLookAgain} mt="xs">
                Look again
              </Button>
            </div>
          </li>
        </ol>
        <p className="caption">
          Files that are elsewhere can stay there: name their folder in the environment variable{' '}
          <code>INKLING_DATASETS</code> before Inkling starts. It may hold several folders, separated as in{' '}
          <code>PATH</code>.
        </p>
      </details>
    </Drawer>
  )
}

type SetRowProps = {
  readonly title: string
  readonly state: ReactNode
  /** Where all of it, or what is missing, can be downloaded. */
  readonly download?: DownloadInfo | undefined
  /** Absent where there is nothing to show. */
  readonly onShow?: () => void
}

/** A data set stands in the list once, whether it is here, can be had, or both. */
function SetRow({ title, state, download, onShow }: SetRowProps) {
  return (
    <li>
      <div className={styles['row']}>
        <div>
          <b>{title}</b>
          {state}
        </div>
        {onShow === undefined ? null : (
          <Button onClick={onShow} aria-label={`Show ${title}`}>
            Show
          </Button>
        )}
      </div>
      {download === undefined ? null : <Download download={download} />}
    </li>
  )
}

function State({ set }: { readonly set: DatasetInfo }) {
  if (set.state === 'damaged') {
    return (
      <span className={styles['bad']}>
        <IconAlertCircle size="1.125rem" stroke={1.75} aria-hidden /> damaged: {set.problem?.code ?? 'not readable'}
      </span>
    )
  }
  return (
    <span className={styles['good']}>
      <IconCircleCheck size="1.125rem" stroke={1.75} aria-hidden />
      {set.state === 'generated' ? `${sizeInWords(set)}, made on first use` : sizeInWords(set)}
    </span>
  )
}

function Path({ path }: { readonly path: string }) {
  return (
    <span className={styles['path']}>
      <code>{path}</code>
      <CopyButton value={path}>
        {({ copied, copy }) => (
          <ActionIcon
            variant="subtle"
            size="1.5rem"
            onClick={copy}
            aria-label={copied ? 'Copied' : 'Copy the path'}
            title="Copy"
          >
            {copied ? <IconCheck /> : <IconCopy />}
          </ActionIcon>
        )}
      </CopyButton>
    </span>
  )
}
