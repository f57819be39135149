/** How far a download is: bytes, rate and seconds left, told a few times a second. */

export type DownloadProgress = {
  /** Bytes of all files together. */
  readonly totalBytes: number
  /** Bytes that are here, those from before included. */
  readonly haveBytes: number
  /** Bytes that were here when this download began: from a download that was interrupted, or from files on disk. */
  readonly resumedBytes: number
  /** Over the last seconds; null until there is something to measure. */
  readonly bytesPerSecond: number | null
  readonly secondsLeft: number | null
  /** The file that comes now. */
  readonly file: string
  /** Host of the mirror that is asked now; null while files on disk are looked at. */
  readonly mirror: string | null
}

/** Milliseconds between two tellings: ten a second. */
const INTERVAL = 100
/** Seconds over which the rate is measured. */
const WINDOW = 3
/** Seconds after which a first rate is told. */
const FIRST = 0.3

type Sample = { readonly time: number; readonly received: number }

export class ProgressMeter {
  readonly #totalBytes: number
  readonly #tell: (progress: DownloadProgress) => void
  readonly #have = new Map<string, number>()
  readonly #timer: NodeJS.Timeout
  #samples: Sample[]
  #received = 0
  #resumedBytes = 0
  #file = ''
  #mirror: string | null = null
  #told = ''

  constructor(totalBytes: number, tell: (progress: DownloadProgress) => void) {
    this.#totalBytes = totalBytes
    this.#tell = tell
    this.#samples = [{ time: performance.now(), received: 0 }]
    this.#timer = setInterval(() => this.#tellNow(), INTERVAL)
  }

  /** Bytes of a file that were here before. */
  resumed(file: string, bytes: number): void {
    this.#have.set(file, bytes)
    this.#resumedBytes += bytes
  }

  asks(file: string, mirror: string): void {
    this.#file = file
    this.#mirror = URL.parse(mirror)?.host ?? mirror
  }

  /** Bytes that came over the network, whether they turn out to be right or not. */
  received(bytes: number): void {
    this.#received += bytes
  }

  /** A file is here up to this byte. */
  position(file: string, bytes: number): void {
    this.#have.set(file, bytes)
  }

  get haveBytes(): number {
    let sum = 0
    for (const bytes of this.#have.values()) sum += bytes
    return sum
  }

  get resumedBytes(): number {
    return this.#resumedBytes
  }

  get receivedBytes(): number {
    return this.#received
  }

  /** Tells where it ended, once more. */
  stop(): void {
    clearInterval(this.#timer)
    this.#tellNow()
  }

  #tellNow(): void {
    const time = performance.now()
    this.#samples.push({ time, received: this.#received })
    while ((this.#samples[1]?.time ?? time) <= time - WINDOW * 1000) this.#samples.shift()
    const [first] = this.#samples
    const seconds = first === undefined ? 0 : (time - first.time) / 1000
    const rate = first === undefined || seconds < FIRST ? null : (this.#received - first.received) / seconds
    const haveBytes = this.haveBytes
    const progress: DownloadProgress = {
      totalBytes: this.#totalBytes,
      haveBytes,
      resumedBytes: this.#resumedBytes,
      bytesPerSecond: rate === null ? null : Math.round(rate),
      secondsLeft: rate === null || rate === 0 ? null : (this.#totalBytes - haveBytes) / rate,
      file: this.#file,
      mirror: this.#mirror,
    }
    const text = JSON.stringify(progress)
    if (text === this.#told) return
    this.#told = text
    this.#tell(progress)
  }
}
