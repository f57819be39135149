/** The part of an image whose numbers are shown: how large it is, and where it lies. */
import { describe, expect, test } from 'vitest'
import { partOf, rowsAndColumns } from '../../renderer/pages/data/part.ts'
import { readSlice } from '../../renderer/pages/data/slice.ts'

/** An image with ink on these rows and columns, first and last included. */
function inked(top: number, bottom: number, left: number, right: number): Uint8Array {
  return Uint8Array.from({ length: 784 }, (_, index) => {
    const row = Math.floor(index / 28)
    const column = index % 28
    return row >= top && row <= bottom && column >= left && column <= right ? 200 : 0
  })
}

describe('how many numbers are shown', () => {
  test('all where figures of 13 px have room, and otherwise a part of 13 by 13', () => {
    expect(rowsAndColumns(660, 420)).toEqual({ rows: 28, columns: 28 })
    expect(rowsAndColumns(370, 320)).toEqual({ rows: 13, columns: 13 })
    expect(rowsAndColumns(0, 0)).toEqual({ rows: 13, columns: 13 })
  })

  test('fewer rows where a banner takes the height, so that figures never lie on each other', () => {
    for (let height = 40; height < 700; height += 1) {
      const part = rowsAndColumns(370, height)
      expect((height - 24) / part.rows).toBeGreaterThanOrEqual(16)
      const whole = rowsAndColumns(700, height)
      expect(height / (whole.rows + 1)).toBeGreaterThanOrEqual(13.5)
      expect(whole.columns).toBe(28)
    }
  })
})

describe('which part is shown', () => {
  const size = { rows: 13, columns: 13 }

  test('the one around the middle of the ink, within the picture', () => {
    expect(partOf(inked(6, 21, 8, 19), size, null, null)).toEqual({ row: 8, column: 8, ...size })
    expect(partOf(inked(0, 1, 26, 27), size, null, null)).toEqual({ row: 0, column: 15, ...size })
    expect(partOf(new Uint8Array(784), { rows: 8, columns: 8 }, null, null)).toEqual({ row: 10, column: 10, rows: 8, columns: 8 }) // prettier-ignore
  })

  test('moved so that a slice outside of it can be seen', () => {
    const { slice } = readSlice('[2:5, 9:12]', 28)
    expect(partOf(inked(6, 21, 8, 19), size, slice, null)).toEqual({ row: 2, column: 8, ...size })
  })

  test('where a person has moved it to, but not beyond the picture', () => {
    expect(partOf(inked(6, 21, 8, 19), size, null, { row: -3, column: 40 })).toEqual({ row: 0, column: 15, ...size })
  })
})
