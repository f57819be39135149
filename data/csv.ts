/**
 * Images as CSV: one a line, its label and its pixels as numbers. Reads any square of pixels, with or without a header,
 * with comma, semicolon or tab between. Lines are read as they come, since 60,000 images take more than 100 MB of text.
 */
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

/** What the header and the first line told. */
type Layout = {
  readonly separator: string
  readonly columns: number
  /** Index of the label's column. */
  readonly label: number
  /** Indices of the pixels' columns. */
  readonly pixels: readonly number[]
  readonly side: number
}

/** A line as it was read. */
type Row = { readonly line: number; readonly label: string; readonly values: Float64Array }

/** Lines without a pixel above 1 after which pixels are taken for parts of 1. */
const UNDECIDED = 64
/** The longest line: 512 x 512 pixels. */
const LONGEST_LINE = 2 ** 20
/** The first that is frequent in the first line: where commas stand in fractions, there are about as many of them. */
const separators = [';', '\t', ','] as const
/** Names of the label's column, unless another is told. */
const labelNames: ReadonlySet<string> = new Set(['label', 'labels', 'class', 'digit', 'target', 'y', 'number'])

const grouped = (value: number): string => value.toLocaleString('en-US')

export class CsvReader {
  readonly #name: string
  readonly #labelColumn: string | null
  readonly #onRow: (row: CsvRow) => void
  #decoder: InstanceType<typeof TextDecoder> | null = null
  #lineEnd: '\n' | '\r' | null = null
  #rest = ''
  #line = 0
  #layout: Layout | null = null
  #header: readonly string[] | null = null
  #pixels = new Uint8Array()
  #rows = 0
  /** 255 where pixels are parts of 1, 1 where they are bytes; null until a line has shown it. */
  #scale: 1 | 255 | null = null
  #values = new Float64Array()
  /** Lines that have not shown it. */
  #waiting: Row[] = []

  /**
   * `name` is what errors call the file. `labelColumn`: the label's column by its name in the header or by its number from 1; null
   * for a column of a usual name, else the first.
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

  /** The next bytes of the file. @throws import/bad-table */
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

