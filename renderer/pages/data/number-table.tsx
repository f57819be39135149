/** A picture as the numbers that it is: each cell as gray as its value, as in the book: 0 white, 255 black. */
import { memo } from 'react'
import type { Ref } from 'react'
import { SIDE } from '../../../data/image-set.ts'
import styles from './number-table.module.css'

/** Above this value the figures are white. */
const WHITE_TEXT_ABOVE = 138

export type Window = {
  readonly row: number
  readonly column: number
  /** Rows and columns shown. */
  readonly size: number
}

type NumberTableProps = {
  readonly pixels: Uint8Array
  readonly window: Window
  readonly label: string
  /** The room that the table fills. */
  readonly frame: Ref<HTMLDivElement>
}

export const NumberTable = memo(function NumberTable({ pixels, window, label, frame }: NumberTableProps) {
  const rows = Array.from({ length: window.size }, (_, index) => window.row + index)
  const columns = Array.from({ length: window.size }, (_, index) => window.column + index)
  return (
    <div ref={frame} className={styles['frame']}>
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
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              {columns.map((column) => {
                const value = pixels[row * SIDE + column] ?? 0
                const gray = 255 - value
                const color = value > WHITE_TEXT_ABOVE ? '#fff' : value > 0 ? '#000' : '#757575'
                return (
                  <td key={column} style={{ background: `rgb(${gray},${gray},${gray})`, color }}>
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
