/** A view of the Data page: how is a color picture stored? Three matrices that can be changed, and the picture that they add back to. */
import { Button, Select, Switch } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { IconPhoto } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import type { CSSProperties } from 'react'
import type { ErrorPayload } from '../../../../data/error.ts'
import { toErrorPayload } from '../../../../data/error.ts'
import { useStore } from 'zustand'
import { useShortcuts } from '../../../shell/keyboard.ts'
import { count } from '../../../ui/format.ts'
import { ErrorBanner, Panel } from '../../../ui/index.ts'
import { DataFrame } from '../frame.tsx'
import type { DataViewProps } from '../frame.tsx'
import { startWithin } from '../part.ts'
import type { Part } from '../part.ts'
import { PartFrame } from '../part-frame.tsx'
import { ChannelTable } from './channel-table.tsx'
import { ChosenCells } from './chosen-cells.tsx'
import { openPicture } from './open-picture.ts'
import { channels, channelTitles, LONGEST_SIDE, samplePicture } from './picture.ts'
import { alone, RgbCanvas } from './rgb-canvas.tsx'
import { colors, showPicture, toggle, undo } from './store.ts'
import styles from './color-picture.module.css'

/** What a figure of 13 px needs, in CSS pixels. */
const CELL = { width: 21.5, height: 18 } as const
const HEADINGS = { width: 22, height: 20 } as const
const sizes = ['8', '16', '24', String(LONGEST_SIDE)]

export function ColorPictureView(props: DataViewProps) {
  const { picture, on, selection, file } = useStore(colors)
  const [size, setSize] = useState('16')
  const { ref, width, height } = useElementSize<HTMLDivElement>()
  const [corner, setCorner] = useState({ row: 0, column: 0 })
  const [problem, setProblem] = useState<ErrorPayload | null>(null)
  const { rows, columns } = picture
  const fit = (room: number, headings: number, cell: number, most: number): number =>
    room === 0 ? Math.min(8, most) : Math.max(1, Math.min(most, Math.floor((room - headings) / cell)))
  const shownRows = fit(height, HEADINGS.height, CELL.height, rows)
  const shownColumns = fit(width, HEADINGS.width, CELL.width, columns)
  const part: Part = {
    row: startWithin(corner.row, shownRows, rows),
    column: startWithin(corner.column, shownColumns, columns),
    rows: shownRows,
    columns: shownColumns,
  }
  const whole = part.rows === rows && part.columns === columns
  useShortcuts('Color picture', [{ keys: 'Ctrl+Z', what: 'Undo the last change of a number', run: undo }])

  const open = async (chosen: File, longest: number): Promise<void> => {
    try {
      showPicture(await openPicture(chosen, longest), chosen)
      setProblem(null)
    } catch (thrown) {
      setProblem(toErrorPayload(thrown))
    }
  }
  const reach = (row: number, column: number): void => {
    setCorner({
      row: row < part.row ? row : row >= part.row + part.rows ? row - part.rows + 1 : part.row,
      column: column < part.column ? column : column >= part.column + part.columns ? column - part.columns + 1 : part.column, // prettier-ignore
    })
  }
  const off = channels.filter((channel) => !on[channel])

  return (
    <DataFrame
      {...props}
      question="How is a color picture stored?"
      answer={
        off.length === 0 ? (
          <>
            As three tables of {count(rows * columns, 'number')}: its shape is{' '}
            <b>
              [{rows}, {columns}, 3]
            </b>
            .
          </>
        ) : off.length === 3 ? (
          'Without red, green and blue there is no light: everything is black.'
        ) : (
          <>
            This is what it looks like <b>without {off.join(' and ')}</b>.
          </>
        )
      }
      explain={{ title: 'Three tables make one picture', text: explanation }}
      ofSet={false}
      actions={<OpenButtons onOpen={(chosen) => open(chosen, Number(size))} />}
      className={styles['layout']}
    >
      <Panel title="The picture" fact={`${rows} x ${columns} pixels`} className={styles['side']}>
        {problem === null ? null : <ErrorBanner error={problem} />}
        <div className={styles['picture']} style={{ '--aspect': columns / rows } as CSSProperties}>
          <RgbCanvas picture={picture} on={on} label="The picture that the three tables add up to" />
          {whole ? null : (
            <PartFrame
              of={{ rows, columns }}
              part={part}
              onMove={(row, column) => {
                setCorner({
                  row: startWithin(row, part.rows, rows),
                  column: startWithin(column, part.columns, columns),
                })
              }}
            />
          )}
        </div>
        {file === null ? null : (
          <Select
            label="Pixels along the longer side"
            data={sizes}
            value={size}
            onChange={(next) => {
              if (next === null) return
              setSize(next)
              void open(file, Number(next))
            }}
          />
        )}
      </Panel>
      <Panel label="Red, green and blue" className={styles['matrices']}>
        {channels.map((channel, index) => (
          <section key={channel} aria-label={channelTitles[channel]} className={styles['channel']}>
            <header>
              <span className={styles['thumb']}>
                <RgbCanvas picture={picture} on={alone(channel)} label="" />
              </span>
              <h2>{channelTitles[channel]}</h2>
              <Switch
                label={on[channel] ? 'on' : 'off'}
                aria-label={`${channelTitles[channel]} gives light`}
                checked={on[channel]}
                onChange={() => {
                  toggle(channel)
                }}
              />
            </header>
            <div ref={index === 0 ? ref : undefined} className={styles['room']}>
              <ChannelTable
                picture={picture}
                channel={channel}
                on={on[channel]}
                part={part}
                selection={selection}
                onReach={reach}
              />
            </div>
          </section>
        ))}
        <p className={styles['hint']}>
          Choose numbers by dragging, or with the arrow keys and Shift; then type a value from 0 to 255.
        </p>
      </Panel>
      <ChosenCells />
    </DataFrame>
  )
}

function OpenButtons({ onOpen }: { readonly onOpen: (file: File) => Promise<void> }) {
  const file = useStore(colors, (state) => state.file)
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      {file === null ? null : (
        <Button
          onClick={() => {
            showPicture(samplePicture(), null)
          }}
        >
          Built-in picture
        </Button>
      )}
      <Button leftSection={<IconPhoto />} onClick={() => input.current?.click()}>
        Open a picture…
      </Button>
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg"
        aria-label="A picture file, PNG or JPEG"
        hidden
        onChange={(event) => {
          const [chosen] = event.currentTarget.files ?? []
          event.currentTarget.value = ''
          if (chosen !== undefined) void onOpen(chosen)
        }}
      />
    </>
  )
}

const explanation = (
  <>
    <p>
      A gray picture is one table of numbers. A color picture is three: one says how much red light each pixel gives,
      one how much green, one how much blue, each from 0 to 255. Its shape has a third axis of length 3.
    </p>
    <p>
      <b>Light adds up.</b> Red and green together look yellow, all three white, none black. Switch a table off to see
      the picture without it.
    </p>
    <p>
      <b>Change numbers</b> in a table, or mix a pixel&apos;s color with the three values. Ctrl Z takes a change back. A
      picture of your own stays on this computer; it is made small, so that its numbers can be read.
    </p>
  </>
)
