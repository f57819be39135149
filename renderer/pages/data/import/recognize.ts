/** What picked files seem to be, by their names and first bytes, told before anything is sent. The engine finds out for itself. */
import { count, listed, megabytes } from '../../../ui/format.ts'
import type { PickedFile } from './picked-files.ts'

export type PickedKind = 'archive' | 'csv' | 'parquet' | 'idx' | 'arrays' | 'pictures' | 'drawings' | 'unknown'

export type Recognized = {
  readonly kind: PickedKind
  /** What it is called: the file's name, the folder's, or "3 files". */
  readonly name: string
  /** "A zip archive, 1.2 MB." */
  readonly words: string
  /** Names of the columns that may hold labels, of a CSV file with a line of names; else empty. */
  readonly columns: readonly string[]
}

const tables = /\.(csv|tsv)$/i
const archives: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/\.zip$/i, 'A zip archive'],
  [/\.(tgz|tar\.gz)$/i, 'A tar archive, packed'],
  [/\.tar$/i, 'A tar archive'],
]
const picture = /\.(png|jpe?g)$/i
const idx = /(idx[123]-(ubyte|int)|\.idx[13]?)(\.gz)?$/i
/** What may lie in a folder, beside other files, the first that is found. */
const several: readonly {
  readonly kind: PickedKind
  readonly pattern: RegExp
  readonly one: string
  readonly many: string
}[] = [
  { kind: 'idx', pattern: idx, one: 'IDX file', many: 'IDX files' },
  { kind: 'arrays', pattern: /\.np[yz]$/i, one: 'file with arrays of NumPy', many: 'files with arrays of NumPy' },
  { kind: 'parquet', pattern: /\.parquet$/i, one: 'Parquet table', many: 'Parquet tables' },
]
const halves = new Set(['train', 'training', 'test', 'testing', 'valid', 'validation', 'val'])

const labelNames = /^(labels?|class|digit|target|y)$/i

/** Bytes in which the first line of a CSV file ends. */
const FIRST_LINE = 64 * 1024

/** Of at least one file. Reads the first line of a CSV file, and nothing else. */
export async function recognize(files: readonly PickedFile[]): Promise<Recognized> {
  const size = megabytes(files.reduce((sum, { file }) => sum + file.size, 0))
  const name = nameOf(files)
  const [only] = files
  if (files.length === 1 && only !== undefined) {
    const known = await recognizeFile(only, size)
    if (known !== null) return { name, columns: [], ...known }
  }
  for (const { kind, pattern, one, many } of several) {
    const own = files.filter(({ path }) => pattern.test(path)).length
    if (own === 0) continue
    const others = files.length - own
    const rest = others === 0 ? '' : `, ${count(others, 'other file')}`
    return { kind, name, words: `${count(own, one, many)}${rest}, ${size}.`, columns: [] }
  }
  const pictures = files.filter(({ path }) => picture.test(path))
  if (pictures.length === 0) {
    const own = files.filter(({ path }) => tables.test(path)).length
    if (own > 0) return { kind: 'csv', name, words: `${count(own, 'table')} (CSV), ${size}.`, columns: [] }
    return { kind: 'unknown', name, words: `${count(files.length, 'file')} of an unknown kind, ${size}.`, columns: [] }
  }
  return { kind: 'pictures', name, words: `${describePictures(pictures, files.length)}, ${size}.`, columns: [] }
}

async function recognizeFile(
  { path, file }: PickedFile,
  size: string,
): Promise<(Partial<Recognized> & Pick<Recognized, 'kind' | 'words'>) | null> {
  const archive = archives.find(([pattern]) => pattern.test(path))
  if (archive !== undefined) return { kind: 'archive', words: `${archive[1]}, ${size}.` }
  if (/\.jsonl$|\.ndjson$/i.test(path)) return { kind: 'drawings', words: `Drawings as JSON lines, ${size}.` }
  if (/\.parquet$/i.test(path)) return { kind: 'parquet', words: `A Parquet table, ${size}.` }
  if (/\.csv\.gz$/i.test(path)) return { kind: 'csv', words: `A table (CSV), packed, ${size}.` }
  if (!/\.(csv|tsv|txt)$/i.test(path)) return null
  const names = columnNames(await file.slice(0, FIRST_LINE).text())
  const header = names === null ? 'without a line of names' : `with ${count(names.length, 'named column')}`
  return { kind: 'csv', words: `A table (CSV) ${header}, ${size}.`, columns: (names ?? []).filter(mayBeLabel) }
}

/** The names in a table's first line, or null where it holds numbers alone. */
export function columnNames(start: string): readonly string[] | null {
  const line = (/^\uFEFF?([^\r\n]*)/.exec(start)?.[1] ?? '').trim()
  const separator = [',', ';', '\t'].find((mark) => line.includes(mark)) ?? ','
  const cells = line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
  const words = cells.filter((cell) => cell !== '' && !Number.isFinite(Number(cell)))
  // One word in a line of values is its label.
  const [only = '', second] = words
  const isValues = second === undefined && (only === '' || (cells.length > 1 && !labelNames.test(only)))
  return isValues ? null : cells
}

/** Pixels are called `pixel12`, `1x3`, `12`, `p_12`; what is not may be a label. */
function mayBeLabel(name: string): boolean {
  return name !== '' && !/^[a-z_ ]*\d+([x_ ]\d+)?$/i.test(name)
}

/** "A folder with 200 pictures in 10 classes, train and test". */
function describePictures(pictures: readonly PickedFile[], files: number): string {
  const folders = new Set<string>()
  const parts = new Set<string>()
  for (const { path } of pictures) {
    const steps = path.split('/').slice(0, -1)
    const own = steps.at(-1)
    if (own !== undefined) folders.add(own)
    for (const step of steps) if (halves.has(step.toLowerCase())) parts.add(step)
  }
  const where = pictures.every(({ path }) => path.includes('/')) ? 'A folder with ' : ''
  const classes = folders.size === 0 ? 'in no folder' : `in ${count(folders.size, 'class folder')}`
  const others = files - pictures.length
  return [
    `${where}${count(pictures.length, 'picture')} ${classes}`,
    ...(parts.size === 0 ? [] : [listed([...parts].toSorted())]),
    ...(others === 0 ? [] : [count(others, 'other file')]),
  ].join(', ')
}

function nameOf(files: readonly PickedFile[]): string {
  const [first] = files
  if (first === undefined) return ''
  if (files.length === 1 && !first.path.includes('/')) return first.path
  const tops = new Set(files.map(({ path }) => path.split('/')[0]))
  return first.path.includes('/') && tops.size === 1 ? (first.path.split('/')[0] ?? '') : count(files.length, 'file')
}
