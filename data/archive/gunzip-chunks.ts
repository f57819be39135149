/** Decompresses gzip as it comes, in bounded memory. */
import { once } from 'node:events'
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
  const stream = createGunzip({ chunkSize: CHUNK })
  const fed = feed(chunks, stream)
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) yield chunk
    await fed
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw badArchive(
      name,
      `its gzip data cannot be unpacked (${cause instanceof Error ? cause.message : String(cause)})`,
      cause,
    )
  } finally {
    stream.destroy()
  }
}

/** Ends the stream with the error of `chunks`, if there is one. */
async function feed(chunks: AsyncIterable<Uint8Array>, stream: ReturnType<typeof createGunzip>): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (stream.destroyed) return
      if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), once(stream, 'close')])
    }
    stream.end()
  } catch (error) {
    stream.destroy(error instanceof Error ? error : new Error(String(error)))
  }
}
