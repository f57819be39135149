/** Measuring in the background: the right share, in the order asked, and out of the way of a drawing. */
import { expect, test } from 'vitest'
import { generateDigits } from '../../../data/synthetic/index.ts'
import { AccuracyMeter, oneByOne } from '../../../main/engine/accuracy-meter.ts'

const set = generateDigits({ count: 130, seed: 3 })

test('the share of right answers is found whatever the pieces', async () => {
  const meter = new AccuracyMeter()
  let at = 0
  const asked: number[] = []
  const accuracy = await meter.measure(set, (pixels, count) => {
    asked.push(count)
    expect(pixels).toHaveLength(count * 784)
    // Right for every even image, wrong for the others.
    return Array.from({ length: count }, () => (at % 2 === 0 ? set.labels[at++]! : (at++, -1)))
  })
  expect(accuracy).toBe(0.5)
  expect(asked.reduce((sum, count) => sum + count, 0)).toBe(130)
})

test('a reader of single pictures sees each picture', async () => {
  const seen: Uint8Array[] = []
  await new AccuracyMeter().measure(
    set,
    oneByOne((pixels) => {
      seen.push(pixels.slice())
      return 0
    }),
  )
  expect(seen).toHaveLength(130)
  expect(seen[129]).toEqual(set.images.slice(129 * 784))
})

test('one is measured after the other, also after one that fails', async () => {
  const meter = new AccuracyMeter()
  const order: string[] = []
  const first = meter.measure(set, (_, count) => {
    order.push('first')
    return new Array<number>(count).fill(0)
  })
  const broken = meter.measure(set, () => Promise.reject(new Error('damaged')))
  const last = meter.measure(set, (_, count) => {
    order.push('last')
    return new Array<number>(count).fill(0)
  })
  await expect(broken).rejects.toThrow('damaged')
  await Promise.all([first, last])
  expect(order.lastIndexOf('first')).toBeLessThan(order.indexOf('last'))
})

test('it waits while somebody draws, and half a second more', async () => {
  const meter = new AccuracyMeter()
  let lastStroke = 0
  const waits: number[] = []
  const draw = (): void => {
    meter.noteDrawing()
    lastStroke = performance.now()
  }
  draw()
  const measured = meter.measure(set, (_, count) => {
    waits.push(performance.now() - lastStroke)
    return new Array<number>(count).fill(0)
  })
  for (let stroke = 0; stroke < 10; stroke += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    draw()
  }
  await measured
  // Three pieces; on a machine that stands still meanwhile some may come between two strokes, as far from the last one.
  expect(waits).toHaveLength(3)
  for (const wait of waits) expect(wait).toBeGreaterThan(499)
})
