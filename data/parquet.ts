/**
 * Images as Parquet, in the form that Hugging Face's data sets have: a column of pictures (a struct of `bytes` and `path`, plain
 * bytes, or lists of numbers) and a column of labels, whose names may stand in the file's metadata.
 */
import {
  parquetMetadataAsync,
  parquetRead,
  type AsyncBuffer,
  parquetSchema,
  type FileMetaData,
  type RowGroup,
  type SchemaElement,
} from 'hyparquet'
import { getTreePath } from 'hyparquet/src/schema.js'
import { AppError } from './error.ts'
import type { FileSource } from './import/file-source.ts'
import { MOST_FILE_BYTES, MOST_IMAGES } from './import/limits.ts'
import { parquetCodecs } from './parquet-codecs.ts'
import { checkPages } from './parquet-pages.ts'

/** One row. */
export type ParquetRow = {
  /** From 0. */
  readonly row: number
  /** The class's name, or the label as text where no names are known; null where it is missing. */
  readonly label: string | null
  /** A picture file, or the gray pixels of a square, 0..255; null where it is missing. */
  readonly picture: { readonly file: Uint8Array } | { readonly pixels: Uint8Array; readonly side: number } | null
}

export type ParquetTable = {
  /** Names of the classes by label, where the file tells them. */
  readonly classes: readonly string[] | null
  /** Rows that the file states. */
  readonly count: number
  readonly rows: AsyncGenerator<ParquetRow, void, undefined>
}

const pictureNames: readonly string[] = ['image', 'img', 'picture', 'pixels', 'images']
const labelNames: readonly string[] = ['label', 'labels', 'class', 'digit', 'target', 'y']
/** Values of one column in one row group: each pixel is one where pictures are lists of numbers. */
const MOST_VALUES = 8e6
/** Columns and row groups that a table of pictures can have. */
const MOST_ELEMENTS = 10_000

const grouped = (value: number): string => value.toLocaleString('en-US')

export function isParquet(start: Uint8Array): boolean {
  return start[0] === 0x50 && start[1] === 0x41 && start[2] === 0x52 && start[3] === 0x31
}

/**
 * Opens a file of pictures; rows are read a row group after the other. `labelColumn`: name of the label's column, or null for one
 * of a usual name.
 * @throws import/other-table where a column is missing; import/bad-parquet, also while rows are read; import/too-large
 */
export async function readParquet(source: FileSource, labelColumn: string | null): Promise<ParquetTable> {
  const file = asyncBuffer(source)
  return await guarded(source.name, async () => {
    const metadata = await parquetMetadataAsync(file, { geoparquet: false })
    const count = checkSizes(metadata, source)
    const columns = topColumns(metadata)
    const picture = pictureNames.find((name) => columns.includes(name))
    const label =
      labelColumn === null
        ? labelNames.find((name) => columns.includes(name))
        : columns.find((name) => name === labelColumn)
    if (picture === undefined || label === undefined) {
      throw otherColumns(source.name, columns, labelColumn ?? labelNames.slice(0, 3).join(', '))
    }
    const classes = classNames(metadata, label)
    return { classes, count, rows: rowsOf(source.name, file, metadata, { picture, label, classes }) }
  })
}

function otherColumns(name: string, columns: readonly string[], wanted: string): AppError {
  const shown = `${columns.slice(0, 6).join(', ')}${columns.length > 6 ? ', ...' : ''}`
  const advice =
    columns.length > 64
      ? 'A table with a column for each pixel is imported as CSV: save it as that.'
      : `Give them such names, or name the column of the labels.`
  return new AppError(
    'import/other-table',
    `${name} has the columns ${shown}, where one of pictures (${pictureNames.slice(0, 3).join(', ')}) and one of labels (${wanted}) should be. Nothing was imported. ${advice}`,
    { details: { file: name } },
  )
}

function asyncBuffer(source: FileSource): AsyncBuffer {
  return {
    byteLength: source.size,
    async slice(start, end = source.size) {
      const from = start < 0 ? source.size + start : start
      if (!(from >= 0 && end >= from && end <= source.size)) {
        throw new Error(`the bytes ${from} to ${end} are named, of ${source.size}`)
      }
      const bytes = await source.read(from, end - from)
      return new Uint8Array(bytes).buffer
    },
  }
}

/** What a damaged file makes of its reader, and of us with what it reads, is any error at all. */
async function guarded<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    throw bad(name, cause instanceof Error ? cause.message : String(cause), cause)
  }
}

function bad(name: string, reason: string, cause?: unknown): AppError {
  return new AppError(
    'import/bad-parquet',
    `${name} is no Parquet file of pictures that can be read: ${reason}. Get it again, or export it anew.`,
    { details: { file: name, reason }, cause },
  )
}

/** Number of rows. The sizes that the file states are believed by the reader, so they are checked before. */
function checkSizes(metadata: FileMetaData, source: FileSource): number {
  const rows = Number(metadata.num_rows)
  const groups = metadata.row_groups
  if (!Array.isArray(groups) || groups.length > MOST_ELEMENTS || metadata.schema.length > MOST_ELEMENTS) {
    throw bad(source.name, `it has more than ${grouped(MOST_ELEMENTS)} parts`)
  }
  let sum = 0
  for (const group of groups) {
    const own = Number(group.num_rows)
    if (!(own >= 0 && own <= MOST_IMAGES)) throw tooLarge(source.name, `a row group has ${own} rows`)
    sum += own
    for (const { meta_data: column } of group.columns) {
      if (column === undefined) throw bad(source.name, 'a column is described elsewhere')
      const size = Number(column.total_uncompressed_size)
      const packed = Number(column.total_compressed_size)
      const values = Number(column.num_values)
      if (!(size >= 0 && size <= MOST_FILE_BYTES)) throw tooLarge(source.name, `a column chunk has ${size} bytes`)
      if (!(packed >= 0 && packed <= source.size)) throw bad(source.name, `a column chunk of ${packed} bytes is named`)
      if (!(values >= 0 && values <= MOST_VALUES))
        throw tooLarge(source.name, `a row group has ${values} values in one column`)
    }
  }
  if (rows !== sum || rows > MOST_IMAGES) {
    if (rows === sum) throw tooLarge(source.name, `it has ${grouped(rows)} rows`)
    throw bad(source.name, `it states ${rows} rows, and ${sum} in its row groups`)
  }
  return rows
}

