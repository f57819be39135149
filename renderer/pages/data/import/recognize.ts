/** What picked files seem to be, by their names and first bytes, told before anything is sent. The engine finds out for itself. */
import { count, listed, megabytes } from '../../../ui/format.ts'
import type { PickedFile } from './picked-files.ts'

export type PickedKind = 'archive' | 'csv' | 'parquet' | 'idx' | 'pictures' | 'drawings' | 'unknown'

export type Recognized = {
  readonly kind: PickedKind
  /** What it is called: the file's name, the folder's, or "3 files". */
  readonly name: string
  /** "A zip archive, 1.2 MB." */
  readonly words: string
  /** Names of the columns that may hold labels, of a CSV file with a line of names; else empty. */
  readonly columns: readonly string[]
}

const archives: readonly (readonly [pattern: RegExp, words: string])[] = [
  [/\.zip$/i, 'A zip archive'],
  [/\.(tgz|tar\.gz)$/i, 'A tar archive, packed'],
  [/\.tar$/i, 'A tar archive'],
]
const picture = /\.(png|jpe?g)$/i
const idx = /(idx[13]-ubyte|\.idx[13]?)(\.gz)?$/i
const halves = new Set(['train', 'training', 'test', 'testing', 'valid', 'validation', 'val'])

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
  if (files.every(({ path }) => idx.test(path))) {
    return { kind: 'idx', name, words: `${count(files.length, 'IDX file')}, ${size}.`, columns: [] }
  }
  const pictures = files.filter(({ path }) => picture.test(path))
  if (pictures.length === 0) {
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
  return cells.every((cell) => cell === '' || Number.isFinite(Number(cell))) ? null : cells
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
