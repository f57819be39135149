/** What the first lines of a table of pictures tell: which column is the label, which are pixels, and what range they have. */
import { AppError } from './error.ts'

export type CsvLayout = {
  /** A blank stands for any number of blanks. */
  readonly separator: string
  readonly columns: number
  /** Index of the label's column. */
  readonly label: number
  /** Indices of the pixels' columns. */
  readonly pixels: readonly number[]
  readonly side: number
}

/** The range of a table's pixels: `(value + offset) * factor` is the byte, 0..255. */
export type PixelScale = {
  readonly offset: number
  readonly factor: number
  readonly low: number
  readonly high: number
}

/** The smallest picture: anything smaller is a table of something else. */
const LEAST_SIDE = 4
/** Side of the pictures of scikit-learn's and UCI's digits, whose pixels count the dots of 4 x 4. */
const DOTS_SIDE = 8
const DOTS = 16

/** Where commas stand in fractions, there are about as many of them: the first that is frequent in the first line. */
const separators = [';', '\t', ','] as const
/** Names of the label's column, unless another is told. */
const labelNames: ReadonlySet<string> = new Set([
  'label',
  'labels',
  'class',
  'digit',
  'target',
  'y',
  'number',
  'category',
  'letter',
])
/** Names of columns that count the lines. */
const countNames: ReadonlySet<string> = new Set(['', 'id', 'index', 'idx', 'unnamed: 0', 'imageid', 'image_id'])
const pixelName = /^(p|px|pix|pixel|pixel_|x|v|f)?[ _-]?\d+([x_-]\d+)?$/

/** The mark between a line's values. */
export function separatorOf(line: string): string {
  const counts = separators.map((separator) => line.split(separator).length - 1)
  const most = Math.max(...counts)
  if (most === 0 && /\S\s+\S/.test(line)) return ' '
  return separators.find((_, index) => (counts[index] ?? 0) * 2 >= Math.max(1, most)) ?? ','
}

/** The number in a cell. Where values are not separated by commas, a comma may stand before a fraction. */
export function numberIn(cell: string, separator: string): number {
  return Number(separator === ',' ? cell : cell.replace(',', '.'))
}

function isNumber(cell: string, separator: string): boolean {
  return cell.trim() !== '' && !Number.isNaN(numberIn(cell, separator))
}

function tidy(names: readonly string[]): readonly string[] {
  return names.map((name) => name.trim().toLowerCase())
}

/** A line of values has one word at most, its label; a line of names may also count from 0 or 1. */
export function isHeader(cells: readonly string[], separator: string, labelColumn: string | null): boolean {
  const wanted = labelColumn?.trim().toLowerCase()
  const names = tidy(cells)
  if (names.some((name) => labelNames.has(name) || (name === wanted && !isNumber(name, separator)))) return true
  if (cells.filter((cell) => !isNumber(cell, separator)).length > 1) return true
  const counting = names[0] === '' ? names.slice(1) : names
  const first = counting[0] === '1' ? 1 : 0
  return counting.length > DOTS && counting.every((name, index) => name === String(index + first))
}

/** `name`: what errors call the file; `header`: its line of names; `rows`: the cells of its first lines; `separator`: the mark between them. */
export type FirstLines = {
  readonly name: string
  readonly header: readonly string[] | null
  readonly rows: readonly (readonly string[])[]
  readonly separator: string
}

/**
 * Finds the columns. `labelColumn`: the label's column by its name or by its number from 1; null for one of a usual name, else the
 * first, or the last where that alone can be it.
 * @throws import/bad-table for a label's column that is not there, import/other-table where these are no labeled pictures
 */
export function layoutOf(lines: FirstLines, labelColumn: string | null): CsvLayout {
  const { name, separator } = lines
  const header = lines.header === null ? null : tidy(lines.header)
  const columns = header?.length ?? lines.rows[0]?.length ?? 0
  const counting = new Set(header?.flatMap((each, index) => (countNames.has(each) ? [index] : [])) ?? [])
  const all = Array.from({ length: columns }, (_, index) => index)
  const label =
    labelColumn === null ? usualLabel(lines, header, counting) : toldLabel(name, header, columns, labelColumn)
  const others = all.filter((index) => index !== label)
  const candidates = [
    others,
    others.filter((index) => !counting.has(index)),
    others.filter((index) => pixelName.test(header?.[index] ?? '')),
  ]
  const pixels = label === null ? undefined : candidates.find((each) => isSquare(each.length))
  if (label === null || pixels === undefined) throw noPictures(name, columns, header, counting, others.length)
  return { separator, columns, label, pixels, side: Math.sqrt(pixels.length) }
}

