/** The chosen cells: how much red, green and blue light they give, what that adds up to, and ways back. */
import { Button, NumberInput, Slider } from '@mantine/core'
import { IconArrowBackUp, IconRefresh } from '@tabler/icons-react'
import { useRef } from 'react'
import { useStore } from 'zustand'
import { count } from '../../../ui/format.ts'
import { Panel } from '../../../ui/index.ts'
import { channels, channelTitles, commonValue } from './picture.ts'
import type { Channel } from './picture.ts'
import { cellsOf, colors, paint, startOver, undo } from './store.ts'
import styles from './color-picture.module.css'

export function ChosenCells() {
  const { picture, selection, past, original } = useStore(colors)
  const cells = cellsOf(selection)
  const number = (cells.bottom - cells.top + 1) * (cells.right - cells.left + 1)
  const at = cells.top * picture.columns + cells.left
  const color = channels.map((channel) => picture[channel][at] ?? 0)
  const where =
    number === 1
      ? `row ${cells.top}, column ${cells.left}`
      : `rows ${cells.top} to ${cells.bottom}, columns ${cells.left} to ${cells.right}`
  return (
    <Panel
      title={number === 1 ? 'One pixel' : count(number, 'pixel')}
      fact={number === 1 ? where : <span className="only-large">{where}</span>}
      className={styles['chosen']}
    >
      <div className={styles['mix']}>
        {channels.map((channel, index) => (
          <Light
            key={channel}
            channel={channel}
            value={commonValue(picture, channel, cells)}
            first={color[index] ?? 0}
            where={where}
          />
        ))}
        <div className={styles['sum']}>
          <span className={styles['swatch']} style={{ background: `rgb(${color.join(',')})` }} aria-hidden />
          <p>
            {number === 1 ? 'This pixel: ' : 'Its first pixel: '}
            <b>
              {color[0]}, {color[1]}, {color[2]}
            </b>
          </p>
        </div>
      </div>
      <div className={styles['back']}>
        <Button
          leftSection={<IconArrowBackUp />}
          disabled={past.length === 0}
          title={past.length === 0 ? 'Nothing was changed yet' : 'Ctrl Z'}
          onClick={undo}
        >
          Undo
        </Button>
        <Button
          variant="subtle"
          leftSection={<IconRefresh />}
          disabled={picture === original}
          title={picture === original ? 'The picture is as it was' : 'The picture as it was opened'}
          onClick={startOver}
        >
          Start over
        </Button>
      </div>
    </Panel>
  )
}

type LightProps = {
  readonly channel: Channel
  /** Null where the chosen cells differ. */
  readonly value: number | null
  /** Of the first chosen cell. */
  readonly first: number
  readonly where: string
}

/** How much light of one color: as a number, and where there is room, as a slider and what it looks like alone. */
function Light({ channel, value, first, where }: LightProps) {
  /** One edit, and one step of Undo, from the first change to the last of a drag or of what is typed. */
  const going = useRef(false)
  const change = (next: number): void => {
    if (next === value) return
    paint(next, { channel, further: going.current })
    going.current = true
  }
  const end = (): void => {
    going.current = false
  }
  const name = `${channelTitles[channel]} of ${where}`
  const alone = channels.map((each) => (each === channel ? (value ?? first) : 0))
  return (
    <div className={styles['light']}>
      <span className={styles['swatch']} style={{ background: `rgb(${alone.join(',')})` }} aria-hidden />
      <span aria-hidden>{channelTitles[channel]}</span>
      <NumberInput
        aria-label={name}
        min={0}
        max={255}
        clampBehavior="strict"
        allowDecimal={false}
        allowNegative={false}
        placeholder="mixed"
        value={value ?? ''}
        onChange={(next) => {
          if (typeof next === 'number') change(next)
        }}
        onFocus={end}
        onBlur={end}
      />
      <Slider
        className={styles['slider'] ?? ''}
        size={4}
        thumbSize={16}
        min={0}
        max={255}
        label={null}
        thumbLabel={`${name}, as a slider`}
        value={value ?? first}
        onChange={change}
        onChangeEnd={end}
      />
    </div>
  )
}
