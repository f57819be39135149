/**
 * Images as CSV: one a line, its label and its pixels as numbers. Reads any square of pixels, with or without a header,
 * with comma, semicolon, tab or blanks between. Lines are read as they come, since 60,000 images take more than 100 MB of text.
 */
import {
  byteScale,
  isHeader,
  layoutOf,
  numberIn,
  scaleNote,
  scaleOf,
  separatorOf,
  type CsvLayout,
  type PixelScale,
} from './csv-layout.ts'
import { AppError } from './error.ts'

/** One line. `pixels` is used again for the next line: copy what is to stay. */
export type CsvRow = {
  /** From 1, the header counted. */
  readonly line: number
  readonly label: string
  /** `[side x side]`, 0 background to 255 ink. */
  readonly pixels: Uint8Array
  readonly side: number
}

/** Lines by which columns and range are found out. */
const FIRST_LINES = 64
const MOST_FIRST_CELLS = 2 ** 20
/** The longest line: 512 x 512 pixels. */
const LONGEST_LINE = 2 ** 20

const grouped = (value: number): string => value.toLocaleString('en-US')

/** A line of values, as it was read. */
type Line = { readonly line: number; readonly cells: readonly string[] }
/** What the first lines told. */
type Form = { readonly layout: CsvLayout; readonly scale: PixelScale }

export class CsvReader {
  readonly #name: string
  readonly #labelColumn: string | null
  readonly #onRow: (row: CsvRow) => void
  #decoder: InstanceType<typeof TextDecoder> | null = null
  #lineEnd: '\n' | '\r' | null = null
  #rest = ''
  #line = 0
  #separator: string | null = null
  #header: readonly string[] | null = null
  #form: Form | null = null
  #pixels = new Uint8Array()
  #rows = 0
  /** Lines before the form is known. */
  #waiting: Line[] = []
  /** Each line ends with a separator, behind which nothing comes. */
  #endsEmpty = false

  /**
   * `name` is what errors call the file. `labelColumn`: the label's column by its name in the header or by its number from 1; null
   * for a column of a usual name, else the first or the last.
   */
  constructor(name: string, labelColumn: string | null, onRow: (row: CsvRow) => void) {
    this.#name = name
    this.#labelColumn = labelColumn
    this.#onRow = onRow
  }

  /** Lines that were images. */
  get rows(): number {
    return this.#rows
  }

  /** What a person should know of the table, in whole sentences; complete at its end. */
  get notes(): readonly string[] {
    const note = this.#form === null ? null : scaleNote(this.#form.scale, this.#name)
    return note === null ? [] : [note]
  }

