/** How a data set can be downloaded: its size, license and source, then one click, its progress, and what went wrong. */
import { Button } from '@mantine/core'
import { IconDownload, IconRefresh, IconX } from '@tabler/icons-react'
import { useLocation } from 'wouter'
import type { DatasetInfo, DownloadInfo } from '../../../main/contract/types.ts'
import { cancelDownload, startDownload, useDownloadProblem, useDownloads } from '../../store/downloads.ts'
import { duration, megabytes } from '../../ui/format.ts'
import { ErrorBanner } from '../../ui/index.ts'
import styles from './download.module.css'

/** Whether both halves of the set can be read already. */
export function isComplete(dataset: string, datasets: readonly DatasetInfo[]): boolean {
  const set = datasets.find(({ name }) => name === dataset)
  return set !== undefined && set.state === 'ready' && set.splits.train !== null && set.splits.test !== null
}

export function Download({ download }: { readonly download: DownloadInfo }) {
  const problem = useDownloadProblem(download)
  const { dataset, title, state } = download
  const running = state === 'running'
  return (
    <section className={styles['download']} aria-label={`Download ${title}`}>
      <div className={styles['row']}>
        <div>{running ? <Progress download={download} /> : <Source download={download} />}</div>
        {running ? (
          <Button
            leftSection={<IconX />}
            onClick={() => {
              void cancelDownload(dataset)
            }}
          >
            Cancel
          </Button>
        ) : problem === null ? (
          <StartButton download={download} />
        ) : null}
      </div>
      {problem === null || running ? null : (
        <ErrorBanner
          error={problem}
          actions={<StartButton download={download} again />}
          className={styles['problem']}
        />
      )}
    </section>
  )
}

/** For a set that is here and damaged: gets it anew, and shows how. Nothing where it cannot be downloaded. */
export function DownloadAgain({ dataset }: { readonly dataset: string | null }) {
  const [, navigate] = useLocation()
  const download = useDownloads().find((candidate) => candidate.dataset === dataset)
  if (download === undefined) return null
  return (
    <Button
      variant="filled"
      leftSection={<IconDownload />}
      onClick={() => {
        void startDownload(download.dataset)
        navigate('/data/add')
      }}
    >
      Download it again
    </Button>
  )
}

function StartButton({ download, again = false }: { readonly download: DownloadInfo; readonly again?: boolean }) {
  const { dataset, title, keptBytes } = download
  const word = keptBytes > 0 ? 'Go on' : again ? 'Try again' : 'Download'
  return (
    <Button
      leftSection={again ? <IconRefresh /> : <IconDownload />}
      aria-label={`${word}: ${title}`}
      title="Each file is checked by its SHA-256 before it is used"
      onClick={() => {
        void startDownload(dataset)
      }}
    >
      {word}
    </Button>
  )
}

function Source({ download }: { readonly download: DownloadInfo }) {
  const { hosts, keptBytes, totalBytes, license, authors } = download
  const [first, ...others] = hosts
  const rest = others.length === 0 ? '' : others.length === 1 ? ' or another mirror' : ` or ${others.length} others`
  return (
    <p className="caption">
      {keptBytes > 0 ? (
        <>
          <b>{megabytes(keptBytes)}</b> of {megabytes(totalBytes)} are here already. Under {license}
        </>
      ) : (
        `${megabytes(totalBytes)} under ${license}`
      )}
      , by {authors}
      {first === undefined ? null : (
        <>
          , from <span className={styles['host']}>{first}</span>
          {rest}
        </>
      )}
      .
    </p>
  )
}

function Progress({ download }: { readonly download: DownloadInfo }) {
  const { title, progress, totalBytes, keptBytes } = download
  const have = progress?.haveBytes ?? keptBytes
  const percent = Math.floor((100 * have) / totalBytes)
  return (
    <>
      <div
        className={styles['bar']}
        role="progressbar"
        aria-label={`Downloading ${title}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={`${megabytes(have)} of ${megabytes(totalBytes)}`}
      >
        <i style={{ width: `${(100 * have) / totalBytes}%` }} />
      </div>
      <p className={styles['figures']}>
        <span>
          {megabytes(have)} of {megabytes(totalBytes)}
        </span>
        <span>{speed(download)}</span>
      </p>
      <p className="caption">
        {progress?.mirror === undefined || progress.mirror === null
          ? 'Looking at what is here.'
          : `From ${progress.mirror}`}
      </p>
    </>
  )
}

/** `1.2 MB/s, 6 s left`; what it waits for where nothing comes. */
function speed({ progress }: DownloadInfo): string {
  if (progress === null || progress.bytesPerSecond === null) return ''
  if (progress.bytesPerSecond === 0) return 'Waiting for the mirror'
  const left = progress.secondsLeft === null ? '' : `, ${duration(Math.ceil(progress.secondsLeft))} left`
  return `${megabytes(progress.bytesPerSecond)}/s${left}`
}
