/**
 * `generateDigits` on several processor cores, without holding up the calling thread: 60,000 images in a few seconds.
 * Node only, unlike the rest of this folder.
 */

import { existsSync } from 'node:fs'
import { sep } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { PIXELS, SIDE } from '../image-set.ts'
import type { ImageSet } from '../image-set.ts'
import { defaultLabels, generateDigits } from './generate.ts'
import type { GenerateOptions } from './generate.ts'
import type { PieceReply, PieceRequest } from './generate-worker.ts'

export type GenerateInWorkersOptions = GenerateOptions & {
  /** Threads; 2 unless told. */
  readonly workers?: number
  /** One more thread joins in when this resolves, as when somebody begins to wait. */
  readonly hurry?: Promise<unknown>
  /** Ends the work; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** Images per request to a worker: few enough for progress and for an even share. */
const PIECE = 1000
/** Images at a time on the calling thread: about 15 ms. */
const PIECE_HERE = 100
/** Beside this file; in the packaged app a bundle of its own, outside of the archive, which threads see nothing in. */
const workerFile = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './generate-worker.ts' : './generate-worker.cjs', import.meta.url),
).replace(`app.asar${sep}`, `app.asar.unpacked${sep}`)

/**
 * The same set as `generateDigits` gives for the same options, byte for byte. Where the worker's file is not beside this one, the
 * set is written on this thread, in pieces, with room for events between.
 * @throws what the signal was aborted with; RangeError as `generateDigits`
 */
export async function generateInWorkers(options: GenerateInWorkersOptions): Promise<ImageSet> {
  const { count, seed, start = 0, parameters = {}, only, onProgress, signal } = options
  signal?.throwIfAborted()
  const labels = Uint8Array.from(options.labels ?? defaultLabels(seed, start, count)).subarray(0, count)
  if (labels.length < count) throw new RangeError(`${count} images need as many labels, got ${labels.length}.`)
  const images = new Uint8Array(count * PIXELS)
  const set = { images, labels, count, height: SIDE, width: SIDE }
  const hasWorker = existsSync(workerFile)
  const size = hasWorker ? PIECE : PIECE_HERE
  const requests: PieceRequest[] = []
  for (let first = 0; first < count; first += size) {
    const piece = labels.slice(first, first + size)
    requests.push({ count: piece.length, seed, start: start + first, labels: piece, parameters, ...(only && { only }) })
  }
  let done = 0
  const keep = (reply: PieceReply): void => {
    images.set(reply.images, (reply.start - start) * PIXELS)
    done += reply.images.length / PIXELS
    onProgress?.(done)
  }
  if (hasWorker) {
    const workers = Math.min(options.workers ?? 2, requests.length)
    const waiting = requests.values()
    const stop = new AbortController()
    const ends = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
    try {
      await new Promise<void>((resolve, reject) => {
        let working = 0
        const join = (): void => {
          working++
          runWorker(waiting, keep, ends).then(() => {
            working--
            if (working === 0) resolve()
          }, reject)
        }
        for (let worker = 0; worker < workers; worker++) join()
        void options.hurry?.then(() => {
          if (working > 0) join()
        })
      })
    } catch (error) {
      stop.abort(error)
      throw error
    }
    return set
  }
  for (const request of requests) {
    keep({ start: request.start, images: new Uint8Array(generateDigits(request).images) })
    await setImmediate()
    signal?.throwIfAborted()
  }
  return set
}

/** One thread that takes requests until there are none left. */
function runWorker(
  waiting: Iterator<PieceRequest>,
  keep: (reply: PieceReply) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile)
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', abort)
      worker.terminate().then(settle, reject)
    }
    const abort = (): void => {
      end(() => {
        reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)))
      })
    }
    const next = (): void => {
      const request = waiting.next()
      if (request.done === true) end(resolve)
      else worker.postMessage(request.value)
    }
    signal.addEventListener('abort', abort)
    worker.on('message', (reply: PieceReply) => {
      keep(reply)
      next()
    })
    worker.on('error', (error) => {
      end(() => {
        reject(error)
      })
    })
    next()
  })
}
