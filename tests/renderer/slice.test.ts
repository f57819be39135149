/** Slices of a picture as Python writes them. */
import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import {
  holds,
  numbersAsText,
  readSlice,
  sizeOf,
  sliceBetween,
  sliceText,
  valuesIn,
} from '../../renderer/pages/data/slice.ts'

/** The places of a range that Python's own rules give, written apart from the reader. */
function places(from: number | null, to: number | null, step: number, side: number): number[] {
  const at = (place: number): number => (place < 0 ? place + side : place)
  const all: number[] = []
  for (let place = 0; place < side; place += 1) {
    const start = Math.max(0, from === null ? 0 : at(from))
    const stop = to === null ? side : at(to)
    if (place >= start && place < stop && (place - start) % step === 0) all.push(place)
  }
  return all
}

describe('a slice', () => {
  test.each([
    ['[4:10,4:10]', '[4:10, 4:10]'],
    [' 4:10 , 4:10 ', '[4:10, 4:10]'],
    ['[4:10]', '[4:10, 0:28]'],
    ['[:, 14]', '[0:28, 14:15]'],
    ['[-5:,:-20]', '[23:28, 0:8]'],
    ['[::2,1::3]', '[0:28:2, 1:28:3]'],
    ['[-1,-1]', '[27:28, 27:28]'],
    ['[0:100,:]', '[0:28, 0:28]'],
  ])('%s is read as %s', (text, expected) => {
    const { slice, problem } = readSlice(text, 28)
    expect(problem).toBeNull()
    expect(slice === null ? null : sliceText(slice)).toBe(expected)
  })

  test.each([
    ['[4:10,4:10,1]', 'axes'],
    ['[a:b]', '[4:10,4:10]'],
    ['[28]', '27'],
    ['[10:4]', 'empty'],
    ['[::0]', 'step'],
    ['[::-1]', 'step'],
  ])('%s is refused: %s', (text, word) => {
    const { slice, problem } = readSlice(text, 28)
    expect(slice).toBeNull()
    expect(problem).toContain(word)
  })

  test('nothing typed is no slice and no mistake', () => {
    expect(readSlice('  ', 28)).toEqual({ slice: null, problem: null })
    expect(readSlice('[]', 28)).toEqual({ slice: null, problem: null })
  })

  test('any bounds and steps hold the places that Python gives', () => {
    const bound = fc.option(fc.integer({ min: -40, max: 40 }))
    fc.assert(
      fc.property(bound, bound, fc.integer({ min: 1, max: 9 }), (from, to, step) => {
        const expected = places(from, to, step, 28)
        const { slice } = readSlice(`[${from ?? ''}:${to ?? ''}:${step}]`, 28)
        const found = slice === null ? [] : Array.from({ length: 28 }, (_, place) => place).filter((place) => holds(slice.rows, place)) // prettier-ignore
        expect(found).toEqual(expected)
        if (slice !== null) expect(sizeOf(slice.rows)).toBe(expected.length)
      }),
      { seed: 1 },
    )
  })

  test('a drag in any direction covers both ends', () => {
    const corner = { row: 10, column: 3 }
    const other = { row: 4, column: 9 }
    expect(sliceText(sliceBetween(corner, other))).toBe('[4:11, 3:10]')
    expect(sliceBetween(other, corner)).toEqual(sliceBetween(corner, other))
  })

  test('its numbers come row by row, and as text that Python reads', () => {
    const pixels = Uint8Array.from({ length: 16 }, (_, index) => index * 10)
    const { slice } = readSlice('[1:3,::2]', 4)
    const values = valuesIn(pixels, 4, slice!)
    expect([...values]).toEqual([40, 60, 80, 100])
    expect(numbersAsText(values, 2)).toBe('[[ 40,  60],\n [ 80, 100]]')
  })
})
