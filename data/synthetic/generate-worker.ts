/** Entry of a worker thread of generate-in-workers.ts: writes one piece of a set after another, as asked. */

import { parentPort } from 'node:worker_threads'
import { generateDigits } from './generate.ts'
import type { GenerateOptions } from './generate.ts'

/** What the worker is asked: the options of one piece. */
export type PieceRequest = Required<Pick<GenerateOptions, 'count' | 'seed' | 'start' | 'labels' | 'parameters'>> &
  Pick<GenerateOptions, 'only'>
/** What it answers: that piece's images, `[count x 28 x 28]`. */
export type PieceReply = { readonly start: number; readonly images: Uint8Array<ArrayBuffer> }

parentPort?.on('message', (request: PieceRequest) => {
  const { images } = generateDigits(request)
  const reply: PieceReply = { start: request.start, images: new Uint8Array(images) }
  parentPort?.postMessage(reply, [reply.images.buffer])
})
