/** A color picture as three matrices: taken apart, changed, and added back. */
import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import {
  channels,
  commonValue,
  pictureFromPixels,
  pixelsOf,
  samplePicture,
  withValue,
} from '../../renderer/pages/data/color-picture/picture.ts'
import { cellColors, contrast, lightOf } from '../../renderer/pages/data/color-picture/cell-color.ts'

const all = { red: true, green: true, blue: true }

describe('a color picture', () => {
  test('three matrices add back to the picture', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 8 }),
        fc.infiniteStream(fc.nat(255)),
        (rows, columns, values) => {
          const pixels = new Uint8ClampedArray(rows * columns * 4)
          for (const index of pixels.keys()) pixels[index] = index % 4 === 3 ? 255 : values.next().value!
          const picture = pictureFromPixels(pixels, rows, columns)
          expect(picture.red).toHaveLength(rows * columns)
          expect(pixelsOf(picture, all)).toEqual(pixels)
        },
      ),
      { seed: 2 },
    )
  })

  test('a matrix that is off gives no light, and the others stay', () => {
    const picture = samplePicture()
    const pixels = pixelsOf(picture, { red: true, green: false, blue: true })
    for (let index = 0; index < picture.rows * picture.columns; index += 1) {
      expect([...pixels.subarray(index * 4, index * 4 + 4)]).toEqual([picture.red[index], 0, picture.blue[index], 255])
    }
  })

  test('a value is painted over the chosen cells of one matrix alone', () => {
    const picture = samplePicture()
    const cells = { top: 2, bottom: 3, left: 5, right: 7 }
    const changed = withValue(picture, 'green', cells, 77)
    expect(changed.red).toBe(picture.red)
    expect(changed.blue).toBe(picture.blue)
    changed.green.forEach((value, index) => {
      const row = Math.floor(index / picture.columns)
      const column = index % picture.columns
      const chosen = row >= 2 && row <= 3 && column >= 5 && column <= 7
      expect(value).toBe(chosen ? 77 : picture.green[index])
    })
    expect(commonValue(changed, 'green', cells)).toBe(77)
    expect(commonValue(changed, 'green', { ...cells, bottom: 15 })).toBeNull()
    expect(commonValue(withValue(picture, 'red', cells, 300), 'red', cells)).toBe(255)
  })

  test('the built-in picture uses all three colors', () => {
    const picture = samplePicture()
    expect([picture.rows, picture.columns]).toEqual([16, 16])
    for (const channel of channels) expect(new Set(picture[channel]).size).toBeGreaterThan(20)
  })
})

describe('the cells of the tables', () => {
  test('contrast is that of WCAG', () => {
    expect(contrast([255, 255, 255], [0, 0, 0])).toBeCloseTo(21, 10)
    // The published examples: #777 on white is 4.48, #767676 the darkest gray that passes at 4.54.
    expect(contrast([255, 255, 255], [0x77, 0x77, 0x77])).toBeCloseTo(4.48, 2)
    expect(contrast([0x76, 0x76, 0x76], [255, 255, 255])).toBeCloseTo(4.54, 2)
    expect(contrast([255, 0, 0], [255, 255, 255])).toBeCloseTo(4, 2)
  })

  test('every value of every table has figures that can be read, white ones on full red and full blue', () => {
    for (const channel of channels) {
      for (let value = 0; value <= 255; value += 1) {
        const { color } = cellColors(channel, value)
        const figures = color === 'rgb(0, 0, 0)' ? ([0, 0, 0] as const) : ([255, 255, 255] as const)
        expect(contrast(figures, lightOf(channel, value)), `${channel} ${value}`).toBeGreaterThan(4.5)
      }
    }
    expect(cellColors('red', 255).color).toBe('rgb(255, 255, 255)')
    expect(cellColors('blue', 255)).toEqual({ background: 'rgb(0, 0, 255)', color: 'rgb(255, 255, 255)' })
    expect(cellColors('green', 255).color).toBe('rgb(0, 0, 0)')
  })
})
