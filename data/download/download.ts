/**
 * Downloading a data set: each file from the mirrors in turn, checked by its SHA-256, and the set put at its place when all
 * are there. It can be cancelled and gone on with, also after a crash.
 */
import { join } from 'node:path'
import type { Environment } from '../data-directory.ts'
import { AppError } from '../error.ts'
import { fetchFile, type Reason } from './fetch-file.ts'
import { resolveMirrors, sizeOf, type Offer } from './offers.ts'
import { ProgressMeter, type DownloadProgress } from './progress.ts'
import { describeProxy, readProxies } from './proxy.ts'
import { Requester } from './request.ts'
import { DownloadStore, megabytes } from './store.ts'

export type DownloadOptions = {
  readonly dataDirectory: string
  /** Searched for files that are on disk already, as for data sets. */
  readonly searchFolders?: readonly string[]
  readonly signal?: AbortSignal
  /** At most ten times a second. */
  readonly onProgress?: (progress: DownloadProgress) => void
  /** Proxies and mirrors are named there. */
  readonly env?: Environment
  /** Milliseconds without a byte after which a connection is given up. */
  readonly stall?: number
  /** Milliseconds before a mirror that cut the connection is asked again. */
  readonly pause?: number
}

/** What came of a download. Byte counts are of this download alone, but for `haveBytes`. */
export type DownloadOutcome = {
  /** `present`: it was there already. `cancelled`: what came is kept, and a later download goes on from there. */
  readonly outcome: 'stored' | 'present' | 'cancelled'
  /** Where the set lies, or will lie. */
  readonly folder: string
  readonly receivedBytes: number
  readonly resumedBytes: number
  readonly haveBytes: number
  readonly totalBytes: number
  /** Where the folder that was there before lies now; null where there was none, or nothing else in it. */
  readonly movedAside: string | null
}

const STALL = 20_000
const PAUSE = 500

/** Bytes of the set that an interrupted download left. */
export async function keptBytes(offer: Offer, dataDirectory: string): Promise<number> {
  const store = new DownloadStore(offer, dataDirectory)
  let sum = 0
  for (const file of offer.files) sum += await store.keptBytes(file)
  return sum
}

/**
 * Downloads the set into the data directory.
 * @throws download/failed, download/disk-full, download/busy, download/bad-address, library/not-writable
 */
export async function downloadSet(offer: Offer, options: DownloadOptions): Promise<DownloadOutcome> {
  const mirrors = resolveMirrors(offer, options.env)
  const store = new DownloadStore(offer, options.dataDirectory)
  const lock = await store.lock()
  try {
    return await new Download(offer, store, mirrors, options).run()
  } finally {
    lock.release()
  }
}

class Download {
  readonly #offer: Offer
  readonly #store: DownloadStore
  /** The one that gave a file last is asked first. */
  #mirrors: readonly string[]
  readonly #options: DownloadOptions
  readonly #signal: AbortSignal
  readonly #meter: ProgressMeter

  constructor(offer: Offer, store: DownloadStore, mirrors: readonly string[], options: DownloadOptions) {
    this.#offer = offer
    this.#store = store
    this.#mirrors = mirrors
    this.#options = options
    this.#signal = options.signal ?? new AbortController().signal
    this.#meter = new ProgressMeter(sizeOf(offer), options.onProgress ?? (() => undefined))
  }

  async run(): Promise<DownloadOutcome> {
    try {
      if (await this.#store.isThere()) {
        for (const file of this.#offer.files) this.#meter.resumed(file.name, file.bytes)
        return this.#outcome('present')
      }
      const missing = await this.#lookAround()
      await this.#store.ensureRoom(sizeOf(this.#offer) - this.#meter.haveBytes)
      const requester = new Requester(this.#options.env)
      for (const file of missing) await this.#fetch(file, requester)
      this.#signal.throwIfAborted()
      return this.#outcome('stored', await this.#store.publish())
    } catch (error) {
      if (this.#signal.aborted) return this.#outcome('cancelled')
      throw await this.#store.explain(error, sizeOf(this.#offer) - this.#meter.haveBytes)
    } finally {
      this.#meter.stop()
    }
  }

  /** Counts and takes what is on disk already; the rest is missing. */
  async #lookAround(): Promise<Offer['files']> {
    const { searchFolders = [] } = this.#options
    const folders = [
      this.#store.target,
      ...searchFolders.flatMap((folder) => [join(folder, this.#offer.folder), folder]),
    ]
    const missing: Offer['files'][number][] = []
    for (const file of this.#offer.files) {
      this.#signal.throwIfAborted()
      const here = (await this.#store.has(file)) || (await this.#store.takeFrom(folders, file))
      const bytes = here ? file.bytes : await this.#store.keptBytes(file)
      this.#meter.resumed(file.name, bytes)
      if (!here) missing.push(file)
    }
    return missing
  }

  async #fetch(file: Offer['files'][number], requester: Requester): Promise<void> {
    const { stall = STALL, pause = PAUSE } = this.#options
    let asked = ''
    const { done, reasons } = await fetchFile(file, this.#store.path(file), {
      requester,
      mirrors: this.#mirrors,
      signal: this.#signal,
      stall,
      pause,
      onMirror: (mirror) => {
        asked = mirror
        this.#meter.asks(file.name, mirror)
      },
      onReceived: (bytes) => this.#meter.received(bytes),
      onPosition: (position) => this.#meter.position(file.name, position),
    })
    if (!done) throw this.#failed(file.name, reasons)
    this.#meter.position(file.name, file.bytes)
    if (asked !== '') this.#mirrors = [asked, ...this.#mirrors.filter((mirror) => mirror !== asked)]
  }

  #failed(file: string, reasons: readonly Reason[]): AppError {
    const told = reasons.map(({ mirror, failure }) => `${URL.parse(mirror)?.host ?? mirror} ${failure.message}`)
    const offline = reasons.every(({ failure }) => failure.offline)
    const have = this.#meter.haveBytes
    const kept = have === 0 ? '' : ` ${megabytes(have)} of ${megabytes(sizeOf(this.#offer))} are here and kept.`
    const cause = offline ? 'This computer seems to be offline' : `No mirror gave ${file}: ${told.join('; ')}`
    const proxy = describeProxy(readProxies(this.#options.env ?? process.env), this.#mirrors)
    const through = proxy === null ? '' : ` ${proxy}.`
    const advice = offline
      ? 'Connect it and try again, or add the files from a disk. If the way out is a proxy, name it in HTTPS_PROXY'
      : 'Try again later, or add the files from a disk'
    return new AppError(
      'download/failed',
      `${this.#offer.title} could not be downloaded. ${cause}.${through}${kept} ${advice}.`,
      {
        details: {
          dataset: this.#offer.dataset,
          file,
          offline,
          haveBytes: have,
          reasons: told.join('; '),
          folder: this.#store.folder,
        },
        cause: reasons.at(-1)?.failure,
      },
    )
  }

  #outcome(outcome: DownloadOutcome['outcome'], movedAside: string | null = null): DownloadOutcome {
    return {
      outcome,
      folder: this.#store.target,
      receivedBytes: this.#meter.receivedBytes,
      resumedBytes: this.#meter.resumedBytes,
      haveBytes: this.#meter.haveBytes,
      totalBytes: sizeOf(this.#offer),
      movedAside,
    }
  }
}
