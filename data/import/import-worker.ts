/** Entry of the thread that import-in-worker.ts starts: makes one set of a file, a folder, or files that were handed over. */
import { parentPort, workerData } from 'node:worker_threads'
import { AppError, toErrorPayload, type ErrorPayload } from '../error.ts'
import { splits } from '../image-set.ts'
import type { ImportedData } from './collector.ts'
import { openFileSource } from './file-source.ts'
import { importEntries, importFile, importPath, type ImportOptions } from './import-data.ts'
import { entriesIn, singleFileIn, titleOf, type Spool } from './spool.ts'

/** What is imported: what lies at a path, or what was handed over. */
export type ImportSource = { readonly path: string } | { readonly spool: Spool }
/** What the thread is told. */
export type ImportRequest = {
  readonly source: ImportSource
  readonly options: Omit<ImportOptions, 'signal' | 'onProgress'>
}
/** What it tells: its progress now and then, and in the end one of the others. */
export type ImportReply =
  | { readonly type: 'progress'; readonly fraction: number | null; readonly images: number }
  | { readonly type: 'done'; readonly data: ImportedData }
  | { readonly type: 'failed'; readonly problem: ErrorPayload }

/** Milliseconds between two tellings. */
const TELL_EVERY = 50

async function run({ source, options }: ImportRequest): Promise<ImportedData> {
  let toldAt = -Infinity
  const followed: ImportOptions = {
    ...options,
    onProgress(fraction, images) {
      if (performance.now() - toldAt < TELL_EVERY) return
      toldAt = performance.now()
      tell({ type: 'progress', fraction, images })
    },
  }
  if ('path' in source) return await importPath(source.path, followed)
  const { path, files } = source.spool
  const whole = await openFileSource(path)
  try {
    const single = singleFileIn(files, whole)
    if (single !== null) return await importFile(single, followed)
    return await importEntries(entriesIn(files, whole), titleOf(files), followed, files.length)
  } finally {
    await whole.close()
  }
}

function tell(reply: ImportReply, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(reply, [...transfer])
}

/** The memory of the images, which is handed over instead of copied. */
function memoryOf({ halves }: ImportedData): ArrayBuffer[] {
  const buffers = splits.flatMap((split) => [halves[split]?.images.buffer, halves[split]?.labels.buffer])
  return buffers.filter((buffer) => buffer instanceof ArrayBuffer)
}

async function main(): Promise<void> {
  try {
    // Written by import-in-worker.ts.
    const data = await run(workerData as ImportRequest)
    tell({ type: 'done', data }, memoryOf(data))
  } catch (error) {
    if (!(error instanceof AppError)) console.error('Inkling: an import met an error that it did not expect:', error)
    tell({ type: 'failed', problem: toErrorPayload(error) })
  }
}

void main()