  /** The next bytes of the file. @throws import/bad-table, import/other-table */
  push(bytes: Uint8Array): void {
    const text = this.#rest + this.#decode(bytes, true)
    this.#lineEnd ??= lineEndOf(text)
    const lineEnd = this.#lineEnd ?? '\n'
    let from = 0
    for (let end = text.indexOf(lineEnd); end >= 0; end = text.indexOf(lineEnd, from)) {
      this.#read(text.slice(from, end))
      from = end + 1
    }
    this.#rest = text.slice(from)
    if (this.#rest.length > LONGEST_LINE)
      throw this.#bad(this.#line + 1, `has more than ${grouped(LONGEST_LINE)} characters`)
  }

  /** The end of the file. @throws import/bad-table, import/other-table */
  end(): void {
    this.#read(this.#rest + this.#decode(new Uint8Array(), false))
    this.#rest = ''
    if (this.#waiting.length > 0) this.#begin()
    if (this.#header !== null && this.#form === null) {
      throw new AppError(
        'import/bad-table',
        `${this.#name} has a header, and no line of numbers below it. Expected is one picture a line: its label, and its pixels from 0 to 255.`,
        { details: { file: this.#name } },
      )
    }
  }

  #decode(bytes: Uint8Array, stream: boolean): string {
    this.#decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true })
    try {
      return this.#decoder.decode(bytes, { stream })
    } catch (cause) {
      throw new AppError(
        'import/bad-table',
        `${this.#name} is no text in UTF-8, as a CSV file should be. Save it as CSV in UTF-8.`,
        { details: { file: this.#name }, cause },
      )
    }
  }

  #read(text: string): void {
    this.#line += 1
    if (text.length > LONGEST_LINE) throw this.#bad(this.#line, `has more than ${grouped(LONGEST_LINE)} characters`)
    const line = (this.#line === 1 ? text.replace(/^\uFEFF/, '') : text).replace(/\r$/, '')
    if (line.trim() === '') return
    if (this.#separator === null) {
      this.#separator = separatorOf(line)
      this.#endsEmpty = this.#separator !== ' ' && line.trimEnd().endsWith(this.#separator)
      const cells = this.#cells(line, this.#separator)
      if (isHeader(cells, this.#separator, this.#labelColumn)) {
        this.#header = cells
        return
      }
    }
    const row = { line: this.#line, cells: this.#cells(line, this.#separator) }
    if (this.#form !== null) this.#row(row, this.#form)
    else {
      this.#waiting.push(row)
      // Very long lines are fewer, so that they fill no memory.
      if (this.#waiting.length * row.cells.length >= MOST_FIRST_CELLS || this.#waiting.length === FIRST_LINES)
        this.#begin()
    }
  }

  /** Finds columns and range by the lines so far, and takes these. */
  #begin(): void {
    const waiting = this.#waiting
    this.#waiting = []
    const lines = { name: this.#name, header: this.#header, rows: waiting.map(({ cells }) => cells) }
    const layout = layoutOf({ ...lines, separator: this.#separator ?? ',' }, this.#labelColumn)
    this.#pixels = new Uint8Array(layout.pixels.length)
    const form = { layout, scale: this.#scaleOf(waiting, layout) }
    this.#form = form
    for (const row of waiting) this.#row(row, form)
  }

  /** What is no number is told when its line is taken. */
  #scaleOf(lines: readonly Line[], { pixels, separator, side }: CsvLayout): PixelScale {
    let least = { line: 0, column: 0, value: Infinity }
    let greatest = -Infinity
    for (const { line, cells } of lines) {
      for (const column of pixels) {
        const value = numberIn(cells[column] ?? '', separator)
        if (value < least.value) least = { line, column, value }
        if (value > greatest) greatest = value
      }
    }
    const scale = scaleOf(least.value, greatest, side)
    if (scale !== null) return scale
    throw this.#bad(
      least.line,
      `has ${least.value} in column ${least.column + 1}, and the first lines go up to ${greatest}: these pixels were normalized in a way that cannot be told. Save them from 0 to 255`,
    )
  }

  #row({ line, cells }: Line, { layout, scale }: Form): void {
    if (cells.length !== layout.columns) {
      throw this.#bad(
        line,
        `has ${grouped(cells.length)} ${cells.length === 1 ? 'value' : 'values'}, where ${this.#header === null ? 'the first line has' : 'the header names'} ${grouped(layout.columns)}`,
      )
    }
    const label = labelOf((cells[layout.label] ?? '').trim(), layout.separator)
    if (label === '') throw this.#bad(line, 'has no label')
    const { offset, factor } = scale
    layout.pixels.forEach((column, index) => {
      const cell = cells[column] ?? ''
      const value = numberIn(cell, layout.separator)
      const pixel = Math.round((value + offset) * factor)
      // What is no number is not at least 0; an empty cell would be 0.
      if (!(value + offset >= 0 && pixel <= 255) || (value === 0 && cell.trim() === '')) {
        throw this.#badPixel(line, column, cell, scale)
      }
      this.#pixels[index] = pixel
    })
    this.#rows += 1
    this.#onRow({ line, label, pixels: this.#pixels, side: layout.side })
  }

  #badPixel(line: number, column: number, cell: string, { low, high }: PixelScale): AppError {
    const before = high === byteScale.high ? '' : ', as in the lines before,'
    const found = cell.trim() === '' ? 'nothing' : JSON.stringify(cell.slice(0, 40))
    return this.#bad(
      line,
      `has ${found} in column ${column + 1}, where a number from ${low} to ${high}${before} should be`,
    )
  }

  /** The values of a line; those in quotes without them. */
  #cells(line: string, separator: string): readonly string[] {
    if (separator === ' ') return line.trim().split(/\s+/)
    const cells = this.#split(line, separator)
    return this.#endsEmpty && cells.at(-1)?.trim() === '' ? cells.slice(0, -1) : cells
  }

  #split(line: string, separator: string): readonly string[] {
    if (!line.includes('"')) return line.split(separator)
    const cells: string[] = []
    let at = 0
    while (at <= line.length) {
      const quoted = line[at] === '"'
      let end = quoted ? closingQuote(line, at + 1) : line.indexOf(separator, at)
      if (quoted && end < 0) throw this.#bad(this.#line, 'has a quotation mark that is not closed')
      if (end < 0) end = line.length
      cells.push(quoted ? line.slice(at + 1, end).replaceAll('""', '"') : line.slice(at, end))
      at = end + (quoted ? 2 : 1)
    }
    return cells
  }

  #bad(line: number, fault: string): AppError {
    return new AppError(
      'import/bad-table',
      `Line ${grouped(line)} of ${this.#name} ${fault}. Expected is one picture a line: its label, and its pixels from 0 to 255.`,
      { details: { file: this.#name, line } },
    )
  }
}

/** Index of the quotation mark that ends a value, or -1; two in a row stand for one in the value. */
function closingQuote(line: string, from: number): number {
  let end = line.indexOf('"', from)
  while (end >= 0 && line[end + 1] === '"') end = line.indexOf('"', end + 2)
  return end
}

/** UTF-16 by its first two bytes, as spreadsheets write it; else UTF-8. */
function encodingOf(start: Uint8Array): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le'
  return start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : 'utf-8'
}

/** Old programs of the Macintosh end lines with a carriage return alone. Null while no line has ended. */
function lineEndOf(text: string): '\n' | '\r' | null {
  const feed = text.indexOf('\n')
  const carriage = text.indexOf('\r')
  if (carriage >= 0 && carriage < text.length - 1 && (feed < 0 || feed > carriage + 1)) return '\r'
  return feed < 0 ? null : '\n'
}

/** `3.0` is the digit 3. */
function labelOf(cell: string, separator: string): string {
  const text = separator === ',' ? cell : cell.replace(/^(\d+),(0*)$/, '$1.$2')
  return /^\d+\.0*$/.test(text) ? text.slice(0, text.indexOf('.')) : text
}