  /** The end of the file. @throws import/bad-table */
  end(): void {
    this.#read(this.#rest + this.#decode(new Uint8Array(), false))
    this.#rest = ''
    if (this.#scale === null) this.#decide(255)
    if (this.#header !== null && this.#layout === null) {
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
    this.#layout ??= this.#begin(line)
    if (this.#layout !== null) this.#row(line, this.#layout)
  }

  /** The layout by the first line of values; null for a header, which is kept. */
  #begin(line: string): Layout | null {
    const separator = separatorOf(line)
    const cells = this.#cells(line, separator)
    if (this.#header === null && this.#isHeader(cells, separator)) {
      this.#header = cells
      return null
    }
    const columns = this.#header?.length ?? cells.length
    const label = this.#labelIndex(columns)
    const pixels = this.#pixelColumns(columns, label)
    const side = Math.sqrt(pixels.length)
    this.#pixels = new Uint8Array(pixels.length)
    return { separator, columns, label, pixels, side }
  }

  /** A line of values has one word at most, its label. */
  #isHeader(cells: readonly string[], separator: string): boolean {
    const wanted = this.#labelColumn?.trim().toLowerCase()
    const names = cells.map((cell) => cell.trim().toLowerCase())
    if (names.some((name) => labelNames.has(name) || (name === wanted && !isNumber(name, separator)))) return true
    return cells.filter((cell) => !isNumber(cell, separator)).length > 1
  }

  #labelIndex(columns: number): number {
    const header = this.#header?.map((name) => name.trim().toLowerCase()) ?? []
    if (this.#labelColumn === null) {
      const found = header.findIndex((name) => labelNames.has(name))
      return found < 0 ? 0 : found
    }
    const named = header.indexOf(this.#labelColumn.trim().toLowerCase())
    if (named >= 0) return named
    const number = /^\d+$/.test(this.#labelColumn) ? Number(this.#labelColumn) : 0
    if (number >= 1 && number <= columns) return number - 1
    const known =
      header.length === 0 ? `it has no header, and ${columns} columns` : `its columns are ${shortened(header)}`
    throw new AppError(
      'import/bad-table',
      `${this.#name} has no column "${this.#labelColumn}" for the labels: ${known}. Name one of them, or its number from 1.`,
      { details: { file: this.#name } },
    )
  }

  #pixelColumns(columns: number, label: number): readonly number[] {
    const others = Array.from({ length: columns }, (_, index) => index).filter((index) => index !== label)
    const named = others.filter((index) =>
      /^(p|px|pix|pixel)?[ _-]?\d+([x_-]\d+)?$/i.test(this.#header?.[index]?.trim() ?? ''),
    )
    for (const candidates of [others, named]) {
      if (candidates.length > 0 && Number.isInteger(Math.sqrt(candidates.length))) return candidates
    }
    throw new AppError(
      'import/bad-table',
      `${this.#name} has ${columns} columns. Expected are a label and the pixels of a square picture, such as 1 + 784 for 28 x 28; ${others.length} columns beside the label make up no square.`,
      { details: { file: this.#name, columns } },
    )
  }

  #row(line: string, layout: Layout): void {
    const cells = this.#cells(line, layout.separator)
    if (cells.length !== layout.columns) {
      throw this.#bad(
        this.#line,
        `has ${grouped(cells.length)} values, where the lines before have ${grouped(layout.columns)}`,
      )
    }
    const label = labelOf((cells[layout.label] ?? '').trim(), layout.separator)
    if (label === '') throw this.#bad(this.#line, 'has no label')
    const values = this.#scale === null ? new Float64Array(layout.pixels.length) : this.#values
    layout.pixels.forEach((column, index) => {
      const cell = cells[column] ?? ''
      const value = numberIn(cell, layout.separator)
      // What is no number is not at least 0; an empty cell would be 0.
      if (!(value >= 0) || (value === 0 && cell.trim() === '')) throw this.#badPixel(this.#line, column, cell)
      values[index] = value
    })
    const row = { line: this.#line, label, values }
    if (this.#scale !== null) this.#tell(row, layout, this.#scale)
    else {
      this.#waiting.push(row)
      if (values.some((value) => value > 1)) this.#decide(1)
      else if (this.#waiting.length === UNDECIDED) this.#decide(255)
    }
  }

  /** Pixels are parts of 1, or they are bytes: known by the first lines that are not blank. */
  #decide(scale: 1 | 255): void {
    this.#scale = scale
    const waiting = this.#waiting
    this.#waiting = []
    const layout = this.#layout
    if (layout === null) return
    this.#values = new Float64Array(layout.pixels.length)
    for (const row of waiting) this.#tell(row, layout, scale)
  }

  #tell({ line, label, values }: Row, layout: Layout, scale: number): void {
    values.forEach((value, index) => {
      const pixel = Math.round(value * scale)
      if (pixel > 255) throw this.#badPixel(line, layout.pixels[index] ?? 0, String(value))
      this.#pixels[index] = pixel
    })
    this.#rows += 1
    this.#onRow({ line, label, pixels: this.#pixels, side: layout.side })
  }

  #badPixel(line: number, column: number, cell: string): AppError {
    const expected = this.#scale === 255 ? 'a number from 0 to 1, as in the lines before' : 'a number from 0 to 255'
    return this.#bad(
      line,
      `has ${JSON.stringify(cell.slice(0, 40))} in column ${column + 1}, where ${expected} should be`,
    )
  }

  /** The values of a line; those in quotes without them. */
  #cells(line: string, separator: string): readonly string[] {
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

function separatorOf(line: string): string {
  const counts = separators.map((separator) => line.split(separator).length - 1)
  const most = Math.max(...counts)
  return separators.find((_, index) => (counts[index] ?? 0) * 2 >= Math.max(1, most)) ?? ','
}

/** The number in a cell. Where values are not separated by commas, a comma may stand before a fraction. */
function numberIn(cell: string, separator: string): number {
  return Number(separator === ',' ? cell : cell.replace(',', '.'))
}

function isNumber(cell: string, separator: string): boolean {
  return cell.trim() !== '' && !Number.isNaN(numberIn(cell, separator))
}

/** `3.0` is the digit 3. */
function labelOf(cell: string, separator: string): string {
  const text = separator === ',' ? cell : cell.replace(/^(\d+),(0*)$/, '$1.$2')
  return /^\d+\.0*$/.test(text) ? text.slice(0, text.indexOf('.')) : text
}

function shortened(names: readonly string[]): string {
  return names.length > 6 ? `${names.slice(0, 6).join(', ')}, ...` : names.join(', ')
}
