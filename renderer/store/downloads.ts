/** The data sets that can be downloaded and how far each is, as the engine tells it; the same for all pages. */
import { createStore, useStore } from 'zustand'
import type { ErrorPayload } from '../../data/error.ts'
import { AppError, toErrorPayload } from '../../data/error.ts'
import type { DownloadInfo } from '../../main/contract/types.ts'
import { client, onEngineReady } from '../connection.ts'
import { showToast } from '../ui/toast.tsx'

type DownloadsState = {
  /** Empty until it was read. */
  readonly downloads: readonly DownloadInfo[]
  /** Why a command was refused, by data set. */
  readonly refused: Readonly<Record<string, ErrorPayload>>
}

const store = createStore<DownloadsState>(() => ({ downloads: [], refused: {} }))

function change(dataset: string, update: (before: DownloadInfo) => DownloadInfo): void {
  store.setState(({ downloads }) => ({
    downloads: downloads.map((info) => (info.dataset === dataset ? update(info) : info)),
  }))
}

function refuse(dataset: string, thrown: unknown): void {
  store.setState(({ refused }) => ({ refused: { ...refused, [dataset]: toErrorPayload(thrown) } }))
}

function forgive(dataset: string): void {
  store.setState(({ refused }) => ({
    refused: Object.fromEntries(Object.entries(refused).filter(([name]) => name !== dataset)),
  }))
}

async function read(): Promise<void> {
  try {
    store.setState({ downloads: await client.call('download.list', {}) })
  } catch (thrown) {
    // A lost connection has its own banner, and the list is read again when it is back.
    if (!(thrown instanceof AppError)) throw thrown
    console.info('The downloads could not be read:', thrown.message)
  }
}

onEngineReady(() => void read())
client.on('download.progressed', ({ dataset, progress }) => {
  change(dataset, (info) => ({ ...info, state: 'running', progress }))
})
client.on('download.changed', ({ download }) => {
  change(download.dataset, () => download)
  if (download.state !== 'stored') return
  const aside = download.movedAside === null ? '' : ` What was there before lies in ${download.movedAside}.`
  showToast({ message: `${download.title} is here, on all pages.${aside}` })
})

/** Starts a download, or goes on with one. */
export async function startDownload(dataset: string): Promise<void> {
  forgive(dataset)
  try {
    const download = await client.call('download.start', { dataset })
    change(dataset, () => download)
  } catch (thrown) {
    refuse(dataset, thrown)
  }
}

export async function cancelDownload(dataset: string): Promise<void> {
  try {
    const download = await client.call('download.cancel', { dataset })
    change(dataset, () => download)
  } catch (thrown) {
    refuse(dataset, thrown)
  }
}

/** All that can be downloaded. */
export function useDownloads(): readonly DownloadInfo[] {
  return useStore(store, (state) => state.downloads)
}

/** Why the download of a set did not begin or did not end well; null when all is well. */
export function useDownloadProblem({ dataset, problem }: DownloadInfo): ErrorPayload | null {
  return useStore(store, (state) => state.refused[dataset] ?? null) ?? problem
}
