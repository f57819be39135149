/**
 * Files that are handed over piece by piece, such as those dropped into the page: kept in one file on disk each, whatever their
 * own names say, until they are imported or given up.
 */
import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { safePath, type Found } from './archive/entry.ts'
import { notWritable } from './data-directory.ts'
import { AppError } from './error.ts'
import type { FileSource } from './import/file-source.ts'
import { MOST_FILES, MOST_SOURCE_BYTES } from './import/limits.ts'

/** A piece of one file: pieces come in order, one file after the other. */
export type UploadPart = {
  /** Relative path with `/` between folders, or a plain file name. */
  readonly path: string
  /** Where the piece begins in its file. */
  readonly offset: number
  readonly bytes: Uint8Array
}

/** What has come so far. */
export type UploadState = { readonly files: number; readonly bytes: number }

type StoredFile = { readonly path: string; readonly at: number; size: number }

type Upload = {
  readonly spool: string
  readonly file: FileHandle
  readonly files: StoredFile[]
  readonly paths: Set<string>
  bytes: number
  /** Writes follow one another. */
  busy: Promise<void>
  timer: NodeJS.Timeout
}

/** Uploads at the same time; an earlier one is given up for a new one. */
const MOST_UPLOADS = 8
/** Milliseconds after which a silent upload is given up. */
const IDLE = 600_000
/** Spools older than this, in milliseconds, have no Inkling any more. */
const STALE = 24 * 3_600_000
const PREFIX = 'upload-'

export class Uploads {
  readonly #folder: string
  readonly #open = new Map<string, Upload>()
  #last = 0

  constructor(dataDirectory: string) {
    this.#folder = join(dataDirectory, 'transfers')
  }

