import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { labelImages, readIdxImages, readIdxLabels } from '../../../data/idx.ts'
import { imageAt, type ImageSet } from '../../../data/image-set.ts'
import { averagesOf } from '../../../native/averages/average-digits.ts'
import { sumByClass, sumBytes } from '../../../native/averages/class-sums.ts'
import { NearestAverage } from '../../../native/averages/nearest-average.ts'
import { distances } from '../../../native/averages/distances.ts'
import { describeWithMnist } from '../../mnist.ts'

const sets: fc.Arbitrary<ImageSet> = fc.integer({ min: 1, max: 40 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    height: fc.constant(2),
    width: fc.constant(4),
    images: fc.uint8Array({ minLength: count * 8, maxLength: count * 8 }),
    labels: fc.uint8Array({ minLength: count, maxLength: count, max: 2 }),
  }),
)

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

describe('averages of classes', () => {
  test('are the mean of pixels / 255', () => {
    const set: ImageSet = {
      images: new Uint8Array([0, 255, 51, 102, 9, 9, 255, 255, 51, 0]),
      labels: new Uint8Array([1, 1, 0, 2, 1]),
      count: 5,
      height: 1,
      width: 2,
    }
    const averages = averagesOf(set, [1, 2])
    expect([...averages.counts]).toEqual([3, 1])
    ;[(0 + 51 + 51) / 3 / 255, (255 + 102) / 3 / 255, 1, 1].forEach((mean, index) => {
      expect(averages.means[index]).toBeCloseTo(mean, 7)
    })
  })

  test('do not overflow where thousands of images are full of ink', () => {
    const count = 3000
    const images = new Uint8Array(count * 8).fill(255)
    const set: ImageSet = { images, labels: new Uint8Array(count), count, height: 2, width: 4 }
    expect([...averagesOf(set, [0]).means]).toEqual(new Array(8).fill(1))
  })

  test('are summed alike by words and by bytes', () => {
    fc.assert(
      fc.property(sets, (set) => {
        expect(sumByClass(set, [0, -1, 1], 2)).toEqual(sumBytes(set, [0, -1, 1], 2))
      }),
    )
  })

  test('need at least one image of each digit', () => {
    const set: ImageSet = { images: new Uint8Array(4), labels: new Uint8Array([1]), count: 1, height: 2, width: 2 }
    expect(() => averagesOf(set, [1, 7])).toThrow('None of the 1 images is labeled 7')
  })
})

describe('nearest average', () => {
  test('gives the distances of their definitions', () => {
    fc.assert(
      fc.property(sets, fc.uint8Array({ minLength: 8, maxLength: 8 }), (set, picture) => {
        const digits = [...new Set(set.labels)]
        const averages = averagesOf(set, digits)
        const l1 = new NearestAverage(averages, 'l1').distances(picture)
        const rmse = new NearestAverage(averages, 'rmse').distances(picture)
        digits.forEach((_, index) => {
          const differences = [...picture].map((level, pixel) => level / 255 - (averages.means[index * 8 + pixel] ?? 0))
          expect(l1[index]).toBeCloseTo(meanOf(differences.map(Math.abs)), 12)
          expect((rmse[index] ?? 0) ** 2).toBeCloseTo(meanOf(differences.map((difference) => difference ** 2)), 12)
        })
      }),
    )
  })

  test('evaluates as it predicts each image', () => {
    fc.assert(
      fc.property(sets, fc.constantFrom(...distances), (set, distance) => {
        const digits = [...new Set(set.labels)].sort((a, b) => a - b)
        const model = new NearestAverage(averagesOf(set, digits), distance)
        const { confusion, overall, count, perDigit, mean } = model.evaluate(set)
        const expected = digits.map((truth) =>
          digits.map(
            (answer) =>
              [...set.labels].filter((label, index) => label === truth && model.predict(imageAt(set, index)) === answer)
                .length,
          ),
        )
        expect(confusion).toEqual(expected)
        expect(count).toBe(set.count)
        expect(overall * count).toBeCloseTo(
          digits.reduce((sum, _, index) => sum + (expected[index]?.[index] ?? 0), 0),
          9,
        )
        expect(mean).toBeCloseTo(meanOf(perDigit), 12)
      }),
    )
  })

  test('refuses pictures of another size', () => {
    const set: ImageSet = { images: new Uint8Array(4), labels: new Uint8Array([1]), count: 1, height: 2, width: 2 }
    const model = new NearestAverage(averagesOf(set, [1]), 'l1')
    expect(() => model.distances(new Uint8Array(9))).toThrow('The averages have 4 pixels but the picture has 9')
  })
})

describeWithMnist("the chapter's baseline on MNIST", (folder) => {
  let train: ImageSet
  let validation: ImageSet

  beforeAll(async () => {
    const load = async (half: string): Promise<ImageSet> => {
      const images = `${half}-images-idx3-ubyte.gz`
      const labels = `${half}-labels-idx1-ubyte.gz`
      return labelImages(
        await readIdxImages(await readFile(join(folder, images)), images),
        await readIdxLabels(await readFile(join(folder, labels)), labels),
        images,
        labels,
      )
    }
    train = await load('train')
    validation = await load('t10k')
  })

  const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

  test.each([
    { distance: 'l1', three: 0.9168, seven: 0.9854, mean: 0.9511, ten: 0.6685 },
    { distance: 'rmse', three: 0.9584, seven: 0.9737, mean: 0.9661, ten: 0.8203 },
  ] as const)('by $distance has the accuracy of the reference', ({ distance, three, seven, mean, ten }) => {
    const two = new NearestAverage(averagesOf(train, [3, 7]), distance).evaluate(validation)
    expect(two.perDigit.map((value) => value.toFixed(4))).toEqual([three.toFixed(4), seven.toFixed(4)])
    expect(two.mean.toFixed(4)).toBe(mean.toFixed(4))
    expect(two.count).toBe(1010 + 1028)
    const everything = new NearestAverage(averagesOf(train, all), distance).evaluate(validation)
    expect(everything.overall.toFixed(4)).toBe(ten.toFixed(4))
    expect(everything.count).toBe(10_000)
  })

  test('gives the distances of a_3, training image 10000', () => {
    const averages = averagesOf(train, [3, 7])
    const picture = imageAt(train, 10_000)
    const rounded = (values: Float64Array): string[] => [...values].map((value) => value.toFixed(4))
    expect([...averages.counts]).toEqual([6131, 6265])
    expect(rounded(new NearestAverage(averages, 'l1').distances(picture))).toEqual(['0.1114', '0.1586'])
    expect(rounded(new NearestAverage(averages, 'rmse').distances(picture))).toEqual(['0.2021', '0.3021'])
  })
})
