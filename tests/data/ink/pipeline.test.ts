import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Stroke } from '../../../data/drawing.ts'
import { DATASET_PEN, drawingToPixels, inkStages, inkSwitches } from '../../../data/ink/index.ts'
import type { Strokes } from '../../../data/ink/index.ts'
import { anyDrawing, CANVAS, difference, drawing, measure, seven } from './strokes.ts'

function moved({ strokes, width, height }: Strokes, dx: number, dy: number, scale = 1): Strokes {
  return {
    strokes: strokes.map((stroke) => stroke.map(([x, y]): [number, number] => [x * scale + dx, y * scale + dy])),
    width: width * scale,
    height: height * scale,
  }
}

describe('drawingToPixels', () => {
  it('gives 784 values whose ink is 20 pixels on its longest side', () => {
    fc.assert(
      fc.property(anyDrawing, (any) => {
        const { pixels, blank } = drawingToPixels(any)
        expect(blank).toBe(false)
        expect(pixels).toHaveLength(784)
        const { width, height } = measure(pixels)
        expect(Math.max(width, height)).toBe(20)
      }),
    )
  })

  it('puts the center of mass within half a pixel of index 14, unless ink would fall over the edge', () => {
    fc.assert(
      fc.property(anyDrawing, (any) => {
        const { x, y, left, right, top, bottom } = measure(drawingToPixels(any).pixels)
        if (left > 0 && right < 27) expect(Math.abs(x - 14)).toBeLessThanOrEqual(0.52)
        if (top > 0 && bottom < 27) expect(Math.abs(y - 14)).toBeLessThanOrEqual(0.52)
      }),
    )
  })

  it('does not depend on where and how large the digit was drawn', () => {
    fc.assert(
      fc.property(
        anyDrawing,
        fc.integer({ min: -99, max: 99 }),
        fc.constantFrom(0.25, 0.5, 2, 64),
        (any, move, scale) => {
          const { pixels } = drawingToPixels(any)
          expect(drawingToPixels(moved(any, move, -move)).pixels).toEqual(pixels)
          expect(drawingToPixels(moved(any, 0, 0, scale)).pixels).toEqual(pixels)
          const odd = drawingToPixels(moved(any, 0.3, 0.7, 1.37)).pixels
          expect(difference(odd, pixels)).toBeLessThan(1)
        },
      ),
    )
  })

  it('does not depend on the order or the direction of strokes', () => {
    fc.assert(
      fc.property(anyDrawing, (any) => {
        const { pixels } = drawingToPixels(any)
        const backwards = { ...any, strokes: any.strokes.toReversed() }
        expect(drawingToPixels(backwards).pixels).toEqual(pixels)
        const turned = { ...any, strokes: any.strokes.map((stroke) => stroke.toReversed()) }
        expect(difference(drawingToPixels(turned).pixels, pixels)).toBeLessThan(1.5)
      }),
    )
  })

  it('stays blank without usable points', () => {
    const nowhere: Stroke = [
      [NaN, 3],
      [Infinity, 4],
      [1e300, 1e300],
    ]
    for (const blank of [drawing(), drawing([]), drawing([], []), drawing(nowhere)]) {
      const { pixels, blank: isBlank } = drawingToPixels(blank)
      expect(isBlank).toBe(true)
      expect(pixels).toEqual(new Uint8Array(784))
    }
  })

  it('draws lines with the pen width of the data set', () => {
    const diagonal = drawing([
      [100, 50],
      [400, 350],
    ])
    // A round pen of width p whose ink fills 20 x 20 pixels from corner to corner covers this area.
    const covered = (p: number): number => Math.SQRT2 * (20 - p) * p + (Math.PI * p * p) / 4
    const area = (options: object): number => measure(drawingToPixels(diagonal, options).pixels).mass / 255
    expect(area({})).toBe(area({ penWidth: DATASET_PEN }))
    for (const penWidth of [1, 2, 3, 5]) expect(Math.abs(area({ penWidth }) / covered(penWidth) - 1)).toBeLessThan(0.03)
  })

  it('takes a dot, a double click and a horizontal line', () => {
    for (const stroke of [
      [[7, 9]],
      [
        [7, 9],
        [7, 9],
      ],
    ] satisfies Stroke[]) {
      const { width, height, mass } = measure(drawingToPixels(drawing(stroke)).pixels)
      expect([width, height]).toEqual([20, 20])
      expect(mass / 255).toBeCloseTo(Math.PI * 100, -1)
    }
    const flat = measure(
      drawingToPixels(
        drawing([
          [50, 200],
          [400, 200],
        ]),
      ).pixels,
    )
    expect(flat.width).toBe(20)
    expect(flat.height).toBeLessThanOrEqual(3)
  })

  it('ignores duplicate points and points that are not numbers', () => {
    const [first, second] = seven.strokes
    const noisy = drawing(
      [
        ...first!.slice(0, 2),
        ...Array<Stroke[number]>(500).fill(first![1]!),
        [NaN, 0],
        [0, Infinity],
        ...first!.slice(2),
      ],
      second!,
    )
    expect(drawingToPixels(noisy).pixels).toEqual(drawingToPixels(seven).pixels)
  })

  it('takes huge coordinates and many thousands of points', () => {
    expect(difference(drawingToPixels(moved(seven, 0, 0, 1e6)).pixels, drawingToPixels(seven).pixels)).toBeLessThan(1)
    const spiral: Stroke = Array.from({ length: 50_000 }, (_, i): [number, number] => {
      const turn = i / 500
      return [240 + turn * 2 * Math.cos(turn), 240 + turn * 2 * Math.sin(turn)]
    })
    const { width, height } = measure(drawingToPixels(drawing(spiral)).pixels)
    expect(Math.max(width, height)).toBe(20)
  })

  it('lets pressure change the width a little, and takes the .5 and 0 of a mouse as none', () => {
    const line = (pressure?: number): Strokes =>
      drawing([
        [100, 50, pressure],
        [400, 350, pressure],
      ] as Stroke)
    const mass = (pressure?: number): number => measure(drawingToPixels(line(pressure)).pixels).mass
    expect(mass(0.5)).toBe(mass())
    expect(mass(0)).toBe(mass())
    expect(mass(1)).toBeGreaterThan(mass() * 1.1)
    expect(mass(1)).toBeLessThan(mass() * 1.5)
    expect(mass(0.05)).toBeLessThan(mass() * 0.9)
  })
})