function tooLarge(name: string, reason: string): AppError {
  return new AppError('import/too-large', `${name} was not read: ${reason}. Import a part of it.`, {
    details: { file: name },
  })
}

/** Names of the columns on the uppermost level. */
function topColumns({ schema }: FileMetaData): readonly string[] {
  const names: string[] = []
  for (let at = 1; at < schema.length; at = afterElement(schema, at)) names.push(schema[at]?.name ?? '')
  return names
}

/** The element behind this one and all that it holds; elements stand in a row, each before its children. */
function afterElement(schema: readonly SchemaElement[], at: number): number {
  let open = 1
  let next = at
  while (open > 0 && next < schema.length) {
    open += (schema[next]?.num_children ?? 0) - 1
    next += 1
  }
  return next
}

/** The names that Hugging Face writes into the metadata: `{"info":{"features":{"label":{"names":[...]}}}}`. */
function classNames(metadata: FileMetaData, label: string): readonly string[] | null {
  const text = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value
  if (text === undefined) return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    // Metadata of another program; the labels are numbers then.
    if (cause instanceof SyntaxError) return null
    throw cause
  }
  for (const key of ['info', 'features', label, 'names']) {
    if (typeof value !== 'object' || value === null) return null
    value = (value as Record<string, unknown>)[key]
  }
  return Array.isArray(value) && value.every((name) => typeof name === 'string') ? value : null
}

type Columns = { readonly picture: string; readonly label: string; readonly classes: readonly string[] | null }

async function* rowsOf(
  name: string,
  file: AsyncBuffer,
  metadata: FileMetaData,
  { picture, label, classes }: Columns,
): AsyncGenerator<ParquetRow, void, undefined> {
  let rowStart = 0
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows)
    const range = { file, metadata, rowStart, rowEnd }
    const columns = [picture, label]
    const rows = await guarded(name, async () => {
      await checkGroup(range, group, columns)
      const cells = await readGroup(range, columns)
      return cells.map(([pictureCell, labelCell], index) => ({
        row: rowStart + index,
        label: labelText(labelCell, classes, name, rowStart + index),
        picture: pictureOf(pictureCell, name, rowStart + index),
      }))
    })
    if (rows.length !== rowEnd - rowStart)
      throw bad(name, `a row group holds ${rows.length} of ${rowEnd - rowStart} rows`)
    yield* rows
    rowStart = rowEnd
  }
}

type Range = Readonly<{ file: AsyncBuffer; metadata: FileMetaData; rowStart: number; rowEnd: number }>

async function readGroup(range: Range, columns: string[]): Promise<readonly (readonly unknown[])[]> {
  let found: readonly (readonly unknown[])[] = []
  await parquetRead({
    ...range,
    columns,
    // Bytes that are not marked as text stay bytes.
    utf8: false,
    geoparquet: false,
    compressors: parquetCodecs,
    onComplete: (rows) => {
      found = rows
    },
  })
  return found
}

/** Reads the group's columns once, to find out whether the reader may be let at them. */
async function checkGroup({ file, metadata }: Range, group: RowGroup, columns: readonly string[]): Promise<void> {
  const schema = parquetSchema(metadata)
  for (const { meta_data: meta } of group.columns) {
    if (meta === undefined || !columns.includes(meta.path_in_schema[0] ?? '')) continue
    const start = Number(meta.dictionary_page_offset ?? 0n) || Number(meta.data_page_offset)
    const bytes = await file.slice(start, start + Number(meta.total_compressed_size))
    checkPages(new Uint8Array(bytes), meta, getTreePath(schema, meta.path_in_schema))
  }
}

function labelText(value: unknown, classes: readonly string[] | null, name: string, row: number): string | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return new TextDecoder().decode(value)
  const number = typeof value === 'bigint' ? Number(value) : value
  // Hugging Face writes -1 where labels are kept secret.
  if (number === -1) return null
  if (typeof number === 'number' && Number.isInteger(number)) return classes?.[number] ?? String(number)
  throw bad(name, `row ${row} has no label that is a whole number or a word`)
}

function pictureOf(value: unknown, name: string, row: number): ParquetRow['picture'] {
  if (value === null || value === undefined) return null
  if (value instanceof Uint8Array) return { file: value }
  if (typeof value === 'object' && value !== null && 'bytes' in value && value.bytes instanceof Uint8Array) {
    return { file: value.bytes }
  }
  if (Array.isArray(value)) {
    const numbers: readonly unknown[] = value.flat(2)
    const side = Math.sqrt(numbers.length)
    if (side > 0 && Number.isInteger(side)) {
      const pixels = Uint8Array.from(numbers, (pixel) => Number(pixel))
      if (numbers.every((pixel, index) => Number(pixel) === pixels[index])) return { pixels, side }
    }
  }
  throw bad(name, `row ${row} holds no picture: neither bytes nor a square of numbers from 0 to 255`)
}
