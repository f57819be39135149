import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../data/error.ts'
import { decodeEighth } from '../../data/jpeg-eighth.ts'
import { decodeJpeg } from '../../data/jpeg.ts'
import type { Picture } from '../../data/picture.ts'
import { decodePng } from '../../data/png.ts'
import { fixtures } from './import/samples.ts'
import { flatJpeg } from './pictures.ts'

const read = (name: string): Buffer => readFileSync(join(fixtures, name))

/** Brightness by BT.601, which JPEG keeps at full resolution: programs differ in how they spread colors that it keeps at half. */
const brightness = ({ data }: Picture): number[] =>
  Array.from({ length: data.length / 4 }, (_, pixel) => {
    const [red = 0, green = 0, blue = 0] = data.subarray(pixel * 4, pixel * 4 + 3)
    return 0.299 * red + 0.587 * green + 0.114 * blue
  })

describe('a JPEG picture', () => {
  test.each(['gray', 'color', 'color-420', 'progressive', 'restart'])('%s is as bright as Pillow reads it', (name) => {
    const found = decodeJpeg(read(`${name}.jpg`), name)
    expect([found.width, found.height]).toEqual([64, 48])
    const expected = brightness(decodePng(read(`${name}.png`), name))
    const differences = brightness(found).map((value, pixel) => Math.abs(value - (expected[pixel] ?? 0)))
    expect(Math.max(...differences)).toBeLessThan(12)
    expect(differences.reduce((sum, difference) => sum + difference, 0) / differences.length).toBeLessThan(0.7)
  })

  test.each(['gray', 'color'])('%s has the colors that Pillow reads, but for rounding', (name) => {
    const found = decodeJpeg(read(`${name}.jpg`), name).data
    const expected = decodePng(read(`${name}.png`), name).data
    expect(Math.max(...found.map((value, at) => Math.abs(value - (expected[at] ?? 0))))).toBeLessThanOrEqual(3)
  })
})

describe('a JPEG that is too large to be decoded whole', () => {
  /** The mean brightness of each block of 8 x 8. */
  const means = ({ width, height, data }: Picture): number[] =>
    Array.from({ length: (width / 8) * (height / 8) }, (_, block) => {
      const left = (block % (width / 8)) * 8
      const top = Math.floor(block / (width / 8)) * 8
      const pixels = brightness({ width, height, data }).filter((_value, at) => {
        const [x, y] = [at % width, Math.floor(at / width)]
        return x >= left && x < left + 8 && y >= top && y < top + 8
      })
      return pixels.reduce((sum, value) => sum + value, 0) / 64
    })

  test.each(['gray', 'color', 'color-420', 'progressive', 'restart'])(
    '%s has at an eighth the means that Pillow reads',
    (name) => {
      const found = decodeEighth(read(`${name}.jpg`))
      const expected = means(decodePng(read(`${name}.png`), name))
      expect([found?.width, found?.height]).toEqual([8, 6])
      brightness(found!).forEach((value, block) => expect(Math.abs(value - expected[block]!)).toBeLessThan(1))
    },
  )

  test('comes in at an eighth of its size, of 108 million pixels too', () => {
    const found = decodeJpeg(flatJpeg(12_000, 9000), 'photo.jpg')
    expect([found.width, found.height]).toEqual([1500, 1125])
    expect([...found.data.subarray(0, 4)]).toEqual([128, 128, 128, 255])
  })

  test('is told where it ends in the middle, and where its file is as large as none', () => {
    const whole = flatJpeg(12_000, 9000)
    expect(() => decodeJpeg(whole.subarray(0, whole.length / 2), 'photo.jpg')).toThrow('its data ends too early')
    const huge = Buffer.concat([whole, Buffer.alloc(2 ** 25)])
    expect(() => decodeJpeg(huge, 'photo.jpg')).toThrow('are the most for so large a picture')
  })
})

describe('a JPEG that cannot be read', () => {
  const valid = read('color.jpg')
  const frame = valid.indexOf(Buffer.from([0xff, 0xc0]))

  function failure(bytes: Uint8Array): AppError {
    try {
      decodeJpeg(bytes, 'picture.jpg')
    } catch (error) {
      if (error instanceof AppError) return error
      throw error
    }
    throw new Error('it was read')
  }

  const changed = (at: number, ...values: readonly number[]): Buffer => {
    const copy = Buffer.from(valid)
    copy.set(values, at)
    return copy
  }

  /** A progressive picture whose last scan comes again and again. */
  function manyScans(): Buffer {
    const progressive = read('progressive.jpg')
    const last = progressive.lastIndexOf(Buffer.from([0xff, 0xda]))
    const scan = progressive.subarray(last, progressive.length - 2)
    return Buffer.concat([
      progressive.subarray(0, last),
      ...new Array<Buffer>(70).fill(scan),
      Buffer.from([0xff, 0xd9]),
    ])
  }

  test.each<[string, Buffer, string]>([
    ['that goes over its picture again and again', manyScans(), '64 x 48 pixels 7'],
    ['cut in its header', valid.subarray(0, frame + 6), 'incomplete'],
    ['cut before its picture', valid.subarray(0, frame + 19), 'incomplete'],
    ['without pixels', changed(frame + 5, 0, 0), '64 x 0 pixels'],
    ['whose bytes cannot hold so many pixels', changed(frame + 5, 0x10, 0, 0x10, 0), 'which cannot be'],
    ['of two color components', changed(frame + 9, 2), '2 color components'],
    ['sampled zero times', changed(frame + 11, 0), 'sampled 0 x 0 times'],
    ['of 12 bits', changed(frame + 4, 12), '12 bits'],
    ['coded arithmetically', changed(frame + 1, 0xc9), 'rare kind'],
    // Inputs that made this decoder run forever in earlier versions.
    ['without components', Buffer.from('ffd8ffc1f151d800ff51d800ffdaffde', 'hex'), ''],
    [
      'that is nothing but markers',
      Buffer.from('ffd8ffc09dfdb0ffff0e5296bd7fbbc4f9579096bd7fbbfc0e80d50000ffff36fa', 'hex'),
      '',
    ],
  ])('%s is told', (_, bytes, said) => {
    const error = failure(bytes)
    expect(error.code).toBe('image/unreadable')
    expect(error.message).toContain(said)
  })

  test.each<[string, Buffer | Uint8Array, string]>([
    ['of more pixels than a photo has', changed(frame + 5, 0xff, 0xff, 0xff, 0xff), 'where 200 million are the most'],
    ['that is one endless row', flatJpeg(60_000, 1), '20,000 in a row'],
  ])('%s is told', (_, bytes, said) => {
    const error = failure(bytes)
    expect(error.code).toMatch(/^image\/(too-large|unreadable)$/)
    expect(error.message).toContain(said)
  })

  test('of 19 million pixels in three full colors that ends too early is told, and takes little memory', () => {
    const large = Buffer.concat([valid, Buffer.alloc(100_000)])
    large.set([0x0f, 0xa0, 0x12, 0x8e, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1], frame + 5)
    const error = failure(large)
    expect(error.code).toBe('image/unreadable')
    expect(error.message).toContain('damaged JPEG picture')
  })

  test('of twenty million pixels that thirty scans go over is refused', () => {
    expect(failure(flatJpeg(5000, 4000, 30)).message).toContain('30 times')
  })
})