describe('inkStages', () => {
  it('ends in the pixels that the models get', () => {
    fc.assert(
      fc.property(anyDrawing, fc.subarray([...inkSwitches]), (any, off) => {
        const options = Object.fromEntries(off.map((name) => [name, false]))
        const stages = inkStages(any, options)
        const { pixels, blank } = drawingToPixels(any, options)
        expect(stages.final.data).toEqual(pixels)
        expect(stages.blank).toBe(blank)
        expect(stages.center).toMatchObject({ width: 28, height: 28 })
      }),
      { numRuns: 60 },
    )
  })

  it('is blank for a blank canvas', () => {
    const stages = inkStages(drawing())
    expect(stages.blank).toBe(true)
    for (const bitmap of [
      stages.strokes,
      stages.ink,
      stages.crop,
      stages.box,
      stages.soft,
      stages.center,
      stages.final,
    ]) {
      expect(bitmap.data.some((value) => value > 0)).toBe(false)
      expect(bitmap.data).toHaveLength(bitmap.width * bitmap.height)
    }
  })

  it('shows each stage as a picture of its own', () => {
    const { strokes, ink, crop, box, soft } = inkStages(seven)
    const inked = (data: Uint8Array): number => data.filter((value) => value > 0).length
    expect(inked(strokes.data)).toBeGreaterThan(0)
    expect(inked(ink.data)).toBeGreaterThan(2 * inked(strokes.data))
    expect(crop.width).toBe(crop.height)
    expect([box.width, box.height, soft.width, soft.height]).toEqual([20, 20, 20, 20])
    expect(new Set(box.data)).toEqual(new Set([0, 255]))
    expect(new Set(soft.data).size).toBeGreaterThan(10)
  })

  it('does without each stage as its switch says', () => {
    const size = (options: object): number => {
      const { width, height } = measure(drawingToPixels(seven, options).pixels)
      return Math.max(width, height)
    }
    expect(size({})).toBe(20)
    expect(size({ box: false })).toBe(28)
    // The seven takes about 340 of 480 units, of which the whole canvas has 20 pixels.
    expect(size({ crop: false })).toBeLessThan(18)
    expect(new Set(drawingToPixels(seven, { soft: false }).pixels)).toEqual(new Set([0, 255]))
    const { left, right, top, bottom } = measure(drawingToPixels(seven, { center: false }).pixels)
    expect(Math.abs(left + right - 27)).toBeLessThanOrEqual(1)
    expect(Math.abs(top + bottom - 27)).toBeLessThanOrEqual(1)
    const thin = measure(drawingToPixels(seven, { pen: false, canvasPen: CANVAS / 200 }).pixels)
    expect(thin.mass).toBeLessThan(measure(drawingToPixels(seven).pixels).mass / 2)
  })
})
