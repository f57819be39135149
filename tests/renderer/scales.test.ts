import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { epochEnd, epochTicks, linearAxis, logAxis, thinned, tickText } from '../../renderer/ui/charts/scales.ts'

describe('chart scales', () => {
  test('a linear axis has round ticks that enclose the values', () => {
    expect(linearAxis(0.928, 0.963)).toEqual({ domain: [0.92, 0.97], ticks: [0.92, 0.93, 0.94, 0.95, 0.96, 0.97] })
    expect(linearAxis(0, 1).ticks).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
  })

  test('a logarithmic axis begins at the tick below the lowest value and ends at the highest', () => {
    expect(logAxis(0.052, 2.3)).toEqual({ domain: [0.05, 2.3], ticks: [0.05, 0.1, 0.2, 0.5, 1, 2] })
    expect(logAxis(0.2, 2.3)).toEqual({ domain: [0.2, 2.3], ticks: [0.2, 0.5, 1, 2] })
    expect(logAxis(0.012, 2.3)).toEqual({ domain: [0.01, 2.3], ticks: [0.01, 0.03, 0.1, 0.3, 1] })
    expect(logAxis(0.0002, 2.3)).toEqual({ domain: [0.0001, 2.3], ticks: [0.0001, 0.001, 0.01, 0.1, 1] })
  })

  test('a narrow logarithmic axis still has several ticks', () => {
    expect(logAxis(0.45, 0.51).ticks.length).toBeGreaterThanOrEqual(3)
    expect(logAxis(0.5, 0.5).ticks.length).toBeGreaterThanOrEqual(2)
  })

  test('any positive range gets ascending ticks inside the domain, not too many', () => {
    const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(positive, positive, (a, b) => {
        for (const axis of [logAxis(Math.min(a, b), Math.max(a, b)), linearAxis(Math.min(a, b), Math.max(a, b))]) {
          const [low, high] = axis.domain
          expect(low).toBeLessThanOrEqual(Math.min(a, b) * (1 + 1e-6))
          expect(high).toBeGreaterThanOrEqual(Math.max(a, b) * (1 - 1e-6))
          expect(axis.ticks.length).toBeGreaterThanOrEqual(2)
          expect(axis.ticks.length).toBeLessThanOrEqual(9)
          expect(axis.ticks.every((tick, index) => index === 0 || tick > (axis.ticks[index - 1] ?? 0))).toBe(true)
          expect(axis.ticks.every((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9))).toBe(true)
        }
      }),
      { numRuns: 300, seed: 1 },
    )
  })

  test('epochs are whole numbers', () => {
    expect(epochTicks(1)).toEqual([0, 1])
    expect(epochTicks(8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(epochTicks(20)).toEqual([0, 5, 10, 15, 20])
    expect(epochTicks(3)).toEqual([0, 1, 2, 3])
  })

  test('the axis of epochs ends at a round number, not beyond the plan', () => {
    expect([0, 0.4, 1, 1.01, 7, 16, 21].map((reached) => epochEnd(reached, 20))).toEqual([1, 1, 1, 2, 8, 20, 21])
    expect([130, 1999].map((reached) => epochEnd(reached, 10_000))).toEqual([150, 2000])
    expect(epochEnd(7, 0)).toBe(8)
  })

  test('many points are thinned out: the first and the last stay, and those that stay do not change with each new one', () => {
    const points = (count: number) => Array.from({ length: count }, (_, index) => index)
    expect(thinned(points(300))).toHaveLength(300)
    const some = thinned(points(1001))
    expect(some.length).toBeLessThan(301)
    expect([some[0], some.at(-1)]).toEqual([0, 1000])
    expect(thinned(points(1100)).slice(0, some.length - 1)).toEqual(some.slice(0, -1))
  })

  test('tick numbers are short', () => {
    expect([0, 0.05, 0.92, 1, 1000, 20_000, 1e6, 0.00001].map(tickText)).toEqual([
      '0',
      '0.05',
      '0.92',
      '1',
      '1,000',
      '20K',
      '1M',
      '1e\u22125',
    ])
  })
})
