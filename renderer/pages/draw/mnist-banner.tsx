/** The banner of the first start: whether MNIST is here, and one click that brings it. */
import { Button } from '@mantine/core'
import { IconDownload, IconFolderOpen, IconX } from '@tabler/icons-react'
import { useLocation } from 'wouter'
import type { DatasetInfo, DownloadInfo } from '../../../main/contract/types.ts'
import { cancelDownload, startDownload, useDownloads } from '../../store/downloads.ts'
import { duration, megabytes } from '../../ui/format.ts'
import { Banner } from '../../ui/index.ts'

type MnistBannerProps = {
  /** Null until they were read. */
  readonly datasets: readonly DatasetInfo[] | null
  readonly className?: string | undefined
}

export function MnistBanner({ datasets, className }: MnistBannerProps) {
  const download = useDownloads().find(({ dataset }) => dataset === 'mnist')
  if (datasets?.some(({ name, state }) => name === 'mnist' && state !== 'damaged')) {
    return (
      <Banner kind="good" inline title="MNIST is here, and so are the built-in digits." className={className}>
        Every page works with both, without a network.
      </Banner>
    )
  }
  // Its place is there before it is, so that nothing moves when it comes.
  if (datasets === null || download === undefined) return <div className={className} />
  if (download.state === 'running') return <Coming download={download} className={className} />
  return <Absent download={download} className={className} />
}

type Styled = { readonly className: string | undefined }

function Coming({ download, className }: Styled & { readonly download: DownloadInfo }) {
  const { progress, keptBytes, totalBytes } = download
  const left = progress?.secondsLeft ?? null
  return (
    <Banner
      kind="info"
      inline
      title="MNIST is coming."
      className={className}
      actions={
        <Button
          leftSection={<IconX />}
          onClick={() => {
            void cancelDownload('mnist')
          }}
        >
          Cancel
        </Button>
      }
    >
      {megabytes(progress?.haveBytes ?? keptBytes)} of {megabytes(totalBytes)} are here
      {left === null ? '' : `, ${duration(Math.ceil(left))} left`}. Draw on meanwhile.
    </Banner>
  )
}

function Absent({ download, className }: Styled & { readonly download: DownloadInfo }) {
  const [, navigate] = useLocation()
  const failed = download.state === 'failed'
  const fromFiles = (
    <Button
      leftSection={<IconFolderOpen />}
      onClick={() => {
        navigate('/data/add')
      }}
    >
      {failed ? 'See why' : 'From files…'}
    </Button>
  )
  const start = (
    <Button
      leftSection={<IconDownload />}
      onClick={() => {
        void startDownload('mnist')
      }}
    >
      {failed || download.keptBytes > 0 ? 'Go on' : 'Download MNIST'}
    </Button>
  )
  return (
    <Banner
      kind={failed ? 'warn' : 'info'}
      inline
      title={failed ? 'MNIST could not be downloaded.' : 'Built-in digits are ready.'}
      className={className}
      actions={
        <>
          {fromFiles}
          {start}
        </>
      }
    >
      {failed
        ? 'What came is kept, and the built-in digits work on every page.'
        : `For the book's own numbers, add MNIST once: ${megabytes(download.totalBytes)} under ${download.license}, from a public mirror or from files.`}
    </Banner>
  )
}
