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
import type { AspectProps } from './one-image.tsx'
import { PartFrame, startWithin } from './part-frame.tsx'
import type { Part } from './part-frame.tsx'
import { chooseSlice, SliceField, sliceStore } from './slice-field.tsx'
import { sizeOf, sliceText, valuesIn } from './slice.ts'
import type { Slice } from './slice.ts'
import styles from './image-numbers.module.css'

/** Rows and columns at most where not all 28 fit: figures are larger then. */
const PART = 13
/** What a figure of 13 px needs, in CSS pixels, where all of them stand side by side, and in a part. */
const CELL = { width: 22, height: 13.5, heightInPart: 16 } as const
/** The line of column numbers. */
const HEADING = 24

/** As many rows and columns as the room has place for; before it was measured, a part. */
export function rowsAndColumns(width: number, height: number): { readonly rows: number; readonly columns: number } {
  if (width === 0) return { rows: PART, columns: PART }
  const wide = width >= (SIDE + 1) * CELL.width
  const rows = wide
    ? Math.floor(height / CELL.height) - 1
    : Math.min(PART, Math.floor((height - HEADING) / CELL.heightInPart))
  return { rows: Math.max(1, Math.min(SIDE, rows)), columns: wide ? SIDE : PART }
}

/** The part around the middle of the ink. */
function partAroundInk(pixels: Uint8Array, rows: number, columns: number): Part {
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
  if (bottom < 0) return clip({ row: (SIDE - rows) / 2, column: (SIDE - columns) / 2, rows, columns })
  return clip({ row: (top + bottom + 1 - rows) / 2, column: (left + right + 1 - columns) / 2, rows, columns })
}

function clip({ row, column, rows, columns }: Part): Part {
  return { row: startWithin(row, rows, SIDE), column: startWithin(column, columns, SIDE), rows, columns }
}

/** The part, moved so that a slice outside of it can be seen. */
function showing(slice: Slice | null, part: Part): Part {
  if (slice === null) return part
  const along = (start: number, size: number, { start: first, stop }: Slice['rows']): number =>
    first >= start && Math.min(stop, first + size) <= start + size ? start : first
  return clip({
    ...part,
    row: along(part.row, part.rows, slice.rows),
    column: along(part.column, part.columns, slice.columns),
  })
}

export function ImageNumbers({ image, title }: AspectProps) {
  const { ref, width, height } = useElementSize<HTMLDivElement>()
  const { rows, columns } = rowsAndColumns(width, height)
  const wide = columns === SIDE
  const whole = wide && rows === SIDE
  /** Where a person has moved the part to, of this image. */
  const [moved, setMoved] = useState<{
    readonly of: ImageDetail
    readonly row: number
    readonly column: number
  } | null>(null)
  const { pixels } = image
  const { slice, histogram } = useStore(sliceStore)
  const part = useMemo(
    () =>
      moved !== null && moved.of === image
        ? clip({ row: moved.row, column: moved.column, rows, columns })
        : showing(slice, partAroundInk(pixels, rows, columns)),
    [moved, image, slice, pixels, rows, columns],
  )
  const values = useMemo(() => (slice === null ? pixels : valuesIn(pixels, SIDE, slice)), [pixels, slice])
  const zeros = values.reduce((count, value) => count + (value === 0 ? 1 : 0), 0)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const shape = slice === null ? [SIDE, SIDE] : [sizeOf(slice.rows), sizeOf(slice.columns)]

  const move = (row: number, column: number): void => {
    setMoved({ of: image, row, column })
  }

  return (
    <>
      <div className={styles['summary']} data-wide={wide || undefined}>
        <div className={styles['picture']}>
          <Heatmap values={pixels} width={SIDE} height={SIDE} scale="ink" range={255} label={title} />
          {whole ? (
            <SliceFrame slice={slice} />
          ) : (
            <PartFrame of={{ rows: SIDE, columns: SIDE }} part={part} onMove={move} />
          )}
        </div>
        <div className={styles['beside']}>
          {!wide && histogram ? (
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
          <SliceField pixels={pixels} slice={slice} histogram={wide ? null : histogram} />
        </div>
        {wide ? <Histogram pixels={values} /> : null}
      </div>
      <p className="visually-hidden" role="status">
        {slice === null ? '' : `Slice ${sliceText(slice)}: ${shape.join(' by ')} numbers, ${zeros} of them zero.`}
      </p>
      <NumberTable
        frame={ref}
        pixels={pixels}
        part={part}
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
