/** Sorting images by a measure without a callback gives what a stable sort with one gives. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sortByKeys } from '../../../main/engine/sort-by-keys.ts'

describe('images sorted by a measure', () => {
  test.each([false, true])('are in order, those that tie by their number; descending: %s', (descending) => {
    const keys = fc.array(fc.oneof(fc.float({ noNaN: true }), fc.constantFrom(0, -0, 1, -1, 0.5)), { maxLength: 200 })
    fc.assert(
      fc.property(keys, (list) => {
        const measure = Float32Array.from(list)
        const images = Uint32Array.from(list, (_, index) => index)
        const sign = descending ? -1 : 1
        const expected = [...images].toSorted((a, b) => sign * compare(measure[a]!, measure[b]!) || a - b)
        expect([...sortByKeys(images, measure, descending)]).toEqual(expected)
      }),
    )
  })

  test('only the given images are sorted', () => {
    expect([...sortByKeys(Uint32Array.of(3, 0, 2), Float32Array.of(5, 9, 1, 4), false)]).toEqual([2, 3, 0])
  })
})

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
