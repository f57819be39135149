/** The dials of the simulated hand: which digit, how much writers differ, how much one hand varies, and which writers. */
import { Button, Select, Slider, TextInput } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import styles from './simulated-hand.module.css'

export type Dials = {
  /** Null: all ten by turns. */
  readonly digit: number | null
  /** 0 to 2; 1 is the built-in data set's. */
  readonly writers: number
  readonly instances: number
  readonly seed: number
}

type DialsProps = { readonly dials: Dials; readonly onChange: (dials: Dials) => void }

const MOST_SEED = 4_294_967_295
const digitChoices = [
  { value: 'all', label: 'all ten' },
  ...Array.from({ length: 10 }, (_, digit) => ({ value: String(digit), label: String(digit) })),
]

export function HandDials({ dials, onChange }: DialsProps) {
  const change = (part: Partial<Dials>) => {
    onChange({ ...dials, ...part })
  }
  return (
    <>
      <Dial
        label="Writers differ"
        note="Slant, width, pen, neatness and favorite forms, from row to row."
        value={dials.writers}
        onChange={(writers) => {
          change({ writers })
        }}
      />
      <Dial
        label="One hand varies"
        note="Shape, slant and pressure, from image to image in a row."
        value={dials.instances}
        onChange={(instances) => {
          change({ instances })
        }}
      />
      <div className={styles['choices']}>
        <Select
          label="Digit"
          value={dials.digit === null ? 'all' : String(dials.digit)}
          data={digitChoices}
          allowDeselect={false}
          onChange={(digit) => {
            change({ digit: digit === null || digit === 'all' ? null : Number(digit) })
          }}
        />
        <Seed
          key={dials.seed}
          seed={dials.seed}
          onChange={(seed) => {
            change({ seed })
          }}
        />
        <Button
          leftSection={<IconRefresh />}
          onClick={() => {
            change({ seed: dials.seed === MOST_SEED ? 0 : dials.seed + 1 })
          }}
        >
          Others
        </Button>
      </div>
    </>
  )
}

type DialProps = {
  readonly label: string
  readonly note: string
  readonly value: number
  readonly onChange: (value: number) => void
}

function Dial({ label, note, value, onChange }: DialProps) {
  return (
    <div className={styles['dial']}>
      <span aria-hidden>{label}</span>
      <b>{factorText(value)}</b>
      <Slider
        className={styles['slider'] ?? ''}
        size={4}
        thumbSize={16}
        min={0}
        max={2}
        step={0.05}
        label={null}
        thumbLabel={label}
        thumbValueText={factorText}
        value={value}
        onChange={onChange}
      />
      <p>{note}</p>
    </div>
  )
}

export function factorText(factor: number): string {
  if (factor === 0) return 'not at all'
  if (factor === 1) return 'as in the data set'
  return `${factor.toFixed(2)} times that`
}

function Seed({ seed, onChange }: { readonly seed: number; readonly onChange: (seed: number) => void }) {
  const [typed, setTyped] = useState(String(seed))
  const valid = /^\d{1,10}$/.test(typed) && Number(typed) <= MOST_SEED
  const take = () => {
    if (valid && Number(typed) !== seed) onChange(Number(typed))
  }
  return (
    <TextInput
      label="Seed"
      inputMode="numeric"
      value={typed}
      error={valid ? undefined : 'A whole number'}
      onChange={(event) => {
        setTyped(event.currentTarget.value)
      }}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take()
      }}
    />
  )
}
