/** The imports of this engine: each runs by itself, is told as it goes, and leaves nothing behind unless it is done. */
import { basename, resolve } from 'node:path'
import type { Datasets } from '../../data/datasets.ts'
import { AppError, toErrorPayload } from '../../data/error.ts'
import type { ImportedData } from '../../data/import/collector.ts'
import type { ImportOptions } from '../../data/import/import-data.ts'
import { importInWorker } from '../../data/import/import-in-worker.ts'
import { nameTaken } from '../../data/imported-sets.ts'
import type { Uploads } from '../../data/uploads.ts'
import type { ArgumentsOf } from '../contract/commands.ts'
import type { ImportInfo } from '../contract/transfers.ts'
import type { Emit } from './events.ts'
import { Turns } from './turns.ts'

type Running = { info: ImportInfo; readonly controller: AbortController; readonly ended: Promise<void> }
type Request = ArgumentsOf<'import.start'>

/** Milliseconds between two events about progress. */
const TELL_EVERY = 100
/** Imports that are remembered after their end. */
const REMEMBERED = 20
/** Imports that run or wait for their turn. */
const MOST_AT_ONCE = 20

export class Imports {
  readonly #datasets: Datasets
  readonly #uploads: Uploads
  readonly #emit: Emit
  readonly #running = new Map<number, Running>()
  readonly #ended = new Map<number, ImportInfo>()
  /** One after another: each may take most of a gigabyte, and a core. */
  readonly #turns = new Turns(1)
  #last = 0

  constructor(datasets: Datasets, uploads: Uploads, emit: Emit) {
    this.#datasets = datasets
    this.#uploads = uploads
    this.#emit = emit
  }

  /** Newest first. */
  list(): ImportInfo[] {
    return [...this.#ended.values(), ...[...this.#running.values()].map(({ info }) => info)].reverse()
  }

  /** @throws import/bad-name, import/name-taken, import/unknown-upload, import/busy, library/not-writable */
  async start(request: Request): Promise<ImportInfo> {
    const { name, source } = request
    await this.#datasets.imported.ensureFree(name)
    const running = [...this.#running.values()]
    if (running.some(({ info }) => info.dataset === name)) throw nameTaken(name)
    if (running.length >= MOST_AT_ONCE) throw busy()
    const title = 'upload' in source ? this.#uploads.title(source.upload) : basename(resolve(source.path))
    if ('upload' in source) this.#uploads.hold(source.upload)
    this.#last += 1
    const id = this.#last
    const controller = new AbortController()
    const info: ImportInfo = {
      import: id,
      dataset: name,
      source: title,
      state: 'running',
      fraction: null,
      images: 0,
      result: null,
      problem: null,
    }
    const begun = Promise.withResolvers<void>()
    this.#running.set(id, {
      info,
      controller,
      ended: begun.promise.then(() => this.#run(id, request, controller.signal)),
    })
    begun.resolve()
    return info
  }

  /** Ends an import that runs; one that has ended is left alone. */
  async cancel(id: number): Promise<null> {
    const running = this.#running.get(id)
    running?.controller.abort()
    await running?.ended
    return null
  }

  async close(): Promise<void> {
    const running = [...this.#running.values()]
    for (const { controller } of running) controller.abort()
    await Promise.all(running.map(({ ended }) => ended))
  }

  async #run(id: number, request: Request, signal: AbortSignal): Promise<void> {
    const { name, source } = request
    const outcome = await this.#outcome(id, request, signal)
    if ('upload' in source) {
      // A failed one may be tried again, with another column for the labels for instance.
      if (outcome.state !== 'failed') await this.#uploads.discard(source.upload)
      await this.#uploads.release(source.upload)
    }
    if (outcome.state === 'done') this.#emit('dataset.changed', { dataset: name })
    this.#end(id, outcome)
  }

  async #outcome(id: number, request: Request, signal: AbortSignal): Promise<Partial<ImportInfo>> {
    const { name, title } = request
    try {
      const data = await this.#turns.take(signal, () => this.#read(id, request, signal))
      signal.throwIfAborted()
      await this.#datasets.imported.save(name, data, title)
      const info = await this.#datasets.entry(name)
      return {
        state: 'done',
        fraction: 1,
        images: data.report.images.train + data.report.images.test,
        result: { info, report: data.report },
      }
    } catch (error) {
      return signal.aborted ? { state: 'cancelled' } : { state: 'failed', problem: toErrorPayload(error) }
    }
  }

  async #read(id: number, request: Request, signal: AbortSignal): Promise<ImportedData> {
    const { source, resize, invert, labels, holdOut, classes = null } = request
    const options: ImportOptions = { resize, invert, labels, holdOut, classes, signal, onProgress: this.#progress(id) }
    if ('path' in source) return await importInWorker({ path: source.path }, options)
    return await importInWorker({ spool: await this.#uploads.spool(source.upload) }, options)
  }

  #progress(id: number): (fraction: number | null, images: number) => void {
    let toldAt = 0
    return (fraction, images) => {
      const running = this.#running.get(id)
      if (running === undefined || performance.now() - toldAt < TELL_EVERY) return
      toldAt = performance.now()
      running.info = { ...running.info, fraction, images }
      this.#emit('import.progressed', { import: id, fraction, images })
    }
  }

  #end(id: number, outcome: Partial<ImportInfo>): void {
    const running = this.#running.get(id)
    if (running === undefined) return
    const info = { ...running.info, ...outcome }
    this.#running.delete(id)
    this.#ended.set(id, info)
    const [oldest] = this.#ended.keys()
    if (this.#ended.size > REMEMBERED && oldest !== undefined) this.#ended.delete(oldest)
    this.#emit('import.ended', { import: info })
  }
}

function busy(): AppError {
  return new AppError(
    'import/busy',
    `${MOST_AT_ONCE} imports run or wait already. Wait until one of them has ended, or cancel it.`,
  )
}
