/** The frame on a picture that says which part of it a table shows; drag it, or move it with the arrow keys. */
import type { KeyboardEvent, PointerEvent } from 'react'
import type { Part } from './part.ts'
import styles from './part-frame.module.css'

type PartFrameProps = {
  /** Rows and columns of the picture. */
  readonly of: { readonly rows: number; readonly columns: number }
  readonly part: Part
  /** With the wanted place of the upper left corner, which may lie outside of the picture. */
  readonly onMove: (row: number, column: number) => void
}

export function PartFrame({ of, part, onMove }: PartFrameProps) {
  const share = (value: number, whole: number): string => `${(value / whole) * 100}%`
  const place = (event: PointerEvent<HTMLElement>): void => {
    if (event.buttons === 0) return
    const box = event.currentTarget.getBoundingClientRect()
    onMove(
      ((event.clientY - box.top) / box.height) * of.rows - part.rows / 2,
      ((event.clientX - box.left) / box.width) * of.columns - part.columns / 2,
    )
  }
  const keyDown = (event: KeyboardEvent): void => {
    const { row, column } = part
    if (event.key === 'ArrowUp') onMove(row - 1, column)
    else if (event.key === 'ArrowDown') onMove(row + 1, column)
    else if (event.key === 'ArrowLeft') onMove(row, column - 1)
    else if (event.key === 'ArrowRight') onMove(row, column + 1)
    else return
    event.preventDefault()
  }
  return (
    <button
      type="button"
      className={styles['part']}
      aria-label={`Part shown: rows ${part.row} to ${part.row + part.rows - 1}, columns ${part.column} to ${part.column + part.columns - 1}. Arrow keys move it.`}
      title="Drag to show another part"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        place(event)
      }}
      onPointerMove={place}
      onKeyDown={keyDown}
    >
      <span
        style={{
          left: share(part.column, of.columns),
          top: share(part.row, of.rows),
          width: share(part.columns, of.columns),
          height: share(part.rows, of.rows),
        }}
      />
    </button>
  )
}
