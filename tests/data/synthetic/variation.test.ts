import { describe, expect, it } from 'vitest'
import { defaultParameters, generateDigits, variedParameters } from '../../../data/synthetic/index.ts'
import type { Variation } from '../../../data/synthetic/index.ts'

const WRITERS = 12
const EACH = 12

/** `[writer][image]` of one digit. */
function written(variation: Variation, digit = 4): Uint8Array[][] {
  const count = WRITERS * EACH
  const parameters = { ...variedParameters(variation), imagesPerWriter: EACH }
  const { images } = generateDigits({ count, seed: 8, labels: new Uint8Array(count).fill(digit), parameters })
  const at = (image: number) => images.subarray(image * 784, (image + 1) * 784)
  return Array.from({ length: WRITERS }, (_row, writer) =>
    Array.from({ length: EACH }, (_, image) => at(writer * EACH + image)),
  )
}

/** Mean squared difference of the images from their mean, per pixel. */
function spread(images: readonly Uint8Array[]): number {
  let total = 0
  for (let pixel = 0; pixel < 784; pixel++) {
    const values = images.map((image) => image[pixel]!)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    total += values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  }
  return total / 784
}

const withinOne = (images: Uint8Array[][]): number => {
  const each = images.map(spread)
  return each.reduce((sum, value) => sum + value, 0) / each.length
}

describe('variedParameters', () => {
  it('leaves the built-in data set as it is at 1 and 1', () => {
    expect(variedParameters({ writers: 1, instances: 1 })).toEqual(defaultParameters)
  })

  it('lets a hand write the same picture again and again at 0, however writers differ', () => {
    const images = written({ writers: 1, instances: 0 })
    for (const ofOne of images) for (const image of ofOne) expect(image).toEqual(ofOne[0])
    expect(new Set(images.map((ofOne) => ofOne[0]!.join())).size).toBe(WRITERS)
  })

  it('makes all writers one and the same at 0', () => {
    const images = written({ writers: 0, instances: 0 })
    for (const ofOne of images) expect(ofOne[0]).toEqual(images[0]![0])
    // The hand varies; then no writer's own images are more alike than any images are.
    const varied = written({ writers: 0, instances: 1 })
    expect(withinOne(varied) / spread(varied.flat())).toBeGreaterThan(0.85)
  })

  it('varies more with each dial turned up', () => {
    const within = [0.3, 1, 2].map((instances) => withinOne(written({ writers: 1, instances })))
    expect(within).toEqual(within.toSorted((a, b) => a - b))
    const across = [0, 1, 2].map((writers) => spread(written({ writers, instances: 0 }).flat()))
    expect(across).toEqual(across.toSorted((a, b) => a - b))
    expect(across[0]).toBe(0)
  })

  it('writes digits of 20 pixels at both ends of both dials', () => {
    for (const writers of [0, 2]) {
      for (const instances of [0, 2]) {
        for (const image of written({ writers, instances }, 8).flat()) {
          const rows = Array.from(image).flatMap((value, pixel) => (value > 0 ? [Math.floor(pixel / 28)] : []))
          const columns = Array.from(image).flatMap((value, pixel) => (value > 0 ? [pixel % 28] : []))
          expect(Math.max(...rows) - Math.min(...rows) < 20 && Math.max(...columns) - Math.min(...columns) < 20).toBe(
            true,
          )
          expect(rows.length).toBeGreaterThan(20)
        }
      }
    }
  })
})
