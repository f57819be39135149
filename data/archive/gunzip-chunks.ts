/** Decompresses gzip as it comes, in bounded memory. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { AppError } from '../error.ts'
import { badArchive } from './unpack-limit.ts'

const CHUNK = 2 ** 18

/**
 * The content of gzip data, a piece after the other. The caller counts the bytes and stops when they are too many.
 * @throws import/bad-archive; and what `chunks` throws
 */
export async function* gunzipChunks(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const gunzip = createGunzip({ chunkSize: CHUNK })
  const piped = outcomeOf(pipeline(Readable.from(chunks, { objectMode: false }), gunzip))
  try {
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) yield chunk
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw badArchive(name, `its gzip data cannot be unpacked (${reason})`, cause)
  } finally {
    gunzip.destroy()
    // A failure of the pipeline has reached the reader above; after an early end it only says that it was early.
    await piped
  }
}

/** Resolves in any case, with the error if there was one. */
async function outcomeOf(promise: Promise<void>): Promise<unknown> {
  try {
    await promise
    return null
  } catch (error) {
    return error
  }
}
