/** Bytes that can be read at any place: of a file on disk, or of memory. What an import reads from. */
import { constants, open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { reasonOf } from '../data-directory.ts'
import { AppError } from '../error.ts'

export type FileSource = {
  /** What errors call it: the file's name without its folders. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** `length` bytes from `offset` on, fewer where the file ends. @throws file/unreadable */
  read(offset: number, length: number): Promise<Uint8Array>
  close(): Promise<void>
}

/** Bytes of a chunk of `chunksOf`. */
const CHUNK = 2 ** 18

/** A file on disk; close it in the end. @throws file/not-found, file/unreadable */
export async function openFileSource(path: string): Promise<FileSource> {
  const name = basename(path)
  try {
    // A pipe that nobody writes to would keep a thread of Node's waiting for ever; Windows knows no such flag.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const size = await sizeOf(file)
    return {
      name,
      size,
      async read(offset, length) {
        const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)))
        let done = 0
        try {
          while (done < bytes.length) {
            const { bytesRead } = await file.read(bytes, done, bytes.length - done, offset + done)
            if (bytesRead === 0) break
            done += bytesRead
          }
        } catch (cause) {
          throw unreadableFile(path, cause)
        }
        return bytes.subarray(0, done)
      },
      close: () => file.close(),
    }
  } catch (cause) {
    throw unreadableFile(path, cause)
  }
}

/** Bytes of a real file. Closes what is none, and throws. */
async function sizeOf(file: FileHandle): Promise<number> {
  const facts = await file.stat()
  if (facts.isFile()) return facts.size
  await file.close()
  throw new Error(facts.isDirectory() ? 'it is a folder' : 'it is no file, but a device or a pipe')
}

/** The error for a file or folder that cannot be read. */
export function unreadableFile(path: string, cause: unknown): AppError {
  const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
  return new AppError(
    missing ? 'file/not-found' : 'file/unreadable',
    `${path} cannot be read: ${reasonOf(cause)}. Check its name and permissions.`,
    { details: { path }, cause },
  )
}

/** Bytes in memory. */
export function memorySource(bytes: Uint8Array, name: string): FileSource {
  return {
    name,
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
    close: () => Promise.resolve(),
  }
}

/** The whole of a source, a piece after the other. */
export async function* chunksOf(source: FileSource): AsyncGenerator<Uint8Array, void, undefined> {
  for (let offset = 0; offset < source.size; offset += CHUNK) {
    const chunk = await source.read(offset, CHUNK)
    if (chunk.length === 0) return
    yield chunk
  }
}

/** Bytes and number of the pieces that `buffered` keeps. */
const WINDOW = 2 ** 18
const WINDOWS = 4

/** The same source for many small reads: reads whole pieces and keeps the last few. */
export function buffered(source: FileSource): FileSource {
  const kept = new Map<number, Promise<Uint8Array>>()
  const windowAt = (index: number): Promise<Uint8Array> => {
    const found = kept.get(index) ?? source.read(index * WINDOW, WINDOW)
    // The oldest is the first in the map.
    kept.delete(index)
    kept.set(index, found)
    for (const oldest of kept.keys()) {
      if (kept.size <= WINDOWS) break
      kept.delete(oldest)
    }
    return found
  }
  return {
    ...source,
    async read(offset, length) {
      const first = Math.floor(offset / WINDOW)
      const last = Math.floor((offset + length - 1) / WINDOW)
      if (last - first > 1) return await source.read(offset, length)
      const start = (await windowAt(first)).subarray(offset - first * WINDOW, offset - first * WINDOW + length)
      if (last <= first) return start
      return Buffer.concat([start, (await windowAt(last)).subarray(0, length - start.length)])
    },
  }
}
