import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { orientationOf, oriented } from '../../data/jpeg-orientation.ts'
import { decodeJpeg } from '../../data/jpeg.ts'
import type { Picture } from '../../data/picture.ts'
import { fixtures } from './import/samples.ts'

/** Exif data with one entry in its first directory. */
function exif(orientation: number, little: boolean, type = 3): Buffer {
  const tiff = Buffer.alloc(26)
  tiff.write(little ? 'II' : 'MM', 0, 'latin1')
  const short = (value: number, at: number): unknown => (little ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at)) // prettier-ignore
  const long = (value: number, at: number): unknown => (little ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at)) // prettier-ignore
  short(42, 2)
  long(8, 4)
  short(1, 8)
  short(0x112, 10)
  short(type, 12)
  long(1, 14)
  short(orientation, 18)
  const content = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff])
  return Buffer.concat([Buffer.from([0xff, 0xe1, 0, content.length + 2]), content])
}

const valid = readFileSync(join(fixtures, 'color.jpg'))
const withExif = (segment: Buffer): Buffer => Buffer.concat([valid.subarray(0, 2), segment, valid.subarray(2)])

/** Where a stored pixel stands in what is seen: the standard says which side row 0 and column 0 are. */
const seen: Record<number, (x: number, y: number, width: number, height: number) => [number, number]> = {
  1: (x, y) => [x, y],
  2: (x, y, width) => [width - 1 - x, y],
  3: (x, y, width, height) => [width - 1 - x, height - 1 - y],
  4: (x, y, _, height) => [x, height - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y, _, height) => [height - 1 - y, x],
  7: (x, y, width, height) => [height - 1 - y, width - 1 - x],
  8: (x, y, width) => [y, width - 1 - x],
}

const pixel = ({ data, width }: Picture, x: number, y: number): number[] => [
  ...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4),
]

test.each([1, 2, 3, 4, 5, 6, 7, 8])('a photo that was held as %i says is turned', (orientation) => {
  const stored = decodeJpeg(valid, 'stored.jpg')
  const turned = decodeJpeg(withExif(exif(orientation, orientation % 2 === 0)), 'turned.jpg')
  const { width, height } = stored
  expect([turned.width, turned.height]).toEqual(orientation > 4 ? [height, width] : [width, height])
  for (let y = 0; y < height; y += 5) {
    for (let x = 0; x < width; x += 3) {
      const [column, row] = seen[orientation]!(x, y, width, height)
      expect(pixel(turned, column, row)).toEqual(pixel(stored, x, y))
    }
  }
})

test('what is no orientation leaves the picture as it is', () => {
  for (const segment of [exif(9, true), exif(0, false), exif(6, true, 4)]) {
    expect(orientationOf(withExif(segment))).toBe(1)
  }
  for (let length = 0; length < 40; length += 1) {
    expect(orientationOf(withExif(exif(1, true)).subarray(0, length))).toBe(1)
  }
  const picture = decodeJpeg(valid, 'stored.jpg')
  expect(oriented(picture, 1)).toBe(picture)
})
