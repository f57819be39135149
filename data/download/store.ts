/**
 * Where a download lies: in `downloads/<folder>` until every file is there and right, then, by one rename, in the data
 * directory under its own name. So nobody ever sees a half of it, and what was there before stays until then.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, mkdir, readdir, rename, rm, rmdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { notWritable, reasonOf } from '../data-directory.ts'
import { AppError } from '../error.ts'
import { takeLock, type LibraryLock } from '../library/lock.ts'
import type { Offer, OfferedFile } from './offers.ts'

type Names = Pick<Offer, 'title' | 'folder' | 'files'>

export class DownloadStore {
  readonly #offer: Names
  readonly #dataDirectory: string
  /** Where files are gathered. */
  readonly folder: string
  /** Where the set is found in the end. */
  readonly target: string

  constructor(offer: Names, dataDirectory: string) {
    this.#offer = offer
    this.#dataDirectory = dataDirectory
    this.folder = join(dataDirectory, 'downloads', offer.folder)
    this.target = join(dataDirectory, offer.folder)
  }

  /**
   * Makes the folder, and keeps other programs from working in it until the lock is released.
   * @throws download/busy, library/not-writable
   */
  async lock(): Promise<LibraryLock> {
    try {
      await mkdir(this.folder, { recursive: true })
    } catch (cause) {
      throw notWritable(this.folder, cause)
    }
    const lock = takeLock(`${this.folder}.lock`)
    if (lock !== null) return lock
    throw new AppError(
      'download/busy',
      `${this.#offer.title} is being downloaded by another Inkling with the same data directory, ${this.#dataDirectory}. Wait until it has ended there, or cancel it there.`,
      { details: { folder: this.folder } },
    )
  }

  path(file: OfferedFile): string {
    return join(this.folder, file.name)
  }

  /** Bytes of a file that an earlier download left, whole or in part. */
  async keptBytes(file: OfferedFile): Promise<number> {
    const whole = await sizeOrNull(this.path(file))
    return whole ?? Math.min(file.bytes, (await sizeOrNull(`${this.path(file)}.part`)) ?? 0)
  }

  /** Whether the file is gathered already; one with another content is removed. */
  async has(file: OfferedFile): Promise<boolean> {
    const path = this.path(file)
    if ((await sizeOrNull(path)) === null) return false
    if (await isRight(path, file)) return true
    await rm(path)
    return false
  }

  /** Takes the file from the first of these folders that has it, right. */
  async takeFrom(folders: readonly string[], file: OfferedFile): Promise<boolean> {
    for (const folder of folders) {
      const path = join(folder, file.name)
      if (!(await isRight(path, file))) continue
      const part = `${this.path(file)}.part`
      await copyFile(path, part)
      await rename(part, this.path(file))
      return true
    }
    return false
  }

  /** Whether the set lies at its place already, whole and right. */
  async isThere(): Promise<boolean> {
    for (const file of this.#offer.files) if (!(await isRight(join(this.target, file.name), file))) return false
    return true
  }

  /** @throws download/disk-full where `bytes` more have no room */
  async ensureRoom(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.folder)
    const free = bavail * bsize
    if (free < bytes) throw this.diskFull(bytes, free)
  }

  /** `needed` bytes are missing, of which `free` have room. */
  diskFull(needed: number, free: number, cause?: unknown): AppError {
    const kept = 'What has come so far is kept, and so is everything that was there before.'
    return new AppError(
      'download/disk-full',
      `There is not enough room for ${this.#offer.title} in ${this.#dataDirectory}: ${megabytes(needed)} more are needed and ${megabytes(free)} are free. ${kept} Make room there and go on, or name another data directory in INKLING_DATA_DIR.`,
      { details: { folder: this.#dataDirectory, neededBytes: needed, freeBytes: free }, cause },
    )
  }

  /** What the disk said while a file was written, as an error for a person. */
  async explain(cause: unknown, neededBytes: number): Promise<unknown> {
    const code = cause instanceof Error && 'code' in cause ? cause.code : null
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      const { bavail, bsize } = await statfs(this.folder)
      return this.diskFull(neededBytes, bavail * bsize, cause)
    }
    const isDisk = cause instanceof Error && 'syscall' in cause && 'path' in cause
    return isDisk || code === 'EIO' ? notWritable(this.folder, cause) : cause
  }

  /**
   * Puts the gathered files at their place. A folder that is there is moved aside, unless all that it holds is among them.
   * @returns where the former folder lies now, or null
   * @throws library/not-writable
   */
  async publish(): Promise<string | null> {
    try {
      await removeIfEmpty(this.target)
      if ((await entriesOf(this.target)) === null) {
        await rename(this.folder, this.target)
        return null
      }
      const aside = await freeName(`${this.target}-before-download`)
      await rename(this.target, aside)
      try {
        await rename(this.folder, this.target)
      } catch (cause) {
        await rename(aside, this.target)
        throw cause
      }
      if (!(await this.#holdsNothingElse(aside))) return aside
      await rm(aside, { recursive: true })
      return null
    } catch (cause) {
      throw new AppError(
        'library/not-writable',
        `${this.#offer.title} has come, but cannot be moved to ${this.target}: ${reasonOf(cause)}. It is kept in ${this.folder}. Close what uses that folder, and download again: nothing is fetched twice.`,
        { details: { path: this.target }, cause },
      )
    }
  }

  async #holdsNothingElse(folder: string): Promise<boolean> {
    for (const name of (await entriesOf(folder)) ?? []) {
      const file = this.#offer.files.find((candidate) => candidate.name === name)
      if (file === undefined || !(await isRight(join(folder, name), file))) return false
    }
    return true
  }
}

/** `11.6 MB`; under a tenth of a megabyte in bytes. */
export function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${bytes.toLocaleString('en-US')} bytes` : `${(bytes / 1e6).toFixed(1)} MB`
}

async function isRight(path: string, file: OfferedFile): Promise<boolean> {
  if ((await sizeOrNull(path)) !== file.bytes) return false
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex') === file.sha256
}

/** Null where there is no file. */
async function sizeOrNull(path: string): Promise<number | null> {
  try {
    const facts = await stat(path)
    return facts.isFile() ? facts.size : null
  } catch (error) {
    if (isAbsent(error)) return null
    throw error
  }
}

async function entriesOf(folder: string): Promise<readonly string[] | null> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isAbsent(error)) return null
    throw error
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}

async function removeIfEmpty(folder: string): Promise<void> {
  if ((await entriesOf(folder))?.length === 0) await rmdir(folder)
}

async function freeName(wanted: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted}-${number}`
    if ((await entriesOf(name)) === null) return name
  }
}
