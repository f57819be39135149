/** Where a slice is typed, with the button that copies its numbers, and the slice that is shown, kept from image to image. */
import { ActionIcon, TextInput } from '@mantine/core'
import { IconChartBar, IconCopy } from '@tabler/icons-react'
import { createStore, useStore } from 'zustand'
import { SIDE } from '../../../data/image-set.ts'
import { showToast } from '../../ui/index.ts'
import { copyText } from './copy-text.ts'
import { numbersAsText, readSlice, sizeOf, sliceText, valuesIn } from './slice.ts'
import type { Slice } from './slice.ts'
import styles from './image-numbers.module.css'

type SliceState = {
  readonly slice: Slice | null
  /** As it was typed; null for one that was dragged. */
  readonly typed: string | null
  /** Where there is no room for both: the histogram instead of the facts. */
  readonly histogram: boolean
}

export const sliceStore = createStore<SliceState>(() => ({ slice: null, typed: null, histogram: false }))

/** By dragging: takes the place of what was typed. */
export function chooseSlice(slice: Slice | null): void {
  sliceStore.setState({ slice, typed: null })
}

type SliceFieldProps = {
  readonly pixels: Uint8Array
  readonly slice: Slice | null
  /** Null where the histogram is always shown. */
  readonly histogram: boolean | null
}

export function SliceField({ pixels, slice, histogram }: SliceFieldProps) {
  const typed = useStore(sliceStore, (state) => state.typed)
  const text = typed ?? (slice === null ? '' : sliceText(slice))
  const { problem } = readSlice(text, SIDE)
  const take = (next: string): void => {
    const read = readSlice(next, SIDE)
    sliceStore.setState({ typed: next, ...(read.problem === null ? { slice: read.slice } : {}) })
  }
  const copy = async (): Promise<void> => {
    const values = slice === null ? pixels : valuesIn(pixels, SIDE, slice)
    const columns = slice === null ? SIDE : sizeOf(slice.columns)
    const what = slice === null ? 'All 784 numbers' : `The numbers of ${sliceText(slice)}`
    const copied = await copyText(numbersAsText(values, columns))
    showToast({ message: copied ? `${what} were copied.` : 'They could not be copied: the browser did not allow it.' })
  }
  return (
    <div className={styles['slice']}>
      <label htmlFor="slice">Slice</label>
      <TextInput
        id="slice"
        className={styles['typed'] ?? ''}
        data-chosen={slice !== null || undefined}
        value={text}
        placeholder="[4:10, 4:10]"
        spellCheck={false}
        autoComplete="off"
        aria-invalid={problem !== null}
        error={problem !== null}
        title={problem ?? 'Rows, then columns, as in Python. Or drag over the numbers.'}
        onChange={(event) => {
          take(event.currentTarget.value)
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          take('')
          event.currentTarget.blur()
        }}
      />
      <ActionIcon
        variant="subtle"
        title={slice === null ? 'Copy all numbers as text' : 'Copy the slice as text'}
        aria-label={slice === null ? 'Copy all numbers as text' : 'Copy the slice as text'}
        onClick={() => {
          void copy()
        }}
      >
        <IconCopy />
      </ActionIcon>
      {histogram === null ? null : (
        <ActionIcon
          variant={histogram ? 'default' : 'subtle'}
          title="How often each value occurs"
          aria-label="Histogram"
          aria-pressed={histogram}
          onClick={() => {
            sliceStore.setState({ histogram: !histogram })
          }}
        >
          <IconChartBar />
        </ActionIcon>
      )}
      {problem === null ? null : (
        <span role="alert" className={styles['problem']}>
          {problem}
        </span>
      )}
    </div>
  )
}
