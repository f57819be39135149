/** The compressions of Parquet. The sizes that a page states are checked before memory is taken for them. */
import { constants, brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import type { CompressionCodec, Compressors } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { MOST_FILE_BYTES } from './import/limits.ts'

type Decompress = (input: Uint8Array, length: number) => Uint8Array

/** Pictures are packed by far less; what is beyond is a bomb. */
const MOST_RATIO = 2000
/** What even an empty page takes. */
const OVERHEAD = 64

/** Node's own decompressors for what they know, which are bounded; the others from the library. */
const plain: Compressors = {
  ...compressors,
  GZIP: (input, length) => gunzipSync(input, { maxOutputLength: length }),
  BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: length }),
  ZSTD: (input, length) => zstdDecompressSync(input, { maxOutputLength: length, finishFlush: constants.ZSTD_e_end }),
}

function bounded(decompress: Decompress): Decompress {
  return (input, length) => {
    if (!(Number.isInteger(length) && length >= 0 && length <= MOST_FILE_BYTES)) {
      throw new Error(`a page says that it unpacks to ${length} bytes`)
    }
    if (length > (input.length + OVERHEAD) * MOST_RATIO) {
      throw new Error(`a page of ${input.length} bytes says that it unpacks to ${length}`)
    }
    // Not every decompressor knows the form of nothing, which the column of missing paths has.
    return length === 0 ? new Uint8Array() : decompress(input, length)
  }
}

export const parquetCodecs: Compressors = Object.fromEntries(
  Object.entries(plain).map(([codec, decompress]) => [codec, bounded(decompress)]),
)

/** A page's content. Throws any error for one that cannot be unpacked. */
export function unpackPage(codec: CompressionCodec, input: Uint8Array, length: number): Uint8Array {
  if (codec === 'UNCOMPRESSED') return input
  const decompress = parquetCodecs[codec]
  if (decompress === undefined) throw new Error(`its compression ${codec} is not known`)
  return decompress(input, length)
}
