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
import { partOf, rowsAndColumns } from './part.ts'
import { PartFrame } from './part-frame.tsx'
import { chooseSlice, SliceField, sliceStore } from './slice-field.tsx'
import { sizeOf, sliceText, valuesIn } from './slice.ts'
import type { Slice } from './slice.ts'
import styles from './image-numbers.module.css'

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
    () => partOf(pixels, { rows, columns }, slice, moved !== null && moved.of === image ? moved : null),
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
