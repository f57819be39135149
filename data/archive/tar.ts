/** The files of a tar archive, in its order, in bounded memory. Links and devices are told and never followed. */
import { Parser } from 'tar/parse'
import type { ReadEntry } from 'tar/read-entry'
import { AppError } from '../error.ts'
import { safePath, type Found, type Wanted } from './entry.ts'
import { badArchive, type UnpackLimit } from './unpack-limit.ts'

const BLOCK = 512
const CHECKSUM_AT = 148
const CHECKSUM_LENGTH = 8

/** Whether this is the first block of a tar archive, by its checksum: older archives have no magic number. */
export function isTar(start: Uint8Array): boolean {
  if (start.length < BLOCK || start[0] === 0) return false
  const stated = new TextDecoder('latin1').decode(start.subarray(CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_LENGTH))
  if (!/^[ 0]*[0-7]+[ \0]/.test(stated)) return false
  let sum = 0
  for (let at = 0; at < BLOCK; at += 1) {
    sum += at >= CHECKSUM_AT && at < CHECKSUM_AT + CHECKSUM_LENGTH ? 0x20 : (start[at] ?? 0)
  }
  return sum === Number.parseInt(stated.trim(), 8)
}

/** Programs fill their last block up, with 10 kB as a rule. */
const MOST_BEHIND = 2 ** 24

/** What stands for bytes that are no UTF-8. */
const UNKNOWN = '\uFFFD'

const files: ReadonlySet<string> = new Set(['File', 'OldFile', 'ContiguousFile'])
const folders: ReadonlySet<string> = new Set(['Directory', 'GNUDumpDir'])

/**
 * What the archive holds. `chunks` are its uncompressed bytes, already counted by `limit`.
 * @throws import/bad-archive, import/too-large, import/unsafe-path; and what `chunks` throws
 */
export async function* readTar(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  limit: UnpackLimit,
  wanted: Wanted,
): AsyncGenerator<Found, void, undefined> {
  const reader = new TarReader(name, limit, wanted)
  for await (const chunk of chunks) yield* reader.push(chunk)
  yield* reader.end()
}

/** Feeds the parser and keeps what it has finished. */
class TarReader {
  readonly #name: string
  readonly #limit: UnpackLimit
  readonly #wanted: Wanted
  readonly #parser: Parser
  #ready: Found[] = []
  /** Bytes behind the archive's own end; null until that was seen. */
  #behind: number | null = null
  #failure: { readonly error: unknown } | null = null

  constructor(name: string, limit: UnpackLimit, wanted: Wanted) {
    this.#name = name
    this.#limit = limit
    this.#wanted = wanted
    // Strict: what the parser would warn of is an error. What is compressed within was refused before.
    this.#parser = new Parser({
      strict: true,
      zstd: false,
      onReadEntry: (entry) => this.#guard(() => this.#entry(entry)),
    })
    this.#parser.on('error', (error) => {
      this.#failure ??= { error }
    })
    this.#parser.on('eof', () => {
      this.#behind = 0
    })
    this.#parser.on('ignoredEntry', (entry: ReadEntry) =>
      this.#guard(() => {
        limit.file()
        this.#ready.push({ path: safePath(entry.path, name), oddity: `entry of kind ${entry.type}` })
      }),
    )
  }

  push(chunk: Uint8Array): readonly Found[] {
    if (this.#behind !== null) {
      // The parser would keep all of it, in ever longer copies.
      this.#behind += chunk.length
      if (this.#behind <= MOST_BEHIND) return []
      throw badArchive(
        this.#name,
        `it goes on for more than ${MOST_BEHIND.toLocaleString('en-US')} bytes behind its end`,
      )
    }
    // The parser takes names out of a Buffer alone.
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    this.#guard(() => this.#parser.write(bytes))
    return this.#take()
  }

  end(): readonly Found[] {
    this.#guard(() => this.#parser.end())
    return this.#take()
  }

  #take(): readonly Found[] {
    if (this.#failure !== null) {
      const { error } = this.#failure
      if (error instanceof AppError) throw error
      throw badArchive(this.#name, error instanceof Error ? error.message : String(error), error)
    }
    const ready = this.#ready
    this.#ready = []
    return ready
  }

  /** Errors must not fly through the parser, whose state would be lost. */
  #guard(work: () => unknown): void {
    if (this.#failure !== null) return
    try {
      work()
    } catch (error) {
      this.#failure ??= { error }
    }
  }

  #entry(entry: ReadEntry): void {
    this.#limit.file()
    const path = safePath(entry.path, this.#name)
    const { type, size } = entry
    if (files.has(type) && path.includes(UNKNOWN)) {
      // Two names of another encoding may have become one.
      entry.resume()
      this.#ready.push({ path, oddity: 'a name that is not in UTF-8' })
      return
    }
    if (!files.has(type) || !this.#wanted(path)) {
      entry.resume()
      if (files.has(type)) this.#ready.push({ path, read: notRead })
      else if (!folders.has(type)) this.#ready.push({ path, oddity: 'link or device' })
      return
    }
    this.#limit.size(path, size)
    const pieces: Uint8Array[] = []
    entry.on('data', (piece: Uint8Array) => pieces.push(piece))
    entry.on('end', () => {
      this.#ready.push({ path, read: () => Promise.resolve(Buffer.concat(pieces)) })
    })
  }
}

function notRead(): Promise<never> {
  return Promise.reject(new Error('An entry was read that nobody wanted.'))
}
