/** One matrix of a color picture as numbers that can be changed: choose cells by mouse or keys, then type a value. */
import { useId, useRef } from 'react'
import type { CSSProperties, KeyboardEvent, PointerEvent } from 'react'
import type { Part } from '../part.ts'
import { cellColors } from './cell-color.ts'
import { channelTitles } from './picture.ts'
import type { Cells, Channel, ColorPicture } from './picture.ts'
import { cellsOf, choose, paint } from './store.ts'
import type { Selection } from './store.ts'
import styles from './color-picture.module.css'

type ChannelTableProps = {
  readonly picture: ColorPicture
  readonly channel: Channel
  /** Gives light; else its numbers count for nothing. */
  readonly on: boolean
  readonly part: Part
  readonly selection: Selection
  /** Called when the keys went to this place, so that it can be brought into sight. */
  readonly onReach: (row: number, column: number) => void
}

export function ChannelTable({ picture, channel, on, part, selection, onReach }: ChannelTableProps) {
  const id = useId()
  /** Figures typed since the last move. */
  const typed = useRef('')
  const own = selection.channel === channel
  const cells = own ? cellsOf(selection) : null
  const rows = Array.from({ length: part.rows }, (_, index) => part.row + index)
  const columns = Array.from({ length: part.columns }, (_, index) => part.column + index)
  const focus = own ? selection.to : { row: part.row, column: part.column }

  const select = (row: number, column: number, extend: boolean): void => {
    typed.current = ''
    const to = { row, column }
    choose({ channel, from: extend && own ? selection.from : to, to })
  }
  const drag = (event: PointerEvent): void => {
    const cell = document.elementFromPoint(event.clientX, event.clientY)?.closest('[data-of]')
    const { row, column, of } = cell instanceof HTMLElement ? cell.dataset : {}
    if (of !== channel || row === undefined || column === undefined) return
    select(Number(row), Number(column), event.type === 'pointermove' || event.shiftKey)
  }
  const keyDown = (event: KeyboardEvent): void => {
    const control = event.ctrlKey || event.metaKey
    const move = moves[event.key]
    if (move !== undefined && !control) {
      const row = clamp(focus.row + move[0], picture.rows)
      const column = clamp(focus.column + move[1], picture.columns)
      select(row, column, event.shiftKey)
      onReach(row, column)
    } else if (/^\d$/.test(event.key) && !control) {
      const longer = typed.current + event.key
      const fits = longer.length <= 3 && Number(longer) <= 255
      const further = typed.current !== '' && fits
      typed.current = fits ? longer : event.key
      if (own) paint(Number(typed.current), { further })
    } else if (event.key === 'Backspace' && typed.current !== '') {
      typed.current = typed.current.slice(0, -1)
      paint(Number(typed.current), { further: true })
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      typed.current = ''
      paint(0)
    } else if (event.key.toLowerCase() === 'a' && control) {
      typed.current = ''
      const to = { row: picture.rows - 1, column: picture.columns - 1 }
      choose({ channel, from: { row: 0, column: 0 }, to })
    } else return
    event.preventDefault()
  }

  const counts: CSSProperties & Readonly<Record<'--rows' | '--columns', number>> = {
    '--rows': part.rows,
    '--columns': part.columns,
  }

  return (
    <div
      role="grid"
      aria-label={`${channelTitles[channel]}, 0 to 255${on ? '' : ', switched off'}`}
      aria-multiselectable
      aria-rowcount={picture.rows + 1}
      aria-colcount={picture.columns + 1}
      aria-activedescendant={`${id}-${focus.row}-${focus.column}`}
      tabIndex={0}
      className={styles['table']}
      style={counts}
      data-off={!on || undefined}
      onKeyDown={keyDown}
      onFocus={() => {
        if (!own) choose({ ...selection, channel })
      }}
      onPointerDown={(event) => {
        if (event.button === 0) drag(event)
      }}
      onPointerMove={(event) => {
        if (event.buttons === 1 && own) drag(event)
      }}
    >
      <div role="row" className={styles['row']}>
        <span role="columnheader" aria-label="row" />
        {columns.map((column) => (
          <span key={column} role="columnheader" className={styles['heading']}>
            {column}
          </span>
        ))}
      </div>
      {rows.map((row) => (
        <div key={row} role="row" className={styles['row']} aria-rowindex={row + 2}>
          <span role="rowheader" className={styles['heading']}>
            {row}
          </span>
          {columns.map((column) => {
            const value = picture[channel][row * picture.columns + column] ?? 0
            return (
              <span
                key={column}
                id={`${id}-${row}-${column}`}
                role="gridcell"
                aria-selected={cells !== null && within(cells, row, column)}
                className={styles['cell']}
                data-of={channel}
                data-row={row}
                data-column={column}
                style={{
                  ...(on ? cellColors(channel, value) : {}),
                  boxShadow: cells === null ? undefined : edges(cells, row, column),
                }}
              >
                {value}
              </span>
            )
          })}
        </div>
      ))}
    </div>
  )
}

const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

function clamp(place: number, size: number): number {
  return Math.max(0, Math.min(size - 1, place))
}

function within({ top, bottom, left, right }: Cells, row: number, column: number): boolean {
  return row >= top && row <= bottom && column >= left && column <= right
}

/** Light and dark side by side, so that it is seen on every color. */
function edge(light: string, dark: string): string {
  return `inset ${light} var(--edge-light), inset ${dark} var(--edge-dark)`
}

function edges(cells: Cells, row: number, column: number): string | undefined {
  if (!within(cells, row, column)) return undefined
  const lines = [
    row === cells.top ? edge('0 2px', '0 3px') : '',
    row === cells.bottom ? edge('0 -2px', '0 -3px') : '',
    column === cells.left ? edge('2px 0', '3px 0') : '',
    column === cells.right ? edge('-2px 0', '-3px 0') : '',
  ].filter((line) => line !== '')
  return lines.length === 0 ? undefined : lines.join(', ')
}
