/** The drawer in which data is added: from files, from the network, or by hand; and which sets are on this computer. */
import { ActionIcon, Button, CopyButton, Drawer } from '@mantine/core'
import { IconAlertCircle, IconCheck, IconCircleCheck, IconCopy, IconRefresh } from '@tabler/icons-react'
import type { AppInfo, DatasetInfo } from '../../../main/contract/types.ts'
import { useDownloads } from '../../store/downloads.ts'
import { thousands } from '../../ui/format.ts'
import { classes } from '../../ui/index.ts'
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
      <p>
        A folder of pictures with a folder for each class, the same in a zip or tar archive, CSV, Parquet, IDX, or
        drawings as JSON lines. They can be dropped anywhere on this page, too.
      </p>
      <ChooseFiles />
      {offered.length === 0 ? null : (
        <>
          <h3 className={styles['heading']}>From the network</h3>
          <p className={classes('caption', styles['checked'])}>
            Each file is checked by its SHA-256 before it is used.
          </p>
        </>
      )}
      {offered.map((download) => (
        <Download key={download.dataset} download={download} />
      ))}
      <h3 className={styles['heading']}>On this computer</h3>
      <ul className={styles['sets']}>
        {datasets.map((set) => (
          <li key={set.name}>
            <div>
              <b>{set.title}</b>
              <State set={set} />
            </div>
            <Button
              onClick={() => {
                onShow(set.name)
              }}
            >
              Show
            </Button>
          </li>
        ))}
        {datasets.length === 0 || datasets.some(({ name }) => name === 'handwriting') ? null : (
          <li>
            <div>
              <b>My handwriting</b>
              <span className="caption">Drawings with a label make up this set. Import some as JSON lines.</span>
            </div>
          </li>
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

function State({ set }: { readonly set: DatasetInfo }) {
  if (set.state === 'damaged') {
    return (
      <span className={styles['bad']}>
        <IconAlertCircle size="1.125rem" stroke={1.75} aria-hidden /> damaged: {set.problem?.code ?? 'not readable'}
      </span>
    )
  }
  const total = (set.splits.train?.count ?? 0) + (set.splits.test?.count ?? 0)
  return (
    <span className={styles['good']}>
      <IconCircleCheck size="1.125rem" stroke={1.75} aria-hidden />
      {set.state === 'generated' ? `${thousands(total)} images, made on first use` : `${thousands(total)} images`}
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