  /** Begins an upload and gives its name. @throws library/not-writable */
  async begin(): Promise<string> {
    this.#last += 1
    const upload = `${process.pid}-${Date.now()}-${this.#last}`
    const spool = join(this.#folder, `${PREFIX}${upload}.tmp`)
    let file: FileHandle
    try {
      await mkdir(this.#folder, { recursive: true })
      await removeStale(this.#folder)
      file = await open(spool, 'wx+', 0o600)
    } catch (cause) {
      throw notWritable(this.#folder, cause)
    }
    const [oldest] = this.#open.keys()
    if (this.#open.size >= MOST_UPLOADS && oldest !== undefined) await this.discard(oldest)
    const timer = this.#timer(upload)
    this.#open.set(upload, { spool, file, files: [], paths: new Set(), bytes: 0, busy: Promise.resolve(), timer })
    return upload
  }

  /** Keeps pieces. @throws import/unknown-upload, import/bad-upload, import/unsafe-path, import/too-large, library/not-writable */
  async append(name: string, parts: readonly UploadPart[]): Promise<UploadState> {
    const upload = this.#find(name)
    clearTimeout(upload.timer)
    upload.timer = this.#timer(name)
    const work = upload.busy.then(() => write(upload, parts))
    // The next pieces take their turn however these end; who sent these hears of it below.
    upload.busy = work.catch(() => undefined)
    await work
    return { files: upload.files.length, bytes: upload.bytes }
  }

  /** The only file of an upload, or null where there are several or one in a folder. @throws import/unknown-upload */
  async singleFile(name: string): Promise<FileSource | null> {
    const upload = this.#find(name)
    await upload.busy
    const [first, second] = upload.files
    if (first === undefined || second !== undefined || first.path.includes('/')) return null
    return {
      name: first.path,
      size: first.size,
      read: (offset, length) => readSpool(upload, first, offset, length),
      close: () => Promise.resolve(),
    }
  }

  /** All files of an upload, in the order in which they came. @throws import/unknown-upload */
  async *files(name: string): AsyncGenerator<Found, void, undefined> {
    const upload = this.#find(name)
    await upload.busy
    for (const file of upload.files) {
      yield { path: file.path, read: () => readSpool(upload, file, 0, file.size) }
    }
  }

  /** Number of files. @throws import/unknown-upload */
  count(name: string): number {
    return this.#find(name).files.length
  }

  /** What an upload is called: its file, or the folder that all of its files lie in. @throws import/unknown-upload */
  title(name: string): string {
    const { files } = this.#find(name)
    const tops = new Set(files.map(({ path }) => path.split('/')[0] ?? path))
    const [top = 'nothing'] = tops
    return tops.size === 1 ? top : `${files.length.toLocaleString('en-US')} files`
  }

  /** Keeps an upload however long its import takes; `release` lets it grow old again. @throws import/unknown-upload */
  hold(name: string): void {
    clearTimeout(this.#find(name).timer)
  }

  release(name: string): void {
    const upload = this.#open.get(name)
    if (upload === undefined) return
    clearTimeout(upload.timer)
    upload.timer = this.#timer(name)
  }

  /** Gives an upload up; one that is gone already is no error. */
  async discard(name: string): Promise<void> {
    const upload = this.#open.get(name)
    if (upload === undefined) return
    this.#open.delete(name)
    clearTimeout(upload.timer)
    await upload.busy
    await upload.file.close()
    await rm(upload.spool, { force: true })
  }

  async close(): Promise<void> {
    for (const name of [...this.#open.keys()]) await this.discard(name)
  }

  #find(name: string): Upload {
    const upload = this.#open.get(name)
    if (upload !== undefined) return upload
    throw new AppError(
      'import/unknown-upload',
      'The files that were handed over are not here any more: they are given up after ten minutes, and when Inkling restarts. Choose them again.',
    )
  }

  #timer(name: string): NodeJS.Timeout {
    return setTimeout(() => {
      this.discard(name).catch((error: unknown) => console.error('Inkling: an upload could not be removed:', error))
    }, IDLE).unref()
  }
}

async function write(upload: Upload, parts: readonly UploadPart[]): Promise<void> {
  for (const part of parts) {
    const file = fileOf(upload, part)
    if (upload.bytes + part.bytes.length > MOST_SOURCE_BYTES) {
      throw new AppError(
        'import/too-large',
        `The files have more than ${MOST_SOURCE_BYTES.toLocaleString('en-US')} bytes together, the most that can be imported. Import a part of them.`,
      )
    }
    try {
      await writeWhole(upload.file, part.bytes, upload.bytes)
    } catch (cause) {
      throw notWritable(upload.spool, cause)
    }
    upload.bytes += part.bytes.length
    file.size += part.bytes.length
  }
}

async function writeWhole(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten
  }
}

/** The file that a piece belongs to: the last one, or a new one. */
function fileOf(upload: Upload, { path: given, offset }: UploadPart): StoredFile {
  const path = safePath(given, 'The upload')
  const last = upload.files.at(-1)
  if (last?.path === path && offset === last.size) return last
  if (offset !== 0 || upload.paths.has(path) || path === '') {
    throw new AppError(
      'import/bad-upload',
      `A piece of ${JSON.stringify(path.slice(0, 200))} came out of turn, at byte ${offset}. Choose the files again.`,
    )
  }
  if (upload.files.length >= MOST_FILES) {
    throw new AppError(
      'import/too-large',
      `There are more than ${MOST_FILES.toLocaleString('en-US')} files, the most that can be imported. Import a part of them.`,
    )
  }
  const file = { path, at: upload.bytes, size: 0 }
  upload.files.push(file)
  upload.paths.add(path)
  return file
}

async function readSpool(upload: Upload, file: StoredFile, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, file.size - offset)))
  let done = 0
  while (done < bytes.length) {
    const { bytesRead } = await upload.file.read(bytes, done, bytes.length - done, file.at + offset + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return bytes.subarray(0, done)
}

/** Removes what killed Inklings left. */
export async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    if (name.endsWith('.tmp') && Date.now() - (await stat(path)).mtimeMs > STALE) await rm(path, { force: true })
  }
}
