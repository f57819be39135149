/** Drawings for the tests of ink: by hand, and at random. */

import fc from 'fast-check'
import type { Stroke } from '../../../data/drawing.ts'
import type { Strokes } from '../../../data/ink/index.ts'

export const CANVAS = 480

export function drawing(...strokes: Stroke[]): Strokes {
  return { strokes, width: CANVAS, height: CANVAS }
}

/** A seven with a bar. */
export const seven = drawing(
  [
    [150, 160],
    [220, 140],
    [290, 100],
    [270, 250],
    [240, 430],
  ],
  [
    [180, 270],
    [240, 262],
    [320, 268],
  ],
)

/** One to four strokes of up to thirty points anywhere on the canvas, at least 40 units long or high. */
export const anyDrawing: fc.Arbitrary<Strokes> = fc
  .array(
    fc.array(fc.tuple(fc.integer({ min: 0, max: CANVAS }), fc.integer({ min: 0, max: CANVAS })), {
      minLength: 1,
      maxLength: 30,
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((strokes) => drawing(...strokes))
  .filter(({ strokes }) => {
    const points = strokes.flat()
    const x = points.map((point) => point[0])
    const y = points.map((point) => point[1])
    return Math.max(Math.max(...x) - Math.min(...x), Math.max(...y) - Math.min(...y)) >= 40
  })

/** Bounds of what is above 0, and the center of mass, of 28 x 28 pixels. */
export function measure(pixels: Uint8Array) {
  let left = 28
  let right = -1
  let top = 28
  let bottom = -1
  let mass = 0
  let sumX = 0
  let sumY = 0
  for (let y = 0; y < 28; y++) {
    for (let x = 0; x < 28; x++) {
      const ink = pixels[y * 28 + x]!
      if (ink === 0) continue
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
      mass += ink
      sumX += ink * x
      sumY += ink * y
    }
  }
  return {
    left,
    right,
    top,
    bottom,
    width: right - left + 1,
    height: bottom - top + 1,
    mass,
    x: sumX / mass,
    y: sumY / mass,
  }
}

/** Mean absolute difference of two pictures, in gray levels of 255. */
export function difference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length
}
