import { describe, expect, it } from 'vitest'
import { FreshImages, freshSeed } from '../../../data/synthetic/fresh-images.ts'
import { generateDigits } from '../../../data/synthetic/index.ts'

const train = generateDigits({ count: 1500, seed: 1 })
const allTen = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

describe('FreshImages', () => {
  it('gives the fixed images to the first epoch and new ones of the same labels to each other', async () => {
    const fresh = new FreshImages({ train, digits: allTen, seed: 5 })
    expect(await fresh.images(0)).toBe(train.images)
    fresh.prepare(1)
    fresh.prepare(1)
    const first = await fresh.images(1)
    const second = await fresh.images(2)
    const expected = generateDigits({ count: 1500, seed: freshSeed(5, 1), labels: train.labels })
    expect(Buffer.from(first).equals(expected.images)).toBe(true)
    expect(Buffer.from(second).equals(first)).toBe(false)
    fresh.close()
  })

  it('gives the same again in any order, long after they were put away', async () => {
    const fresh = new FreshImages({ train, digits: allTen, seed: 5 })
    const once: Uint8Array[] = []
    for (const epoch of [1, 2, 3]) once[epoch] = await fresh.images(epoch)
    for (const epoch of [1, 3, 2]) expect(Buffer.from(await fresh.images(epoch)).equals(once[epoch]!)).toBe(true)
    fresh.close()
  })

  it('writes only the digits of the run', async () => {
    const some = new FreshImages({ train, digits: [3, 7], seed: 5 })
    const all = generateDigits({ count: 1500, seed: freshSeed(5, 1), labels: train.labels })
    const images = await some.images(1)
    for (let i = 0; i < train.count; i++) {
      const image = images.subarray(i * 784, (i + 1) * 784)
      const wanted = train.labels[i] === 3 || train.labels[i] === 7
      expect(
        Buffer.from(image).equals(wanted ? all.images.subarray(i * 784, (i + 1) * 784) : new Uint8Array(784)),
      ).toBe(true)
    }
    some.close()
  })

  it('ends what is under way when it is closed', async () => {
    const fresh = new FreshImages({ train, digits: allTen, seed: 5 })
    fresh.prepare(2)
    const asked = fresh.images(1)
    fresh.close()
    await expect(asked).rejects.toThrow('not wanted any more')
    await expect(fresh.images(3)).rejects.toThrow('not wanted any more')
  })

  it('has a stream of its own for each run and epoch', () => {
    const seeds = [0, 1, 2 ** 32 - 1].flatMap((seed) => [1, 2, 10_000].map((epoch) => freshSeed(seed, epoch)))
    expect(new Set([1, 2, ...seeds]).size).toBe(seeds.length + 2)
    for (const seed of seeds) expect(Number.isSafeInteger(seed)).toBe(true)
  })
})
