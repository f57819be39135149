/** Equal images are found exactly, within a set and between sets. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Datasets } from '../../data/datasets.ts'
import { findDuplicates } from '../../data/duplicates.ts'
import type { ImageSet } from '../../data/image-set.ts'
import { datasetsFolder, describeWithMnist } from '../mnist.ts'

function setOf(pictures: readonly Uint8Array[], height: number, width: number): ImageSet {
  const images = new Uint8Array(pictures.length * height * width)
  pictures.forEach((picture, index) => images.set(picture, index * height * width))
  return { images, labels: new Uint8Array(pictures.length), count: pictures.length, height, width }
}

/** Compares everything with everything. */
function slowly(pictures: readonly Uint8Array[]): number[][] {
  const groups = new Map<string, number[]>()
  pictures.forEach((picture, index) => {
    const key = picture.join()
    groups.set(key, [...(groups.get(key) ?? []), index])
  })
  return [...groups.values()].filter((group) => group.length > 1).toSorted((a, b) => a[0]! - b[0]!)
}

describe('duplicates', () => {
  test('are those that a comparison of all with all finds, whatever the sizes', () => {
    const cases = fc.integer({ min: 1, max: 5 }).chain((width) =>
      fc.record({
        width: fc.constant(width),
        // Few values, so that there are equal pictures.
        first: fc.array(fc.uint8Array({ minLength: width * 2, maxLength: width * 2, max: 1 }), { maxLength: 40 }),
        second: fc.array(fc.uint8Array({ minLength: width * 2, maxLength: width * 2, max: 1 }), { maxLength: 40 }),
      }),
    )
    fc.assert(
      fc.property(cases, ({ width, first, second }) => {
        const found = findDuplicates([setOf(first, 2, width), setOf(second, 2, width)])
        expect(found.map((group) => [...group])).toEqual(slowly([...first, ...second]))
      }),
    )
  })

  test('a single different pixel, anywhere, makes another picture', () => {
    const pictures = Array.from({ length: 784 }, (_, pixel) => {
      const picture = new Uint8Array(784).fill(7)
      picture[pixel] = 8
      return picture
    })
    expect(findDuplicates([setOf(pictures, 28, 28)])).toEqual([])
  })
})

describeWithMnist('of MNIST', () => {
  // NumPy: np.unique(images.reshape(70000, 784), axis=0) has 70,000 rows.
  test('there are none among its 70,000 images', async () => {
    const datasets = new Datasets({ dataDirectory: '/nowhere', searchFolders: [datasetsFolder ?? ''] })
    const halves = [await datasets.load('mnist', 'train'), await datasets.load('mnist', 'test')]
    expect(findDuplicates(halves)).toEqual([])
  })
})
