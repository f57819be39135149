/** The chosen cells: their color, their value in the chosen table, which can be changed, and ways back. */
import { Button, NumberInput } from '@mantine/core'
import { IconArrowBackUp, IconRefresh } from '@tabler/icons-react'
import { useStore } from 'zustand'
import { channels, channelTitles, commonValue } from './picture.ts'
import { cellsOf, colors, paint, startOver, undo } from './store.ts'
import styles from './color-picture.module.css'

export function ChosenCells() {
  const { picture, selection, past, original } = useStore(colors)
  const { channel } = selection
  const cells = cellsOf(selection)
  const number = (cells.bottom - cells.top + 1) * (cells.right - cells.left + 1)
  const at = cells.top * picture.columns + cells.left
  const color = channels.map((own) => picture[own][at] ?? 0)
  const value = commonValue(picture, channel, cells)
  const where =
    number === 1
      ? `row ${cells.top}, column ${cells.left}`
      : `rows ${cells.top} to ${cells.bottom}, columns ${cells.left} to ${cells.right}`
  return (
    <>
      <div className={styles['color']}>
        <span className={styles['swatch']} style={{ background: `rgb(${color.join(',')})` }} aria-hidden />
        <span>
          {number === 1 ? 'This pixel: ' : 'Its first pixel: '}
          <b>
            {color[0]}, {color[1]}, {color[2]}
          </b>
        </span>
      </div>
      <NumberInput
        label={`${channelTitles[channel]} of ${where}`}
        min={0}
        max={255}
        clampBehavior="strict"
        allowDecimal={false}
        allowNegative={false}
        placeholder="different values"
        value={value ?? ''}
        onChange={(next) => {
          if (typeof next === 'number' && next !== value) paint(next)
        }}
      />
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
      <p className="caption">Choose numbers in a table, then type a value from 0 to 255.</p>
    </>
  )
}
