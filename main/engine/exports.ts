/** The exports of this engine: to a folder, or as an archive that a page reads piece by piece. */
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Breather } from '../../data/breather.ts'
import { notWritable } from '../../data/data-directory.ts'
import type { Datasets } from '../../data/datasets.ts'
import { AppError, toErrorPayload } from '../../data/error.ts'
import { exportFiles, type ExportedSet } from '../../data/export/export-files.ts'
import { ensureFreeFolder, writeFolder } from '../../data/export/write-folder.ts'
import { zipFiles } from '../../data/export/write-zip.ts'
import type { ImageSet, Split } from '../../data/image-set.ts'
import { removeStale } from '../../data/uploads.ts'
import type { ArgumentsOf } from '../contract/commands.ts'
import type { ExportInfo, ExportPiece } from '../contract/transfers.ts'
import type { Emit } from './events.ts'

type Request = ArgumentsOf<'export.start'>

type Export = {
  info: ExportInfo
  readonly controller: AbortController
  readonly ended: Promise<void>
  /** The archive, and its file while it is open. */
  readonly spool: string
  timer: NodeJS.Timeout | null
}

/** Milliseconds between two events about progress. */
const TELL_EVERY = 100
/** Bytes of a piece. */
const PIECE = 2 ** 21
/** Milliseconds after which an archive that nobody reads is given up. */
const IDLE = 600_000
/** Exports that run, and archives that are kept to be read. */
const MOST_AT_ONCE = 8

export class Exports {
  readonly #datasets: Datasets
  readonly #folder: string
  readonly #emit: Emit
  readonly #exports = new Map<number, Export>()
  #last = 0

  constructor(datasets: Datasets, dataDirectory: string, emit: Emit) {
    this.#datasets = datasets
    this.#folder = join(dataDirectory, 'transfers')
    this.#emit = emit
  }

