/** One image as numbers: its picture, what its numbers amount to, and the numbers themselves. */
import { useElementSize } from '@mantine/hooks'
import { useMemo, useState } from 'react'
import type { ImageDetail } from '../../../main/contract/types.ts'
import { useStore } from 'zustand'
import { SIDE } from '../../../data/image-set.ts'
import { decimals } from '../../ui/format.ts'
import { Facts, Heatmap, ScaleBar } from '../../ui/index.ts'
import { Histogram } from './histogram.tsx'
import { NumberTable } from './number-table.tsx'
import type { Window } from './number-table.tsx'
import type { AspectProps } from './one-image.tsx'
import { PartFrame, startWithin } from './part-frame.tsx'
import { chooseSlice, SliceField, sliceStore } from './slice-field.tsx'
import { sizeOf, sliceText, valuesIn } from './slice.ts'
import type { Slice } from './slice.ts'
import styles from './image-numbers.module.css'

/** Where there is room for all 28 x 28 figures; else a part of this many rows and columns is shown. */
const PART = 13
/** What a figure of 13 px needs, in CSS pixels, with a row and a column of headings. */
const ROOM = { width: 29 * 22, height: 29 * 13.5 } as const

/** The part around the middle of the ink. */
export function partAroundInk(pixels: Uint8Array, size = PART): Window {
  let top = SIDE
  let bottom = -1
  let left = SIDE
  let right = -1
  pixels.forEach((value, index) => {
    if (value === 0) return
    const row = Math.floor(index / SIDE)
    const column = index % SIDE
    top = Math.min(top, row)
    bottom = Math.max(bottom, row)
    left = Math.min(left, column)
    right = Math.max(right, column)
  })
  if (bottom < 0) return clip({ row: (SIDE - size) / 2, column: (SIDE - size) / 2, size })
  return clip({ row: (top + bottom + 1 - size) / 2, column: (left + right + 1 - size) / 2, size })
}

function clip({ row, column, size }: Window): Window {
  return { row: startWithin(row, size, SIDE), column: startWithin(column, size, SIDE), size }
}

/** The part, moved so that a slice outside of it can be seen. */
function showing(slice: Slice | null, part: Window): Window {
  if (slice === null) return part
  const along = (start: number, { start: first, stop }: Slice['rows']): number =>
    first >= start && Math.min(stop, first + part.size) <= start + part.size ? start : first
  return clip({ row: along(part.row, slice.rows), column: along(part.column, slice.columns), size: part.size })
}

export function ImageNumbers({ image, title }: AspectProps) {
  const { ref, width, height } = useElementSize<HTMLDivElement>()
  const large = width >= ROOM.width && height >= ROOM.height
  const [moved, setMoved] = useState<{ readonly of: ImageDetail; readonly window: Window } | null>(null)
  const { pixels } = image
  const { slice, histogram } = useStore(sliceStore)
  const around = useMemo(() => partAroundInk(pixels), [pixels])
  const part = moved !== null && moved.of === image ? moved.window : showing(slice, around)
  const window = useMemo(() => (large ? { row: 0, column: 0, size: SIDE } : part), [large, part])
  const values = useMemo(() => (slice === null ? pixels : valuesIn(pixels, SIDE, slice)), [pixels, slice])
  const zeros = values.reduce((count, value) => count + (value === 0 ? 1 : 0), 0)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const shape = slice === null ? [SIDE, SIDE] : [sizeOf(slice.rows), sizeOf(slice.columns)]

  const move = (row: number, column: number): void => {
    setMoved({ of: image, window: clip({ row, column, size: window.size }) })
  }

  return (
    <>
      <div className={styles['summary']}>
        <div className={styles['picture']}>
          <Heatmap values={pixels} width={SIDE} height={SIDE} scale="ink" range={255} label={title} />
          {large ? (
            <SliceFrame slice={slice} />
          ) : (
            <PartFrame
              of={{ rows: SIDE, columns: SIDE }}
              part={{ row: window.row, column: window.column, rows: window.size, columns: window.size }}
              onMove={move}
            />
          )}
        </div>
        <div className={styles['beside']}>
          {!large && histogram ? (
            <Histogram pixels={values} />
          ) : (
            <Facts
              rows={[
                [slice === null ? 'Shape' : 'Shape of the slice', <code key="shape">[{shape.join(', ')}]</code>],
                ['Zeros', `${zeros} of ${values.length}`],
                ['Mean', decimals(mean, 2)],
              ]}
            />
          )}
          <SliceField pixels={pixels} slice={slice} histogram={large ? null : histogram} />
        </div>
        {large ? <Histogram pixels={values} /> : null}
      </div>
      <p className="visually-hidden" role="status">
        {slice === null ? '' : `Slice ${sliceText(slice)}: ${shape.join(' by ')} numbers, ${zeros} of them zero.`}
      </p>
      <NumberTable
        frame={ref}
        pixels={pixels}
        window={window}
        label={`${title}, as numbers`}
        slice={slice}
        onSlice={chooseSlice}
      />
      <ScaleBar scale="ink" low="0 is white" high="255 is black" grow className={styles['scale']} />
    </>
  )
}

/** Where the slice lies in the picture. */
function SliceFrame({ slice }: { readonly slice: Slice | null }) {
  if (slice === null) return null
  const { rows, columns } = slice
  const share = (value: number): string => `${(value / SIDE) * 100}%`
  return (
    <span
      aria-hidden
      className={styles['sliced']}
      style={{
        left: share(columns.start),
        top: share(rows.start),
        width: share(columns.stop - columns.start),
        height: share(rows.stop - rows.start),
      }}
    />
  )
}
