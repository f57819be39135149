/** The nearest images, against sorting all of them. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { imageAt, type ImageSet } from '../../../data/image-set.ts'
import { nearestImages } from '../../../native/averages/nearest-images.ts'

const pictures = fc.array(fc.uint8Array({ minLength: 12, maxLength: 12, max: 3 }), { minLength: 1, maxLength: 30 })

function setOf(list: readonly Uint8Array[]): ImageSet {
  const images = new Uint8Array(list.length * 12)
  list.forEach((picture, index) => images.set(picture, index * 12))
  return { images, labels: new Uint8Array(list.length), count: list.length, height: 3, width: 4 }
}

function squares(one: Uint8Array, other: Uint8Array): number {
  return one.reduce((sum, value, pixel) => sum + (value - other[pixel]!) ** 2, 0)
}

describe('the nearest images', () => {
  test('are the first of all when sorted by distance, without the image itself', () => {
    fc.assert(
      fc.property(pictures, fc.nat(29), fc.integer({ min: 0, max: 6 }), (list, which, count) => {
        const set = setOf(list)
        const own = which % list.length
        const pixels = imageAt(set, own)
        const expected = list
          .map((picture, index) => ({ index, sum: squares(picture, pixels) }))
          .filter(({ index }) => index !== own)
          .toSorted((a, b) => a.sum - b.sum || a.index - b.index)
          .slice(0, count)
        const found = nearestImages(set, pixels, count, own)
        expect(found.map(({ index }) => index)).toEqual(expected.map(({ index }) => index))
        found.forEach(({ distance }, place) => {
          expect(distance).toBeCloseTo(Math.sqrt(expected[place]!.sum / 12) / 255, 12)
        })
      }),
    )
  })

  test('want a picture of their size', () => {
    expect(() => nearestImages(setOf([new Uint8Array(12)]), new Uint8Array(11), 1, null)).toThrow(
      expect.objectContaining({ code: 'dataset/bad-shape' }),
    )
  })
})
