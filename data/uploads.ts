/**
 * Files that are handed over piece by piece, such as those dropped into the page: kept in one file on disk each, whatever their
 * own names say, until they are imported or given up.
 */
import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { safePath } from './archive/entry.ts'
import { notWritable } from './data-directory.ts'
import { AppError } from './error.ts'
import type { FileSource } from './import/file-source.ts'
import { MOST_FILES, MOST_SOURCE_BYTES } from './import/limits.ts'
import { isRunning } from './running.ts'
import { singleFileIn, titleOf, type Spool, type SpooledFile } from './import/spool.ts'

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

type StoredFile = SpooledFile & { size: number }

type Upload = {
  readonly spool: string
  readonly file: FileHandle
  readonly files: StoredFile[]
  readonly paths: Set<string>
  bytes: number
  /** Writes follow one another. */
  busy: Promise<void>
  timer: NodeJS.Timeout
  /** Imports that read it at this moment. */
  held: number
  /** It was given up while it was held, and goes when it is let go. */
  unwanted: boolean
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

  /** Removes what killed Inklings left, where there is any. What cannot be removed is in nobody's way. */
  async sweep(): Promise<void> {
    try {
      await removeStale(this.#folder)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) {
        console.error('Inkling: what an earlier one left could not be removed:', error)
      }
    }
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
    this.#open.set(upload, {
      spool,
      file,
      files: [],
      paths: new Set(),
      bytes: 0,
      busy: Promise.resolve(),
      timer: this.#timer(upload),
      held: 0,
      unwanted: false,
    })
    // Several may begin at the same time; those that are being imported stay.
    const idle = [...this.#open].filter(([name, { held }]) => held === 0 && name !== upload)
    for (const [name] of idle.slice(0, Math.max(0, this.#open.size - MOST_UPLOADS))) await this.discard(name)
    return upload
  }

  /** Keeps pieces. @throws import/unknown-upload, import/bad-upload, import/unsafe-path, import/too-large, library/not-writable */
  async append(name: string, parts: readonly UploadPart[]): Promise<UploadState> {
    const upload = this.#wanted(name)
    this.#restartTimer(name, upload)
    const work = upload.busy.then(() => write(upload, parts))
    // The next pieces take their turn however these end; who sent these hears of it below.
    upload.busy = work.catch(() => undefined)
    try {
      await work
    } catch (error) {
      // A disk that is full should not stay so because of what nobody can use.
      if (error instanceof AppError && error.code === 'library/not-writable') await this.discard(name)
      throw error
    }
    return { files: upload.files.length, bytes: upload.bytes }
  }

  /** The only file of an upload, or null where there are several or one in a folder. @throws import/unknown-upload */
  async singleFile(name: string): Promise<FileSource | null> {
    const upload = this.#find(name)
    await upload.busy
    return singleFileIn(upload.files, {
      name,
      size: upload.bytes,
      read: (offset, length) => readSpool(upload, offset, length),
      close: () => Promise.resolve(),
    })
  }

  /** Where its files lie, as of now. Hold the upload while they are read. @throws import/unknown-upload */
  async spool(name: string): Promise<Spool> {
    const upload = this.#find(name)
    await upload.busy
    return { path: upload.spool, files: upload.files.map((file) => ({ ...file })) }
  }

  /** What an upload is called: its file, or the folder that all of its files lie in. @throws import/unknown-upload */
  title(name: string): string {
    return titleOf(this.#find(name).files)
  }

  /** Keeps an upload however long its import takes, until it is released as often. @throws import/unknown-upload */
  hold(name: string): void {
    const upload = this.#wanted(name)
    upload.held += 1
    clearTimeout(upload.timer)
  }

  /** Lets an upload grow old again, or go where it was given up meanwhile. */
  async release(name: string): Promise<void> {
    const upload = this.#open.get(name)
    if (upload === undefined) return
    upload.held -= 1
    if (upload.held > 0) return
    if (upload.unwanted) await this.discard(name)
    else this.#restartTimer(name, upload)
  }

  /** Gives an upload up; one that is gone already is no error. One that is held goes once it is released. */
  async discard(name: string): Promise<void> {
    const upload = this.#open.get(name)
    if (upload === undefined) return
    if (upload.held > 0) {
      upload.unwanted = true
      return
    }
    this.#open.delete(name)
    clearTimeout(upload.timer)
    await upload.busy
    await upload.file.close()
    await rm(upload.spool, { force: true })
  }

  /** Call it when no import runs any more. */
  async close(): Promise<void> {
    for (const [name, upload] of [...this.#open]) {
      upload.held = 0
      await this.discard(name)
    }
  }

  /** @throws import/unknown-upload */
  #wanted(name: string): Upload {
    const upload = this.#find(name)
    if (upload.unwanted) throw unknownUpload()
    return upload
  }

  #find(name: string): Upload {
    const upload = this.#open.get(name)
    if (upload !== undefined) return upload
    throw unknownUpload()
  }

  #restartTimer(name: string, upload: Upload): void {
    clearTimeout(upload.timer)
    if (upload.held === 0) upload.timer = this.#timer(name)
  }

  #timer(name: string): NodeJS.Timeout {
    return setTimeout(() => {
      this.discard(name).catch((error: unknown) => console.error('Inkling: an upload could not be removed:', error))
    }, IDLE).unref()
  }
}

function unknownUpload(): AppError {
  return new AppError(
    'import/unknown-upload',
    'The files that were handed over are not here any more: they are given up after ten minutes, and when Inkling restarts. Choose them again.',
  )
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

async function readSpool(upload: Upload, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, upload.bytes - offset)))
  let done = 0
  while (done < bytes.length) {
    const { bytesRead } = await upload.file.read(bytes, done, bytes.length - done, offset + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return bytes.subarray(0, done)
}

/**
 * Removes what Inklings that were killed have left: what is a day old, and what is silent for longer than anybody keeps it while the
 * process whose number stands in its name is gone.
 */
export async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.tmp')) continue
    const path = join(folder, name)
    const facts = await stat(path).catch(nullIfMissing)
    if (facts === null) continue
    const age = Date.now() - facts.mtimeMs
    const owner = Number(/^(?:upload|export)-(\d+)-/.exec(name)?.[1] ?? process.pid)
    if (age > STALE || (age > IDLE && !isRunning(owner))) await rm(path, { force: true })
  }
}

/** Another Inkling may have removed it meanwhile. */
function nullIfMissing(cause: unknown): null {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null
  throw cause
}
