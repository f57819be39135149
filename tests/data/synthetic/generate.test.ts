import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { generateInWorkers } from '../../../data/synthetic/generate-in-workers.ts'
import { defaultLabels, generateDigits } from '../../../data/synthetic/index.ts'
import { measure } from '../ink/strokes.ts'

const hundred = generateDigits({ count: 100, seed: 1 })

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

describe('generateDigits', () => {
  it('writes the same bytes for the same seed, on every machine', () => {
    // Our own output, on purpose: a change here means a new generator version, and new starter models.
    expect(hash(hundred.images)).toMatchInlineSnapshot(
      `"178bfac46397b0f71ae35e78b7540f90d546d48af9cf0e9560ef1a3f8efd4647"`,
    )
    expect(hash(hundred.labels)).toMatchInlineSnapshot(
      `"1d18a561b95a845734f60138a3b15382ce08593c42735ce47021da427ea174b5"`,
    )
  })

  it('writes other digits for another seed', () => {
    expect(hash(generateDigits({ count: 100, seed: 2 }).images)).not.toBe(hash(hundred.images))
  })

  it('does not depend on how a set is cut into pieces', () => {
    fc.assert(
      fc.property(fc.nat(90), fc.integer({ min: 1, max: 10 }), (start, count) => {
        const piece = generateDigits({ count, seed: 1, start })
        expect(piece.images).toEqual(hundred.images.subarray(start * 784, (start + count) * 784))
        expect(piece.labels).toEqual(hundred.labels.subarray(start, start + count))
      }),
      { numRuns: 20 },
    )
  })

  it('writes the labels that it is given', () => {
    const labels = [7, 7, 7, 1]
    const set = generateDigits({ count: 4, seed: 3, labels })
    expect([...set.labels]).toEqual(labels)
    expect(set).toMatchObject({ count: 4, height: 28, width: 28 })
    expect(() => generateDigits({ count: 5, seed: 3, labels })).toThrow(RangeError)
    expect(() => generateDigits({ count: 1, seed: 3, labels: [10] })).toThrow(RangeError)
  })

  it('shuffles all ten digits into every ten labels, whatever the start', () => {
    const labels = defaultLabels(1, 0, 1000)
    for (let i = 0; i < 1000; i += 10)
      expect(labels.subarray(i, i + 10).toSorted()).toEqual(Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9))
    expect(defaultLabels(1, 333, 400)).toEqual(labels.subarray(333, 733))
    // A digit is not tied to its place: each is the first of ten about 100 times in 1,000.
    const firsts = Array.from({ length: 10 }, () => 0)
    const many = defaultLabels(9, 0, 10_000)
    for (let i = 0; i < 10_000; i += 10) firsts[many[i]!]!++
    for (const count of firsts) expect(Math.abs(count - 100)).toBeLessThan(45)
  })

  it('follows the convention of MNIST: 20 pixels on the longest side, center of mass at index 14', () => {
    const set = generateDigits({ count: 500, seed: 11 })
    for (let i = 0; i < set.count; i++) {
      const { width, height, x, y } = measure(set.images.subarray(i * 784, (i + 1) * 784))
      expect(Math.max(width, height)).toBe(20)
      expect(Math.abs(x - 14)).toBeLessThan(0.52)
      expect(Math.abs(y - 14)).toBeLessThan(0.52)
    }
  })

  it('tells how far it is', () => {
    const seen: number[] = []
    generateDigits({ count: 1100, seed: 1, onProgress: (done) => seen.push(done) })
    expect(seen).toEqual([500, 1000, 1100])
  })

  it('writes neater digits with less deformation', () => {
    const spread = (deformation: number): number => {
      const labels = new Uint8Array(300).fill(3)
      const { images } = generateDigits({ count: 300, seed: 5, labels, parameters: { deformation } })
      let total = 0
      for (let pixel = 0; pixel < 784; pixel++) {
        let sum = 0
        let squares = 0
        for (let i = 0; i < 300; i++) {
          sum += images[i * 784 + pixel]!
          squares += images[i * 784 + pixel]! ** 2
        }
        total += squares / 300 - (sum / 300) ** 2
      }
      return total
    }
    expect(spread(0.6)).toBeLessThan(spread(1))
    expect(spread(0)).toBeLessThan(spread(0.6))
  })
})

describe('generateInWorkers', () => {
  it('writes the same bytes as generateDigits, and tells how far it is', async () => {
    const seen: number[] = []
    const options = { count: 3210, seed: 1, start: 7, parameters: { deformation: 0.5 } }
    const set = await generateInWorkers({ ...options, onProgress: (done) => seen.push(done) })
    expect(hash(set.images)).toBe(hash(generateDigits(options).images))
    expect(set.labels).toEqual(defaultLabels(1, 7, 3210))
    expect(seen.at(-1)).toBe(3210)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  })

  it('stops when it is told to, with the reason', async () => {
    const stop = new AbortController()
    const work = generateInWorkers({
      count: 100_000,
      seed: 1,
      signal: stop.signal,
      onProgress: () => {
        stop.abort(new Error('enough'))
      },
    })
    await expect(work).rejects.toThrow('enough')
  })

  it('reports what goes wrong in a worker', async () => {
    await expect(generateInWorkers({ count: 2, seed: 1, labels: [1, 77] })).rejects.toThrow('digit 77')
  })
})
