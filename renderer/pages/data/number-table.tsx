/** A picture as the numbers that it is: each cell as gray as its value, as in the book: 0 white, 255 black. */
import { memo, useRef } from 'react'
import type { PointerEvent, Ref } from 'react'
import { SIDE } from '../../../data/image-set.ts'
import type { Part } from './part.ts'
import { holds, sliceBetween } from './slice.ts'
import type { Slice } from './slice.ts'
import styles from './number-table.module.css'

/** Above this value the figures are white. */
const WHITE_TEXT_ABOVE = 138

type NumberTableProps = {
  readonly pixels: Uint8Array
  readonly part: Part
  readonly label: string
  /** The room that the table fills. */
  readonly frame: Ref<HTMLDivElement>
  /** The cells that are framed. */
  readonly slice: Slice | null
  /** Called while cells are dragged over. */
  readonly onSlice: (slice: Slice) => void
}

type Cell = { readonly row: number; readonly column: number }

function cellAt(event: PointerEvent): Cell | null {
  const cell = document.elementFromPoint(event.clientX, event.clientY)?.closest('td')
  const { row, column } = cell instanceof HTMLElement ? cell.dataset : {}
  return row === undefined || column === undefined ? null : { row: Number(row), column: Number(column) }
}

/** Lines along the sides of a cell that look out of the slice. */
function edges({ rows, columns }: Slice, row: number, column: number): string | undefined {
  if (!holds(rows, row) || !holds(columns, column)) return undefined
  const lines = [
    holds(rows, row - 1) ? '' : 'inset 0 2px var(--mark-line)',
    holds(rows, row + 1) ? '' : 'inset 0 -2px var(--mark-line)',
    holds(columns, column - 1) ? '' : 'inset 2px 0 var(--mark-line)',
    holds(columns, column + 1) ? '' : 'inset -2px 0 var(--mark-line)',
  ].filter((line) => line !== '')
  return lines.length === 0 ? undefined : lines.join(', ')
}

export const NumberTable = memo(function NumberTable(props: NumberTableProps) {
  const { pixels, part, label, frame, slice, onSlice } = props
  const first = useRef<Cell | null>(null)
  const rows = Array.from({ length: part.rows }, (_, index) => part.row + index)
  const columns = Array.from({ length: part.columns }, (_, index) => part.column + index)
  return (
    <div ref={frame} className={styles['frame']} data-dense={part.columns === SIDE || undefined}>
      <table className={styles['table']} aria-label={label}>
        <thead>
          <tr>
            <td />
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody
          onPointerDown={(event) => {
            if (event.button !== 0) return
            first.current = cellAt(event)
            if (first.current !== null) onSlice(sliceBetween(first.current, first.current))
          }}
          onPointerMove={(event) => {
            if (event.buttons === 0 || first.current === null) return
            const last = cellAt(event)
            if (last !== null) onSlice(sliceBetween(first.current, last))
          }}
        >
          {rows.map((row) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              {columns.map((column) => {
                const value = pixels[row * SIDE + column] ?? 0
                const gray = 255 - value
                const color = value > WHITE_TEXT_ABOVE ? '#fff' : value > 0 ? '#000' : '#757575'
                return (
                  <td
                    key={column}
                    data-row={row}
                    data-column={column}
                    style={{
                      background: `rgb(${gray},${gray},${gray})`,
                      color,
                      boxShadow: slice === null ? undefined : edges(slice, row, column),
                    }}
                  >
                    {value}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
})
