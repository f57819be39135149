/** Slices of a picture as Python writes them: [4:10,4:10] are the rows and columns 4 to 9. No React. */

/** Places `start`, `start + step`, ... before `stop`. */
export type Range = { readonly start: number; readonly stop: number; readonly step: number }
export type Slice = { readonly rows: Range; readonly columns: Range }

/** What a text stands for: a slice, or what is wrong with it in a few words. An empty text is neither. */
export type ReadSlice = { readonly slice: Slice | null; readonly problem: string | null }

const PART = /^(?:(-?\d+)|(-?\d*)\s*:\s*(-?\d*)\s*(?::\s*(-?\d*))?)$/

/** Reads `[4:10,4:10]`, `4:10, 4:10`, `[:, 14]`, `[-5:]`, `[::2, ::2]` of a picture of `side` rows and columns. */
export function readSlice(text: string, side: number): ReadSlice {
  const inner = text.trim().replace(/^\[/, '').replace(/\]$/, '').trim()
  if (inner === '') return { slice: null, problem: null }
  const parts = inner.split(',').map((part) => part.trim())
  if (parts.length > 2) return wrong('Two axes: rows, columns')
  const ranges: Range[] = []
  for (const part of parts) {
    const range = readRange(part, side)
    if (typeof range === 'string') return wrong(range)
    ranges.push(range)
  }
  const all = { start: 0, stop: side, step: 1 }
  const slice = { rows: ranges[0] ?? all, columns: ranges[1] ?? all }
  if (sizeOf(slice.rows) === 0 || sizeOf(slice.columns) === 0) return wrong('This slice is empty')
  return { slice, problem: null }
}

function wrong(problem: string): ReadSlice {
  return { slice: null, problem }
}

function readRange(part: string, side: number): Range | string {
  const found = PART.exec(part)
  if (found === null) return 'Write it like [4:10,4:10]'
  const [, single, from, to, by] = found
  if (single !== undefined) {
    const place = Number(single)
    if (place < -side || place >= side) return `Places go from 0 to ${side - 1}`
    const start = place < 0 ? place + side : place
    return { start, stop: start + 1, step: 1 }
  }
  const bound = (text: string | undefined, fallback: number): number => {
    if (text === undefined || text === '' || text === '-') return fallback
    const place = Number(text)
    return Math.max(0, Math.min(side, place < 0 ? place + side : place))
  }
  const step = by === undefined || by === '' ? 1 : Number(by)
  if (!(step >= 1)) return 'The step is 1 or more'
  return { start: bound(from, 0), stop: bound(to, side), step }
}

export function sizeOf({ start, stop, step }: Range): number {
  return Math.max(0, Math.ceil((stop - start) / step))
}

export function holds({ start, stop, step }: Range, place: number): boolean {
  return place >= start && place < stop && (place - start) % step === 0
}

/** `[4:10, 4:10]` */
export function sliceText({ rows, columns }: Slice): string {
  return `[${rangeText(rows)}, ${rangeText(columns)}]`
}

function rangeText({ start, stop, step }: Range): string {
  return step === 1 ? `${start}:${stop}` : `${start}:${stop}:${step}`
}

/** The slice that a drag from one cell to another covers. */
export function sliceBetween(
  first: { readonly row: number; readonly column: number },
  last: { readonly row: number; readonly column: number },
): Slice {
  const range = (a: number, b: number): Range => ({ start: Math.min(a, b), stop: Math.max(a, b) + 1, step: 1 })
  return { rows: range(first.row, last.row), columns: range(first.column, last.column) }
}

/** Its numbers row by row. */
export function valuesIn(pixels: Uint8Array, side: number, { rows, columns }: Slice): Uint8Array {
  const values = new Uint8Array(sizeOf(rows) * sizeOf(columns))
  let next = 0
  for (let row = rows.start; row < rows.stop; row += rows.step) {
    for (let column = columns.start; column < columns.stop; column += columns.step) {
      values[next] = pixels[row * side + column] ?? 0
      next += 1
    }
  }
  return values
}

/** Rows of numbers as Python reads them: `[[  0,  48],\n [ 93, 244]]`. */
export function numbersAsText(values: ArrayLike<number>, columns: number): string {
  const lines: string[] = []
  for (let start = 0; start < values.length; start += columns) {
    const cells = Array.from({ length: columns }, (_, index) => String(values[start + index] ?? 0).padStart(3))
    lines.push(`[${cells.join(', ')}]`)
  }
  return `[${lines.join(',\n ')}]`
}
