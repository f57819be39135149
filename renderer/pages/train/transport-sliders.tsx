/** The two sliders that act while a run trains: its speed and its learning rate. */
import { Slider } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { changeTrainingSpeed, useSettings } from '../../store/settings.ts'
import { HIGHEST_POWER, LOWEST_POWER, positionOf, rateAt, rateText } from './learning-rate.ts'
import { placeOfSpeed, speedAt, speeds, speedText, speedWords } from './training-speed.ts'
import styles from './transport.module.css'

const common = { className: styles['slider'] ?? '', size: 4, thumbSize: 16, label: null } as const

/** Mini-batches a second, for the run that trains and those to come. */
export function SpeedSlider() {
  const settings = useSettings()
  const speed = settings?.trainingSpeed ?? null
  return (
    <div className={styles['speed']} title="Mini-batches a second at most; what is learned stays the same">
      <span aria-hidden>Speed</span>
      <b>{speedText(speed)}</b>
      <Slider
        {...common}
        min={0}
        max={speeds.length - 1}
        step={1}
        thumbLabel="Speed"
        thumbValueText={(place) => speedWords(speedAt(place))}
        disabled={settings === null}
        value={placeOfSpeed(speed)}
        onChange={(place) => void changeTrainingSpeed(speedAt(place))}
      />
    </div>
  )
}

/** After the thumb was let go: until then the engine has told the new rate, so that the thumb does not jump back for a moment. */
const ANSWER_MILLISECONDS = 400

/** `rate` is NaN while there is none. */
export function RateSlider({ rate, onChange }: { readonly rate: number; readonly onChange: (rate: number) => void }) {
  // While the thumb is held it shows what the hand does, not what the engine has heard so far.
  const [held, setHeld] = useState<number | null>(null)
  const letGo = useRef<ReturnType<typeof setTimeout> | null>(null)
  const keep = (position: number) => {
    if (letGo.current !== null) clearTimeout(letGo.current)
    setHeld(position)
  }
  useEffect(() => () => clearTimeout(letGo.current ?? undefined), [])
  const valid = Number.isFinite(rate) && rate > 0
  const shown = held === null ? rate : rateAt(held)
  return (
    <div className={styles['rate']}>
      <span aria-hidden>Learning rate</span>
      <b>{Number.isFinite(shown) ? rateText(shown) : '?'}</b>
      <Slider
        {...common}
        min={LOWEST_POWER}
        max={HIGHEST_POWER}
        step={0.05}
        thumbLabel="Learning rate"
        thumbValueText={(position) => rateText(held === null && valid ? rate : rateAt(position))}
        value={held ?? (valid ? positionOf(rate) : 0)}
        onChange={(position) => {
          keep(position)
          onChange(rateAt(position))
        }}
        onChangeEnd={(position) => {
          keep(position)
          letGo.current = setTimeout(() => setHeld(null), ANSWER_MILLISECONDS)
        }}
      />
    </div>
  )
}
