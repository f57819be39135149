/**
 * One file from the first mirror that gives it, whole and right. What has come lies in a part file, which any mirror can go
 * on with, now or after a restart: the file's SHA-256 is known beforehand, so in the end the bytes speak for themselves.
 */
import { createHash, type Hash } from 'node:crypto'
import { constants } from 'node:fs'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { MirrorFailure } from './failure.ts'
import type { OfferedFile } from './offers.ts'
import type { Answer, Requester } from './request.ts'

/** Why a mirror was given up. */
export type Reason = { readonly mirror: string; readonly failure: MirrorFailure }

export type FetchOptions = {
  readonly requester: Requester
  /** Addresses of folders, in the order in which they are tried. */
  readonly mirrors: readonly string[]
  readonly signal: AbortSignal
  /** Milliseconds without a byte after which a connection is given up. */
  readonly stall: number
  /** Milliseconds before a mirror that cut the connection is asked again; grows with each time. */
  readonly pause: number
  /** A mirror is asked now. */
  readonly onMirror: (mirror: string) => void
  /** Bytes came over the network. */
  readonly onReceived: (bytes: number) => void
  /** The file is known up to here. */
  readonly onPosition: (position: number) => void
}

/** Why mirrors were given up, and whether the whole file is at its place nevertheless, from the mirror asked last. */
export type Fetched = { readonly done: boolean; readonly reasons: readonly Reason[] }

/** A connection that brought as much as this before it was cut is no reason to give the mirror up. */
const FRUITFUL = 64 * 1024
/** Cuts in a row, with less than that, after which another mirror is asked. */
const PATIENCE = 3
/** Times that a mirror may bring the file to its end with the wrong content. */
const WRONG = 2

/**
 * Leaves the file at `path`, and nothing at `path.part`; or what has come so far at `path.part` and nothing at `path`.
 * @throws what the disk says; the signal's reason when it is aborted
 */
export async function fetchFile(file: OfferedFile, path: string, options: FetchOptions): Promise<Fetched> {
  const reasons: Reason[] = []
  const part = await PartFile.open(`${path}.part`, file)
  try {
    if (await part.isWhole()) {
      await part.finish(path)
      return { done: true, reasons }
    }
    for (const mirror of options.mirrors) {
      options.onMirror(mirror)
      const failure = await askUntilDone(part, `${mirror}${file.name}`, options)
      if (failure === null) {
        await part.finish(path)
        return { done: true, reasons }
      }
      reasons.push({ mirror, failure })
    }
    return { done: false, reasons }
  } finally {
    await part.close()
  }
}

/** Null when the part file is whole and right. */
async function askUntilDone(part: PartFile, address: string, options: FetchOptions): Promise<MirrorFailure | null> {
  let barren = 0
  let wrong = 0
  for (;;) {
    const before = part.length
    const failure = await ask(part, address, options)
    if (failure?.kind === 'refused') return failure
    if (part.length === part.file.bytes) {
      if (await part.isWhole()) return null
      options.onPosition(part.length)
      wrong += 1
      if (before === 0 || wrong === WRONG) return new MirrorFailure('refused', 'gave a file with other content')
      continue
    }
    const gained = part.length - before
    barren = gained >= FRUITFUL ? 0 : barren + 1
    if (barren === PATIENCE || (failure?.kind === 'silent' && gained === 0)) return givenUp(failure, part)
    await wait(options.pause * barren, undefined, { signal: options.signal })
  }
}

function givenUp(failure: MirrorFailure | null, { length, file }: PartFile): MirrorFailure {
  const what = failure?.message ?? 'ended its answer'
  return new MirrorFailure('refused', `${what}, at ${grouped(length)} of ${grouped(file.bytes)} bytes`, {
    cause: failure,
  })
}

/** One answer, as far as it goes. Null when it ended as it said it would. */
async function ask(part: PartFile, address: string, options: FetchOptions): Promise<MirrorFailure | null> {
  const { requester, signal, stall, onReceived, onPosition } = options
  let answer: Answer | null = null
  try {
    answer = await requester.get(address, { offset: part.length, signal, stall })
    let position = startOf(answer, part)
    for await (const chunk of answer.body) {
      onReceived(chunk.length)
      if (position + chunk.length > part.file.bytes) {
        await part.discard()
        throw new MirrorFailure('refused', `sent more than the file's ${grouped(part.file.bytes)} bytes`)
      }
      await part.write(chunk, position)
      position += chunk.length
      onPosition(part.length)
    }
    return null
  } catch (error) {
    if (error instanceof MirrorFailure) return error
    throw error
  } finally {
    answer?.close()
  }
}