  /** @throws dataset/unknown, export/target-taken, export/not-writable, export/busy */
  async start(request: Request): Promise<ExportInfo> {
    const { dataset, format, folder } = request
    const entry = await this.#datasets.entry(dataset)
    if (folder !== null) await ensureFreeFolder(folder)
    const oldest = this.#makeRoom()
    this.#last += 1
    const id = this.#last
    const controller = new AbortController()
    const info: ExportInfo = {
      export: id,
      dataset,
      format,
      state: 'running',
      fraction: 0,
      folder: folder === null ? null : resolve(folder),
      fileName: folder === null ? `${entry.name.replaceAll(/[^\w-]+/g, '-')}-${format}.zip` : null,
      bytes: 0,
      problem: null,
    }
    const spool = join(this.#folder, `export-${process.pid}-${Date.now()}-${id}.tmp`)
    const begun = Promise.withResolvers<void>()
    const ended = begun.promise.then(() => this.#run(id, request, controller.signal))
    this.#exports.set(id, { info, controller, ended, spool, timer: null })
    begun.resolve()
    if (oldest !== null) await this.#forget(...oldest)
    return info
  }

  /** A piece of an archive that is done, from this byte on. @throws export/unknown */
  async read(id: number, offset: number): Promise<ExportPiece> {
    const found = this.#exports.get(id)
    if (found?.info.state !== 'done' || found.info.fileName === null) throw unknownExport(id)
    this.#touch(id, found)
    const { bytes: size } = found.info
    const bytes = new Uint8Array(Math.max(0, Math.min(PIECE, size - offset)))
    const file = await opened(id, found.spool)
    try {
      let done = 0
      while (done < bytes.length) {
        const { bytesRead } = await file.read(bytes, done, bytes.length - done, offset + done)
        if (bytesRead === 0) break
        done += bytesRead
      }
    } finally {
      await file.close()
    }
    return { offset, bytes, isLast: offset + bytes.length >= size }
  }

  /** Ends an export that runs, and gives up its archive; a folder that is done stays. */
  async cancel(id: number): Promise<null> {
    const found = this.#exports.get(id)
    if (found === undefined) return null
    found.controller.abort()
    await found.ended
    await this.#forget(id, found)
    return null
  }

  async close(): Promise<void> {
    await Promise.all([...this.#exports.keys()].map((id) => this.cancel(id)))
  }

  /** Takes the oldest archive out where there are too many; null where there is room. @throws export/busy where all are being made */
  #makeRoom(): [number, Export] | null {
    if (this.#exports.size < MOST_AT_ONCE) return null
    const oldest = [...this.#exports].find(([, { info }]) => info.state !== 'running')
    if (oldest === undefined) throw busy()
    this.#exports.delete(oldest[0])
    return oldest
  }

  async #run(id: number, { dataset, format, folder }: Request, signal: AbortSignal): Promise<void> {
    try {
      const files = exportFiles(await this.#load(dataset), format)
      const onProgress = this.#progress(id)
      if (folder !== null) {
        const { bytes } = await writeFolder(files, folder, { signal, onProgress })
        this.#end(id, { state: 'done', fraction: 1, bytes })
        return
      }
      const bytes = await this.#archive(id, zipFiles(files), signal, onProgress)
      this.#end(id, { state: 'done', fraction: 1, bytes })
    } catch (error) {
      // Half an archive is nobody's, and the disk may be full of it.
      const spool = this.#exports.get(id)?.spool
      if (spool !== undefined) await removeSpool(spool)
      this.#end(id, signal.aborted ? { state: 'cancelled' } : { state: 'failed', problem: toErrorPayload(error) })
    }
  }

  async #load(dataset: string): Promise<ExportedSet> {
    const { classes, splits } = await this.#datasets.entry(dataset)
    const half = async (split: Split): Promise<ImageSet | null> =>
      splits[split] === null ? null : await this.#datasets.load(dataset, split)
    return { classes, halves: { train: await half('train'), test: await half('test') } }
  }

  /** Writes the archive to its spool; its size in bytes. @throws library/not-writable */
  async #archive(
    id: number,
    chunks: Iterable<{ readonly bytes: Uint8Array; readonly fraction: number }>,
    signal: AbortSignal,
    onProgress: (fraction: number) => void,
  ): Promise<number> {
    const spool = this.#exports.get(id)?.spool ?? ''
    let file: FileHandle | null = null
    try {
      await mkdir(this.#folder, { recursive: true })
      await removeStale(this.#folder)
      file = await open(spool, 'wx', 0o600)
      const breather = new Breather()
      let size = 0
      let waiting: Uint8Array[] = []
      let length = 0
      for (const { bytes, fraction } of chunks) {
        waiting.push(bytes)
        length += bytes.length
        await breather.pause()
        signal.throwIfAborted()
        if (length < PIECE) continue
        await file.writeFile(Buffer.concat(waiting))
        size += length
        waiting = []
        length = 0
        onProgress(fraction)
      }
      await file.writeFile(Buffer.concat(waiting))
      return size + length
    } catch (cause) {
      if (signal.aborted) throw cause
      throw notWritable(spool, cause)
    } finally {
      await file?.close()
    }
  }

  #progress(id: number): (fraction: number) => void {
    let toldAt = 0
    return (fraction) => {
      const found = this.#exports.get(id)
      if (found === undefined || performance.now() - toldAt < TELL_EVERY) return
      toldAt = performance.now()
      found.info = { ...found.info, fraction }
      this.#emit('export.progressed', { export: id, fraction })
    }
  }

  #end(id: number, outcome: Partial<ExportInfo>): void {
    const found = this.#exports.get(id)
    if (found === undefined) return
    found.info = { ...found.info, ...outcome }
    this.#emit('export.ended', { export: found.info })
    this.#touch(id, found)
  }

  /** Starts the clock after which it is given up anew. */
  #touch(id: number, found: Export): void {
    if (found.timer !== null) clearTimeout(found.timer)
    found.timer = setTimeout(() => {
      void this.#forget(id, found)
    }, IDLE).unref()
  }

  async #forget(id: number, found: Export): Promise<void> {
    this.#exports.delete(id)
    if (found.timer !== null) clearTimeout(found.timer)
    await removeSpool(found.spool)
  }
}

function unknownExport(id: number, cause?: unknown): AppError {
  return new AppError(
    'export/unknown',
    'This exported archive is not here: it is not done yet, or it was given up after ten minutes. Export the set again.',
    { details: { export: id }, cause },
  )
}

/** What cannot be removed now is swept away when an Inkling starts. */
async function removeSpool(spool: string): Promise<void> {
  try {
    await rm(spool, { force: true })
  } catch (error) {
    console.error('Inkling: an export could not be removed:', error)
  }
}

/** The spool's file. @throws export/unknown where somebody has removed it */
async function opened(id: number, spool: string): Promise<FileHandle> {
  try {
    return await open(spool)
  } catch (cause) {
    throw unknownExport(id, cause)
  }
}

function busy(): AppError {
  return new AppError(
    'export/busy',
    `${MOST_AT_ONCE} exports run already. Wait until one of them has ended, or cancel it.`,
  )
}
