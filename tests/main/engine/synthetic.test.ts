import { describe, expect, test } from 'vitest'
import { generateDigits } from '../../../data/synthetic/index.ts'
import { syntheticHandlers } from '../../../main/engine/handlers/synthetic.ts'
import { handSampleSchema } from '../../../main/contract/hand-sample.ts'

const usual = { seed: 3, digit: null, writers: 4, each: 10, variation: { writers: 1, instances: 1 } }

describe('synthetic.sample', () => {
  test('writes as many digits as asked for, one writer after another, none of them of a data set', async () => {
    const { labels, pixels } = await syntheticHandlers['synthetic.sample'](usual)
    expect([...labels]).toEqual(Array.from({ length: 40 }, (_, image) => image % 10))
    expect(pixels).toHaveLength(40 * 784)
    const set = generateDigits({ count: 40, seed: 3, labels, parameters: { imagesPerWriter: 10 } })
    expect(Buffer.from(pixels).equals(set.images)).toBe(false)
    const fours = await syntheticHandlers['synthetic.sample']({ ...usual, digit: 4 })
    expect(new Set(fours.labels)).toEqual(new Set([4]))
  })

  test('tells the spreads that its dials make', async () => {
    const variation = { writers: 0.5, instances: 2 }
    const { spreads } = await syntheticHandlers['synthetic.sample']({ ...usual, variation })
    expect(spreads.slant).toEqual([5, 12])
    expect(spreads.pen[1]).toBeCloseTo(0.2, 9)
  })

  test('is asked for at most 500 images, with dials from 0 to 2', () => {
    const accepts = (change: object) => handSampleSchema.safeParse({ ...usual, ...change }).success
    expect(accepts({})).toBe(true)
    expect(accepts({ writers: 50, each: 10 })).toBe(true)
    expect(accepts({ writers: 50, each: 11 })).toBe(false)
    expect(accepts({ variation: { writers: 2.1, instances: 1 } })).toBe(false)
    expect(accepts({ digit: 10 })).toBe(false)
    expect(accepts({ seed: -1 })).toBe(false)
  })
})
