/**
 * An import in a thread of its own. Decoding is long synchronous work (a large photo takes two seconds), and what calls this has
 * drawings to read and runs to tell of meanwhile. The thread writes nothing, so that it can be ended at any moment.
 */
import { Worker } from 'node:worker_threads'
import { AppError, fromErrorPayload } from '../error.ts'
import { threadFile } from '../thread-file.ts'
import type { ImportedData } from './collector.ts'
import type { ImportOptions } from './import-data.ts'
import type { ImportReply, ImportRequest, ImportSource } from './import-worker.ts'

/** Of the thread's own memory, without the bytes of files and pictures, whose limits are those of limits.ts. */
const HEAP_MEGABYTES = 1024

const workerFile = threadFile(import.meta.url, './import-worker.ts', 'import-worker.cjs')

/**
 * The same set as importPath, importFile or importEntries make of it.
 * @throws AppError for all that can be wrong with the source; what the signal was aborted with, at once
 */
export async function importInWorker(source: ImportSource, options: ImportOptions): Promise<ImportedData> {
  const { signal, onProgress, resize, invert, holdOut, labels, classes } = options
  signal?.throwIfAborted()
  const request: ImportRequest = { source, options: { resize, invert, holdOut, labels, classes } }
  const worker = new Worker(workerFile, {
    workerData: request,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
  })
  const ended = Promise.withResolvers<ImportedData>()
  const abort = (): void => ended.reject(signal?.reason)
  signal?.addEventListener('abort', abort)
  worker.on('message', (reply: ImportReply) => {
    if (reply.type === 'progress') onProgress?.(reply.fraction, reply.images)
    else if (reply.type === 'done') ended.resolve(reply.data)
    else ended.reject(fromErrorPayload(reply.problem))
  })
  worker.on('error', (error) => ended.reject(isOutOfMemory(error) ? tooMuchMemory(error) : error))
  // After an answer this changes nothing.
  worker.on('exit', (code) => ended.reject(new Error(`the thread of an import ended with exit code ${code}`)))
  try {
    return await ended.promise
  } finally {
    signal?.removeEventListener('abort', abort)
    await worker.terminate()
  }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}

function tooMuchMemory(cause: unknown): AppError {
  return new AppError(
    'import/too-large',
    'The import was ended, since it needed more memory than an import may take. Nothing was imported; try a part of the files.',
    { cause },
  )
}
