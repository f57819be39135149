/** Hands picked files over to the engine, piece by piece; the answer to each piece is waited for. */
import { client } from '../../../connection.ts'
import type { PickedFile } from './picked-files.ts'

/** Parts that one call may carry; see upload-limits.ts of the contract. */
const MOST_PARTS = 500

/** A part that is still to be read: all parts of one call are read side by side, since each waits for the disk. */
type Part = { readonly path: string; readonly offset: number; readonly blob: Blob }

/**
 * Sends all files and answers with the upload's name. `onProgress` is told the bytes sent.
 * @throws what the engine throws, a DOMException for a file that cannot be read any more, and what `signal` was aborted with; the
 * upload is given up then
 */
export async function uploadFiles(
  files: readonly PickedFile[],
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const { upload, chunkBytes } = await client.call('upload.begin', {})
  try {
    let parts: Part[] = []
    let waiting = 0
    let sent = 0
    const send = async (): Promise<void> => {
      if (parts.length === 0) return
      signal.throwIfAborted()
      const read = parts.map(async ({ path, offset, blob }) => ({
        path,
        offset,
        bytes: new Uint8Array(await blob.arrayBuffer()),
      }))
      await client.call('upload.append', { upload, parts: await Promise.all(read) })
      sent += waiting
      onProgress(sent)
      parts = []
      waiting = 0
    }
    for (const { path, file } of files) {
      let offset = 0
      do {
        const length = Math.min(file.size - offset, chunkBytes)
        if (waiting + length > chunkBytes || parts.length >= MOST_PARTS) await send()
        parts.push({ path, offset, blob: file.slice(offset, offset + length) })
        waiting += length
        offset += length
      } while (offset < file.size)
    }
    await send()
    signal.throwIfAborted()
    return upload
  } catch (error) {
    await discard(upload)
    throw error
  }
}

/** Gives an upload up; the engine does so by itself after a while. */
export async function discard(upload: string): Promise<void> {
  try {
    await client.call('upload.discard', { upload })
  } catch (error) {
    console.info('An upload could not be given up:', error)
  }
}
