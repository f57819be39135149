/** Ink in pictures as cameras and old sets have them: grain, light from one side, digits that fill their picture. */
import { expect, test } from 'vitest'
import { PIXELS, SIDE } from '../../data/image-set.ts'
import { fit } from '../../data/ink/fit.ts'
import { inkOf, type Picture } from '../../data/picture.ts'
import { generateDigits } from '../../data/synthetic/index.ts'

/** Uniform numbers from -1 to 1, always the same. */
function grain(): () => number {
  let state = 12_345
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state / 2 ** 31 - 1
  }
}

function gray(width: number, height: number, valueAt: (x: number, y: number) => number): Picture {
  const data = new Uint8Array(width * height * 4).fill(255)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const value = Math.max(0, Math.min(255, Math.round(valueAt(x, y))))
      data.fill(value, (y * width + x) * 4, (y * width + x) * 4 + 3)
    }
  }
  return { width, height, data }
}

const { images, labels } = generateDigits({ count: 10, seed: 11, labels: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] })

test.each([...labels])(
  'a photo of a %i on gray paper, lit from one side and full of grain, becomes that digit',
  (label) => {
    const index = labels.indexOf(label)
    const digit = images.subarray(index * PIXELS, (index + 1) * PIXELS)
    const scale = 12
    const [left, top] = [400, 300]
    const noise = grain()
    const photo = gray(1600, 1200, (x, y) => {
      const [column, row] = [Math.floor((x - left) / scale), Math.floor((y - top) / scale)]
      const isInside = column >= 0 && column < SIDE && row >= 0 && row < SIDE
      const ink = isInside ? (digit[row * SIDE + column] ?? 0) / 255 : 0
      return (175 + (50 * x) / 1600) * (1 - 0.75 * ink) + 12 * noise()
    })
    const found = fit(inkOf(photo, 'photo.jpg'))
    const difference = found.reduce((sum, value, at) => sum + Math.abs(value - (digit[at] ?? 0)), 0) / PIXELS
    expect(difference).toBeLessThan(12)
  },
)

test('a tiny digit that fills its picture keeps all of its ink', () => {
  // A zero of scikit-learn's digits, 0 to 16, at full ink.
  const dots = [
    [0, 0, 5, 13, 9, 1, 0, 0],
    [0, 0, 13, 15, 10, 15, 5, 0],
    [0, 3, 15, 2, 0, 11, 8, 0],
    [0, 4, 12, 0, 0, 8, 8, 0],
    [0, 5, 8, 0, 0, 9, 8, 0],
    [0, 4, 11, 0, 1, 12, 7, 0],
    [0, 2, 14, 5, 10, 12, 0, 0],
    [0, 0, 6, 13, 10, 0, 0, 0],
  ]
  const ink = inkOf(
    gray(8, 8, (x, y) => ((dots[y]?.[x] ?? 0) * 255) / 16),
    'zero.png',
  )
  const shown = Array.from({ length: 8 }, (_, y) =>
    [...ink.data.subarray(y * 8, y * 8 + 8)].map((value) => (value * 16) / 255),
  )
  for (const [y, row] of dots.entries()) {
    for (const [x, value] of row.entries()) expect(Math.abs((shown[y]?.[x] ?? 0) - value)).toBeLessThan(1.1)
  }
})
