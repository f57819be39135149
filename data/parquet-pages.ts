/**
 * Checks the pages of a Parquet column before they go to the reader, which believes every number in them: how many values a page has,
 * and how long its runs are. A few bytes could otherwise keep it busy for hours (parquet.apache.org/docs/file-format/data-pages).
 */
import type { ColumnMetaData, SchemaTree } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { getMaxDefinitionLevel, getMaxRepetitionLevel } from 'hyparquet/src/schema.js'
import { readVarInt } from 'hyparquet/src/thrift.js'
import { unpackPage } from './parquet-codecs.ts'

type Header = ReturnType<typeof parquetHeader>

/** What a column is, as far as its pages are concerned. */
type Column = {
  readonly meta: ColumnMetaData
  /** Bits of a repetition and of a definition level; 0 where there are none. */
  readonly repetitionBits: number
  readonly definitionBits: number
}

/** Encodings of numbers, words and bytes that programs write in practice. */
const encodings: ReadonlySet<string> = new Set([
  'PLAIN',
  'PLAIN_DICTIONARY',
  'RLE_DICTIONARY',
  'RLE',
  'DELTA_BINARY_PACKED',
  'DELTA_LENGTH_BYTE_ARRAY',
])

/** Throws an Error with the reason where the pages of a column chunk, `bytes`, are not as the file says. */
export function checkPages(bytes: Uint8Array, meta: ColumnMetaData, path: SchemaTree[]): void {
  const column: Column = {
    meta,
    repetitionBits: bitsFor(getMaxRepetitionLevel(path)),
    definitionBits: bitsFor(getMaxDefinitionLevel(path)),
  }
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  let values = 0
  while (reader.offset < bytes.length - 1) {
    const header = parquetHeader(reader)
    const size = whole(header.compressed_page_size, bytes.length - reader.offset, 'bytes in a page')
    whole(header.uncompressed_page_size, Number(meta.total_uncompressed_size), 'bytes in an unpacked page')
    const body = bytes.subarray(reader.offset, reader.offset + size)
    reader.offset += size
    values += checkPage(header, body, column)
    whole(values, Number(meta.num_values), 'values in the pages')
  }
}

/** Number of values. */
function checkPage(header: Header, body: Uint8Array, column: Column): number {
  if (header.type === 'DICTIONARY_PAGE') {
    whole(header.dictionary_page_header?.num_values, 8 * header.uncompressed_page_size, 'values in a dictionary')
    return 0
  }
  if (header.type === 'DATA_PAGE') return checkDataPage(header, body, column)
  if (header.type === 'DATA_PAGE_V2') return checkDataPageV2(header, body, column)
  throw new Error('a page is of an unknown kind')
}

function checkDataPage(header: Header, body: Uint8Array, column: Column): number {
  const { meta, repetitionBits, definitionBits } = column
  const count = whole(header.data_page_header?.num_values, Number(meta.num_values), 'values in a page')
  const page = unpackPage(meta.codec, body, header.uncompressed_page_size)
  let at = 0
  for (const bits of [repetitionBits, definitionBits]) {
    if (bits === 0) continue
    const length = new DataView(page.buffer, page.byteOffset, page.byteLength).getUint32(at, true)
    whole(length, page.length - at - 4, 'bytes of levels')
    checkRuns(page, at + 4, at + 4 + length, bits, count)
    at += 4 + length
  }
  checkValues(page, at, header.data_page_header?.encoding ?? '', count, meta)
  return count
}

function checkDataPageV2(header: Header, body: Uint8Array, column: Column): number {
  const { meta, repetitionBits, definitionBits } = column
  const facts = header.data_page_header_v2
  const count = whole(facts?.num_values, Number(meta.num_values), 'values in a page')
  whole(facts?.num_nulls, count, 'missing values in a page')
  whole(facts?.num_rows, count, 'rows in a page')
  const repetition = whole(facts?.repetition_levels_byte_length, body.length, 'bytes of levels')
  const definition = whole(facts?.definition_levels_byte_length, body.length - repetition, 'bytes of levels')
  const levels = repetition + definition
  if (repetitionBits > 0) checkRuns(body, 0, repetition, repetitionBits, count)
  if (definitionBits > 0) checkRuns(body, repetition, levels, definitionBits, count)
  const rest = body.subarray(levels)
  const length = header.uncompressed_page_size - levels
  const page = facts?.is_compressed === false ? rest : unpackPage(meta.codec, rest, length)
  checkValues(page, 0, facts?.encoding ?? '', count, meta)
  return count
}

function checkValues(page: Uint8Array, at: number, encoding: string, count: number, meta: ColumnMetaData): void {
  if (!encodings.has(encoding)) throw new Error(`its encoding ${encoding} is not known`)
  if (meta.type === 'BOOLEAN') throw new Error('a column holds yes and no instead of pictures or labels')
  if (encoding !== 'PLAIN_DICTIONARY' && encoding !== 'RLE_DICTIONARY' && encoding !== 'RLE') return
  // A page without any value, all of them missing, may end here.
  if (at >= page.length) return
  const bits = whole(page[at], 32, 'bits of an index')
  if (bits > 0) checkRuns(page, at + 1, page.length, bits, count)
}

/**
 * Runs of equal values, and groups of eight packed values, from byte `from` to `to`: never more of them than `expected`, but for the
 * last group's padding.
 */
function checkRuns(page: Uint8Array, from: number, to: number, bits: number, expected: number): void {
  const reader = { view: new DataView(page.buffer, page.byteOffset, to), offset: from }
  let seen = 0
  while (seen < expected && reader.offset < to) {
    const header = readVarInt(reader)
    const groups = header >>> 1
    const isPacked = (header & 1) === 1
    const count = isPacked ? groups * 8 : groups
    if (count === 0 || count >= expected - seen + (isPacked ? 8 : 1))
      throw new Error(`a run of ${count} values is too long`)
    reader.offset += isPacked ? groups * bits : (bits + 7) >> 3
    seen += count
  }
}

function bitsFor(level: number): number {
  return 32 - Math.clz32(level)
}

/** The number, if it is a whole one from 0 to `most`. */
function whole(value: number | undefined, most: number, what: string): number {
  if (value !== undefined && Number.isInteger(value) && value >= 0 && value <= most) return value
  throw new Error(`it names ${String(value)} ${what}, where at most ${most} can be`)
}
