/** Which part of a picture a table of numbers shows, where not all of it can be read. No React. */
import { SIDE } from '../../../data/image-set.ts'
import type { Slice } from './slice.ts'

export type Part = {
  readonly row: number
  readonly column: number
  /** Rows and columns of the part. */
  readonly rows: number
  readonly columns: number
}

/** The start of a part along an axis, moved into the picture. */
export function startWithin(start: number, size: number, whole: number): number {
  return Math.max(0, Math.min(whole - size, Math.round(start)))
}

/** Rows and columns at most where not all 28 fit: figures are larger then. */
const PART = 13
/** What a figure of 13 px needs, in CSS pixels, where all of them stand side by side, and in a part. */
const CELL = { width: 22, height: 13.5, heightInPart: 16 } as const
/** The line of column numbers. */
const HEADING = 24

/** As many rows and columns as the room has place for; before it was measured, a part. */
export function rowsAndColumns(width: number, height: number): { readonly rows: number; readonly columns: number } {
  if (width === 0) return { rows: PART, columns: PART }
  const wide = width >= (SIDE + 1) * CELL.width
  const rows = wide
    ? Math.floor(height / CELL.height) - 1
    : Math.min(PART, Math.floor((height - HEADING) / CELL.heightInPart))
  return { rows: Math.max(1, Math.min(SIDE, rows)), columns: wide ? SIDE : PART }
}

/** The part around the middle of the ink. */
function partAroundInk(pixels: Uint8Array, rows: number, columns: number): Part {
  let top = SIDE
  let bottom = -1
  let left = SIDE
  let right = -1
  pixels.forEach((value, index) => {
    if (value === 0) return
    const row = Math.floor(index / SIDE)
    const column = index % SIDE
    top = Math.min(top, row)
    bottom = Math.max(bottom, row)
    left = Math.min(left, column)
    right = Math.max(right, column)
  })
  if (bottom < 0) return clip({ row: (SIDE - rows) / 2, column: (SIDE - columns) / 2, rows, columns })
  return clip({ row: (top + bottom + 1 - rows) / 2, column: (left + right + 1 - columns) / 2, rows, columns })
}

function clip({ row, column, rows, columns }: Part): Part {
  return { row: startWithin(row, rows, SIDE), column: startWithin(column, columns, SIDE), rows, columns }
}

/** The part, moved so that a slice outside of it can be seen. */
function showing(slice: Slice | null, part: Part): Part {
  if (slice === null) return part
  const along = (start: number, size: number, { start: first, stop }: Slice['rows']): number =>
    first >= start && Math.min(stop, first + size) <= start + size ? start : first
  return clip({
    ...part,
    row: along(part.row, part.rows, slice.rows),
    column: along(part.column, part.columns, slice.columns),
  })
}

type Place = { readonly row: number; readonly column: number }

/** The part of an image: where a person has moved it to, else around the ink, else where a slice can be seen. */
export function partOf(
  pixels: Uint8Array,
  { rows, columns }: { readonly rows: number; readonly columns: number },
  slice: Slice | null,
  moved: Place | null,
): Part {
  if (moved !== null) return clip({ row: moved.row, column: moved.column, rows, columns })
  return showing(slice, partAroundInk(pixels, rows, columns))
}
