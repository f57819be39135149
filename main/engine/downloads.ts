/** The downloads of this engine: one at a time for each data set, told as they go, kept when they are cut short. */
import { downloadSet, keptBytes } from '../../data/download/download.ts'
import { findOffer, offers as publicOffers, resolveMirrors, sizeOf, type Offer } from '../../data/download/offers.ts'
import type { DownloadProgress } from '../../data/download/progress.ts'
import { AppError, toErrorPayload, type ErrorPayload } from '../../data/error.ts'
import type { DownloadInfo, DownloadState } from '../contract/types.ts'
import type { Emit } from './events.ts'

export type DownloadsOptions = {
  readonly dataDirectory: string
  readonly searchFolders: readonly string[]
  readonly emit: Emit
  /** What can be downloaded; tests have sets of their own. */
  readonly offers?: readonly Offer[]
}

type Running = { readonly controller: AbortController; readonly ended: Promise<void> }

/** What is known of the last download of a set. */
type Last = {
  readonly state: DownloadState
  readonly progress: DownloadProgress | null
  readonly problem: ErrorPayload | null
  readonly movedAside: string | null
}

const idle: Last = { state: 'idle', progress: null, problem: null, movedAside: null }

export class Downloads {
  readonly #options: DownloadsOptions
  readonly #offers: readonly Offer[]
  readonly #running = new Map<string, Running>()
  readonly #last = new Map<string, Last>()

  constructor(options: DownloadsOptions) {
    this.#options = options
    this.#offers = options.offers ?? publicOffers
  }

  async list(): Promise<DownloadInfo[]> {
    return await Promise.all(this.#offers.map((offer) => this.#info(offer)))
  }

  /** Starts, or goes on with, the download of a set; one that runs already is left alone. @throws download/not-offered */
  async start(dataset: string): Promise<DownloadInfo> {
    const offer = findOffer(dataset, this.#offers)
    if (!this.#running.has(dataset)) {
      const controller = new AbortController()
      this.#last.set(dataset, { ...idle, state: 'running' })
      this.#running.set(dataset, { controller, ended: this.#run(offer, controller.signal) })
      await this.#tell(offer)
    }
    return await this.#info(offer)
  }

  /** Ends a download and keeps what has come. @throws download/not-offered */
  async cancel(dataset: string): Promise<DownloadInfo> {
    const offer = findOffer(dataset, this.#offers)
    const running = this.#running.get(dataset)
    running?.controller.abort()
    await running?.ended
    return await this.#info(offer)
  }

  async close(): Promise<void> {
    for (const { controller } of this.#running.values()) controller.abort()
    await Promise.all([...this.#running.values()].map(({ ended }) => ended))
  }

  async #run(offer: Offer, signal: AbortSignal): Promise<void> {
    const { dataDirectory, searchFolders, emit } = this.#options
    const { dataset } = offer
    let end: Last
    try {
      const { outcome, movedAside } = await downloadSet(offer, {
        dataDirectory,
        searchFolders,
        signal,
        onProgress: (progress) => {
          this.#last.set(dataset, { ...idle, state: 'running', progress })
          emit('download.progressed', { dataset, progress })
        },
      })
      end = { ...idle, state: outcome === 'cancelled' ? 'cancelled' : 'stored', movedAside }
    } catch (error) {
      end = { ...idle, state: 'failed', problem: toErrorPayload(error) }
    }
    this.#running.delete(dataset)
    this.#last.set(dataset, end)
    await this.#tell(offer)
    if (end.state === 'stored') emit('dataset.changed', { dataset })
  }

  async #tell(offer: Offer): Promise<void> {
    this.#options.emit('download.changed', { download: await this.#info(offer) })
  }

  async #info(offer: Offer): Promise<DownloadInfo> {
    const { dataset, title, license, authors, home } = offer
    const kept = await keptBytes(offer, this.#options.dataDirectory)
    return {
      dataset,
      title,
      license,
      authors,
      home,
      hosts: hostsOf(offer),
      totalBytes: sizeOf(offer),
      keptBytes: kept,
      ...(this.#last.get(dataset) ?? idle),
    }
  }
}

/** Names of the hosts that are asked, in order; none where INKLING_MIRRORS is wrong, which the start of a download tells. */
function hostsOf(offer: Offer): readonly string[] {
  try {
    return resolveMirrors(offer).map((mirror) => new URL(mirror).host)
  } catch (error) {
    if (error instanceof AppError) return []
    throw error
  }
}
