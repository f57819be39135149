import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fit } from '../../../data/ink/index.ts'
import { describeWithMnist } from '../../mnist.ts'
import { difference, measure } from './strokes.ts'

describe('fit', () => {
  it('leaves a blank picture blank', () => {
    expect(fit({ width: 50, height: 30, data: new Uint8Array(1500) })).toEqual(new Uint8Array(784))
  })

  it('brings a full square of any size to 20 x 20 pixels of full ink around index 14', () => {
    for (const side of [1, 7, 20, 28, 333]) {
      const { left, right, top, bottom, mass } = measure(
        fit({ width: side, height: side, data: new Uint8Array(side * side).fill(255) }),
      )
      expect([right - left, bottom - top, mass]).toEqual([19, 19, 400 * 255])
      // Even sides have their middle between two pixels: 13.5 and 14.5 are equally near to 14.
      expect([4, 5]).toContain(left)
      expect([4, 5]).toContain(top)
    }
  })

  it('averages areas: a 40 x 40 board of 1 px squares becomes even gray', () => {
    const data = Uint8Array.from({ length: 1600 }, (_, i) => ((i + Math.floor(i / 40)) % 2) * 200)
    const levels = new Set(fit({ width: 40, height: 40, data }))
    expect(levels).toEqual(new Set([0, 100]))
  })

  it('counts parts of pixels by their area: three columns on two', () => {
    // Columns 255, 0, 255 and 60 rows: 20 px high, 1 px wide, two thirds of the area ink.
    const data = Uint8Array.from({ length: 180 }, (_, i) => (i % 3 === 1 ? 0 : 255))
    const pixels = fit({ width: 3, height: 60, data })
    expect(new Set(pixels)).toEqual(new Set([0, 170]))
    expect(measure(pixels)).toMatchObject({ width: 1, height: 20 })
  })

  it('takes a picture that is one row high', () => {
    const pixels = fit({ width: 100, height: 1, data: new Uint8Array(100).fill(255) })
    expect(measure(pixels)).toMatchObject({ width: 20, height: 1, top: 14, mass: 20 * 255 })
  })

  it('gives the same pixels wherever the ink lies in the picture', () => {
    const ink = fc.uint8Array({ minLength: 30, maxLength: 30 }).filter((data) => data.some((value) => value > 0))
    fc.assert(
      fc.property(ink, fc.nat(20), fc.nat(20), (data, left, top) => {
        const placed = new Uint8Array(40 * 40)
        for (let y = 0; y < 6; y++) placed.set(data.subarray(5 * y, 5 * y + 5), (top + y) * 40 + left)
        expect(fit({ width: 40, height: 40, data: placed })).toEqual(fit({ width: 5, height: 6, data }))
      }),
    )
  })

  it('puts the center of mass within half a pixel of index 14 and the longest side on 20 pixels', () => {
    const side = fc.integer({ min: 3, max: 60 })
    fc.assert(
      fc.property(side, side, fc.infiniteStream(fc.integer({ min: 128, max: 255 })), (width, height, values) => {
        const data = new Uint8Array(width * height)
        for (let i = 0; i < data.length; i++) data[i] = values.next().value as number
        const { width: across, height: down, x, y } = measure(fit({ width, height, data }))
        expect(Math.max(across, down)).toBe(20)
        for (const center of [x, y]) expect(Math.abs(center - 14)).toBeLessThanOrEqual(0.5 + 1e-9)
      }),
      { numRuns: 50 },
    )
  })

  it('never pushes ink over the edge, however one-sided it is', () => {
    const data = new Uint8Array(100 * 10)
    for (let y = 0; y < 10; y++) data.fill(255, y * 100, y * 100 + 10)
    data[5 * 100 + 99] = 255
    const { left, right } = measure(fit({ width: 100, height: 10, data }))
    expect(right - left).toBe(19)
  })
})

describeWithMnist('fit on MNIST', (folder) => {
  function images(part: string): Uint8Array {
    return gunzipSync(readFileSync(join(folder, `${part}-images-idx3-ubyte.gz`))).subarray(16)
  }

  it('gives back 1,000 test digits with a mean absolute difference below 2 of 255 each', () => {
    const digits = images('t10k')
    for (let i = 0; i < 1000; i++) {
      const digit = digits.subarray(i * 784, (i + 1) * 784)
      expect(difference(fit({ width: 28, height: 28, data: digit }), digit)).toBeLessThan(2)
    }
  })

  it('gives back all but a few training digits unchanged', () => {
    const digits = images('train')
    let unchanged = 0
    for (let i = 0; i < 60_000; i++) {
      const digit = digits.subarray(i * 784, (i + 1) * 784)
      if (difference(fit({ width: 28, height: 28, data: digit }), digit) === 0) unchanged++
    }
    // 13 digits are 19 px long in MNIST itself, and a center of mass of 13.48 is nearer to 13 than to 14.
    expect(unchanged).toBeGreaterThan(59_900)
  })
})