/** First byte of the body. @throws MirrorFailure where the answer is not this file, or not the part that was asked for */
function startOf(answer: Answer, { file, length }: PartFile): number {
  const { status, statusLine } = answer
  if (status !== 200 && status !== 206) throw new MirrorFailure('refused', `answered ${statusLine}`)
  if (answer.header('content-type')?.startsWith('text/html') === true) {
    throw new MirrorFailure('refused', 'answered with a web page; the network may ask for a login first')
  }
  const stated = answer.header('content-length')
  if (status === 200) {
    // The whole file, asked for or not: it is written over what is there, which is the same if it was right.
    if (stated !== undefined && Number(stated) !== file.bytes) throw wrongLength(Number(stated), file)
    return 0
  }
  const range = answer.header('content-range') ?? ''
  const [, first = '', last = '', total = ''] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(range) ?? []
  if (total !== '' && total !== '*' && Number(total) !== file.bytes) throw wrongLength(Number(total), file)
  const fits = Number(first) === length && Number(last) < file.bytes && Number(last) >= length
  if (first === '' || !fits) {
    const found = range === '' ? 'without saying which bytes' : `with "${range.slice(0, 60)}"`
    throw new MirrorFailure('refused', `was asked for the bytes from ${grouped(length)} and answered ${found}`)
  }
  return length
}

function wrongLength(found: number, { bytes }: OfferedFile): MirrorFailure {
  return new MirrorFailure('refused', `offers ${grouped(found)} bytes where the file has ${grouped(bytes)}`)
}

function grouped(value: number): string {
  return value.toLocaleString('en-US')
}

const READ_BLOCK = 2 ** 18

/** What has come of a file. Its bytes are those of the file from the first on, unless a mirror was wrong. */
class PartFile {
  readonly file: OfferedFile
  readonly #path: string
  readonly #handle: FileHandle
  #length: number
  /** Of the first `#hashed` bytes, while they were written one after another. */
  #hash: Hash = createHash('sha256')
  #hashed = 0

  private constructor(file: OfferedFile, path: string, handle: FileHandle, length: number) {
    this.file = file
    this.#path = path
    this.#handle = handle
    this.#length = length
  }

  static async open(path: string, file: OfferedFile): Promise<PartFile> {
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o644)
    try {
      const { size } = await handle.stat()
      const part = new PartFile(file, path, handle, size)
      if (size > file.bytes) await part.discard()
      return part
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  get length(): number {
    return this.#length
  }

  async write(chunk: Uint8Array, position: number): Promise<void> {
    let written = 0
    while (written < chunk.length) {
      const { bytesWritten } = await this.#handle.write(chunk, written, chunk.length - written, position + written)
      written += bytesWritten
      this.#length = Math.max(this.#length, position + written)
    }
    if (position === 0 && this.#hashed > 0) this.#restartHash()
    if (position === this.#hashed) {
      this.#hash.update(chunk)
      this.#hashed += chunk.length
    }
  }

  /** Whether it is the file. With the right length and other content it is thrown away. */
  async isWhole(): Promise<boolean> {
    if (this.#length !== this.file.bytes) return false
    // What was there before this program started was not seen yet.
    if (this.#hashed !== this.#length) await this.#readAll()
    const right = this.#hash.copy().digest('hex') === this.file.sha256
    if (!right) await this.discard()
    return right
  }

  async discard(): Promise<void> {
    await this.#handle.truncate(0)
    this.#length = 0
    this.#restartHash()
  }

  /** Waits until the disk has it, and gives it its name. */
  async finish(path: string): Promise<void> {
    await this.#handle.sync()
    await this.#handle.close()
    await rename(this.#path, path)
  }

  /** Leaves no empty file behind. */
  async close(): Promise<void> {
    // -1: `finish` has closed it already.
    if (this.#handle.fd === -1) return
    await this.#handle.close()
    if (this.#length === 0) await rm(this.#path, { force: true })
  }

  #restartHash(): void {
    this.#hash = createHash('sha256')
    this.#hashed = 0
  }

  async #readAll(): Promise<void> {
    this.#restartHash()
    const block = new Uint8Array(READ_BLOCK)
    for (let position = 0; position < this.#length;) {
      const { bytesRead } = await this.#handle.read(block, 0, block.length, position)
      if (bytesRead === 0) break
      this.#hash.update(block.subarray(0, bytesRead))
      position += bytesRead
      this.#hashed = position
    }
  }
}
