/** Gzip with bounded memory: a file is decompressed no further than the size that its reader expects. */
import { constants, createGunzip, gunzip, gunzipSync } from 'node:zlib'
import { AppError } from './error.ts'

/** Deflate cannot pack more than 1,032 bytes into one. */
const BEST_RATIO = 1032
/** A gzip file ends with a checksum and its length modulo 2^32. */
const TRAILER_LENGTH = 8
/** How far beyond the expected size bytes are counted, so that an error can name an exact number. */
const COUNTED_BEYOND = 2 ** 20

/** `bytes` is empty unless `length` is the expected one. `exact` is false where counting was given up. */
export type Decompressed = { readonly length: number; readonly exact: boolean; readonly bytes: Uint8Array }

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** The size that a gzip file states at its end, modulo 2^32, or null for a file too short to say so. */
export function statedLength(end: Uint8Array): number | null {
  if (end.length < TRAILER_LENGTH) return null
  return new DataView(end.buffer, end.byteOffset, end.byteLength).getUint32(end.length - 4, true)
}

/** A reader of compressed data that ends early gives what it has, instead of an error. */
const lenient = { finishFlush: constants.Z_SYNC_FLUSH }

/**
 * At least the first `length` bytes of the content, or all of it if it is shorter.
 * @throws dataset/bad-gzip
 */
export function peek(start: Uint8Array, length: number, name: string): Uint8Array {
  for (let taken = 1024; ; taken *= 16) {
    let content: Uint8Array
    try {
      content = gunzipSync(start.subarray(0, taken), lenient)
    } catch (cause) {
      throw damaged(name, cause)
    }
    if (content.length >= length || taken >= start.length) return content
  }
}

/**
 * The whole content of a gzip file, which should be `expected` bytes; holds no more than that in memory.
 * @throws dataset/bad-gzip where the data is damaged, dataset/trailing-bytes where something follows it
 */
export async function decompress(bytes: Uint8Array, expected: number, name: string): Promise<Decompressed> {
  const plausible = statedLength(bytes) === expected && expected <= bytes.length * BEST_RATIO
  if (plausible) {
    const content = await decompressAtOnce(bytes, expected, name)
    if (content !== null) return { length: expected, exact: true, bytes: content }
  }
  return await decompressStepwise(bytes, expected, name)
}

/** Null where the file is not what its end says; `decompressStepwise` then finds out what is wrong. */
function decompressAtOnce(bytes: Uint8Array, expected: number, name: string): Promise<Uint8Array | null> {
  // One byte more than needed, so that zlib sees the end without a second buffer.
  const options = { chunkSize: Math.max(64, expected + 1), maxOutputLength: expected + 1 }
  return new Promise((resolve, reject) => {
    gunzip(bytes, options, (error, content) => {
      if (error === null) resolve(content.length === expected ? content : null)
      else if ('code' in error && (error.code === 'ERR_BUFFER_TOO_LARGE' || error.code === 'Z_BUF_ERROR')) resolve(null)
      else reject(damaged(name, error))
    })
  })
}

async function decompressStepwise(bytes: Uint8Array, expected: number, name: string): Promise<Decompressed> {
  const stream = createGunzip({ ...lenient, chunkSize: 2 ** 18 })
  const chunks: Uint8Array[] = []
  let length = 0
  stream.end(bytes)
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      length += chunk.length
      if (length > expected + COUNTED_BEYOND) return { length, exact: false, bytes: new Uint8Array() }
      if (length <= expected) chunks.push(chunk)
    }
  } catch (cause) {
    throw damaged(name, cause)
  }
  if (length !== expected) return { length, exact: true, bytes: new Uint8Array() }
  checkEnd(bytes, stream.bytesWritten, expected, name)
  return { length, exact: true, bytes: Buffer.concat(chunks, length) }
}

/** The content is complete; the file must end with its checksum, and there. */
function checkEnd(bytes: Uint8Array, consumed: number, expected: number, name: string): void {
  if (consumed < bytes.length) {
    throw new AppError(
      'dataset/trailing-bytes',
      `${name} goes on for ${bytes.length - consumed} bytes after the end of its gzip data. Get the file again.`,
      { details: { file: name, expectedBytes: consumed, foundBytes: bytes.length } },
    )
  }
  try {
    gunzipSync(bytes, { maxOutputLength: expected + 1 })
  } catch (cause) {
    throw damaged(name, cause)
  }
}

function damaged(name: string, cause: unknown): AppError {
  const found = cause instanceof Error ? cause.message : String(cause)
  return new AppError('dataset/bad-gzip', `The gzip data of ${name} is damaged: ${found}. Get the file again.`, {
    details: { file: name, found },
    cause,
  })
}