/** Null where all columns together make up a picture, so that none is left for the label. */
function usualLabel(
  { rows, separator }: FirstLines,
  header: readonly string[] | null,
  counting: ReadonlySet<number>,
): number | null {
  const named = header?.findIndex((name) => labelNames.has(name)) ?? -1
  if (named >= 0) return named
  const columns = header?.length ?? rows[0]?.length ?? 0
  const free = Array.from({ length: columns }, (_, index) => index).filter((index) => !counting.has(index))
  if (isSquare(free.length) && !isSquare(free.length - 1)) return null
  const others = free.filter((index) => header !== null && !pixelName.test(header[index] ?? ''))
  const [only, second] = others
  if (only !== undefined && second === undefined) return only
  const [first = 0] = free
  const last = free.at(-1) ?? first
  return mustBeLast(rows, first, last, separator) ? last : first
}

/** Whether the first column never changes, as the corner of a picture does, while the last one holds different digits or words. */
function mustBeLast(rows: readonly (readonly string[])[], first: number, last: number, separator: string): boolean {
  const beginnings = new Set(rows.map((row) => row[first]?.trim()))
  const ends = new Set(rows.map((row) => row[last]?.trim() ?? ''))
  const [beginning = ''] = beginnings
  if (beginnings.size > 1 || ends.size < 2 || !isNumber(beginning, separator)) return false
  return [...ends].every((end) => !isNumber(end, separator) || /^\d{1,2}([.,]0*)?$/.test(end))
}

function toldLabel(name: string, header: readonly string[] | null, columns: number, labelColumn: string): number {
  const named = header?.indexOf(labelColumn.trim().toLowerCase()) ?? -1
  if (named >= 0) return named
  const number = /^\d+$/.test(labelColumn) ? Number(labelColumn) : 0
  if (number >= 1 && number <= columns) return number - 1
  const known = header === null ? `it has no header, and ${counted(columns)}` : `its columns are ${shortened(header)}`
  throw new AppError(
    'import/bad-table',
    `${name} has no column "${labelColumn}" for the labels: ${known}. Name one of them, or its number from 1.`,
    { details: { file: name } },
  )
}

function noPictures(
  name: string,
  columns: number,
  header: readonly string[] | null,
  counting: ReadonlySet<number>,
  others: number,
): AppError {
  const free = columns - counting.size
  const hasLabel = header?.some((each) => labelNames.has(each)) ?? false
  const side = Math.sqrt(free)
  if (!hasLabel && isSquare(free)) {
    return otherTable(
      name,
      `has ${counted(free)} of pixels (${side} x ${side}) and none of labels, as the test.csv of Kaggle has. Without labels nothing can be learned from it: import the table with labels, such as train.csv, and put a part of it aside as test images.`,
    )
  }
  return otherTable(
    name,
    `has ${counted(columns)}${header === null ? '' : ` (${shortened(header)})`}. Expected are a label and the pixels of a square picture, such as 1 + 784 for 28 x 28; ${counted(others)} beside the label make up no square of at least ${LEAST_SIDE} x ${LEAST_SIDE}. A table that names picture files cannot be imported: put the pictures into a folder for each class.`,
  )
}

/** The error for a table that holds something else than labeled pictures. */
function otherTable(name: string, fault: string): AppError {
  return new AppError('import/other-table', `${name} ${fault}`, { details: { file: name } })
}

function isSquare(count: number): boolean {
  const side = Math.sqrt(count)
  return side >= LEAST_SIDE && Number.isInteger(side)
}

/** "1 column", "785 columns". */
function counted(columns: number): string {
  return `${columns.toLocaleString('en-US')} ${columns === 1 ? 'column' : 'columns'}`
}

function shortened(names: readonly string[]): string {
  return names.length > 6 ? `${names.slice(0, 6).join(', ')}, ...` : names.join(', ')
}

/** Pixels as bytes, which most files have. */
export const byteScale: PixelScale = { offset: 0, factor: 1, low: 0, high: 255 }

/**
 * What range pixels have whose least and greatest value among the first ones is this: bytes, parts of 1, -1 to 1, or dots from 0 to 16.
 * Null where it is none of these.
 */
export function scaleOf(least: number, greatest: number, side: number): PixelScale | null {
  if (least < 0) return least >= -1 && greatest <= 1 ? { offset: 1, factor: 127.5, low: -1, high: 1 } : null
  if (greatest <= 1) return { offset: 0, factor: 255, low: 0, high: 1 }
  if (side === DOTS_SIDE && greatest <= DOTS) return { offset: 0, factor: 255 / DOTS, low: 0, high: DOTS }
  return byteScale
}

/** What a person should know of pixels that were no bytes; null for those that were. */
export function scaleNote(scale: PixelScale, name: string): string | null {
  if (scale.factor === 1) return null
  return `The pixels of ${name} go from ${scale.low} to ${scale.high}; they were brought to 0 to 255.`
}
