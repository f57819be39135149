import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LossSeries, MAX_BUCKETS, memoryAfter } from '../../renderer/store/loss-series.ts'

/**
 * The smoothed loss in closed form: a mean of all losses so far, in which loss i has the weight 1 / memory(i) times
 * 1 - 1 / memory(j) for each later loss j.
 */
function smoothedByDefinition(losses: readonly number[]): number {
  let sum = 0
  let left = 1
  for (let index = losses.length - 1; index >= 0; index -= 1) {
    const weight = 1 / memoryAfter(index + 1)
    sum += left * weight * (losses[index] ?? NaN)
    left *= 1 - weight
  }
  return sum
}

describe('LossSeries', () => {
  test('keeps every loss in order', () => {
    const series = new LossSeries()
    expect(series.append(1, Float32Array.of(3, 2))).toBe(true)
    expect(series.append(3, Float32Array.of(1))).toBe(true)
    expect([...series.losses()]).toEqual([3, 2, 1])
    expect(series.first).toBe(3)
    expect(series.last).toBe(1)
    expect(series.at(2)).toBe(2)
    expect(series.at(4)).toBeUndefined()
  })

  test('skips what it knows and refuses what leaves a gap', () => {
    const series = new LossSeries()
    series.append(1, Float32Array.of(3, 2))
    expect(series.append(2, Float32Array.of(2, 1))).toBe(true)
    expect([...series.losses()]).toEqual([3, 2, 1])
    expect(series.append(5, Float32Array.of(9))).toBe(false)
    expect(series.length).toBe(3)
  })

  test('the first smoothed loss is the first loss, a constant stays what it is', () => {
    const series = new LossSeries()
    series.append(1, Float32Array.of(0.5))
    expect(series.smoothed).toBeCloseTo(0.5, 12)
    series.append(2, new Float32Array(5000).fill(0.5))
    expect(series.smoothed).toBeCloseTo(0.5, 12)
  })

  test('remembers one loss at first and fifty later', () => {
    expect([1, 9, 393, 1000].map(memoryAfter)).toEqual([1, 2, 50, 50])
  })

  test('smooths as defined', () => {
    const losses = Array.from({ length: 300 }, (_, index) => 1 / (1 + index) + (index % 7) / 10)
    const series = new LossSeries()
    series.append(1, Float32Array.from(losses))
    expect(series.smoothed).toBeCloseTo(smoothedByDefinition(losses), 6)
  })

  test('remembers where the loss stopped being a number and leaves that out of the buckets', () => {
    const series = new LossSeries()
    series.append(1, Float32Array.of(2, 4, NaN, Infinity, 3))
    expect(series.divergedAt).toBe(3)
    expect(series.length).toBe(5)
    expect(series.buckets().map((bucket) => bucket.step)).toEqual([1, 2, 5])
    expect(series.smoothed).toBeCloseTo(smoothedByDefinition([2, 4, 3]), 6)
  })

  test('buckets never exceed their number, cover every loss and keep the extremes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 3000 }),
        fc.integer({ min: 1, max: 500 }),
        (losses, blockSize) => {
          const series = new LossSeries()
          for (let start = 0; start < losses.length; start += blockSize) {
            series.append(start + 1, Float32Array.from(losses.slice(start, start + blockSize)))
          }
          const buckets = series.buckets()
          expect(buckets.length).toBeLessThanOrEqual(MAX_BUCKETS)
          expect(buckets.at(-1)?.step).toBe(losses.length)
          let from = 0
          for (const bucket of buckets) {
            const inside = losses.slice(from, bucket.step)
            expect(bucket.low).toBe(Math.fround(Math.min(...inside)))
            expect(bucket.high).toBe(Math.fround(Math.max(...inside)))
            from = bucket.step
          }
          const last = smoothedByDefinition(losses.map(Math.fround))
          expect(buckets.at(-1)?.smooth ?? NaN).toBeCloseTo(last, 4)
        },
      ),
      { numRuns: 30, seed: 1 },
    )
  })

  test('taken back to a mini-batch it is what it was there', () => {
    const losses = Float32Array.from({ length: 1234 }, (_, index) => (index === 1100 ? NaN : Math.cos(index) + 2))
    const series = new LossSeries()
    series.append(1, losses)
    expect(series.divergedAt).toBe(1101)
    series.truncate(777)
    const fresh = new LossSeries()
    fresh.append(1, losses.subarray(0, 777))
    expect(series.buckets()).toEqual(fresh.buckets())
    expect([series.length, series.last, series.smoothed, series.divergedAt]).toEqual([
      777,
      fresh.last,
      fresh.smoothed,
      null,
    ])
    series.append(778, losses.subarray(777))
    expect(series.length).toBe(1234)
    series.truncate(0)
    expect([series.length, series.first, series.last, series.buckets()]).toEqual([0, null, null, []])
  })

  test('a past without losses is no divergence', () => {
    const series = new LossSeries()
    series.begin(30)
    expect([series.length, series.first, series.last, series.divergedAt]).toEqual([30, null, null, null])
    series.append(
      1,
      Float32Array.from({ length: 32 }, (_, index) => (index < 30 ? NaN : index)),
    )
    expect([series.length, series.first, series.last, series.divergedAt]).toEqual([32, 30, 31, null])
    expect(series.buckets().map(({ step }) => step)).toEqual([31, 32])
    series.truncate(31)
    expect([series.length, series.last, series.divergedAt]).toEqual([31, 30, null])
    series.append(32, Float32Array.of(NaN))
    expect(series.divergedAt).toBe(32)
  })

  test('the buckets do not depend on how the losses were cut into messages', () => {
    const losses = Float32Array.from({ length: 2345 }, (_, index) => Math.sin(index) + 2)
    const whole = new LossSeries()
    whole.append(1, losses)
    const parts = new LossSeries()
    for (let start = 0; start < losses.length; start += 17) parts.append(start + 1, losses.subarray(start, start + 17))
    expect(parts.buckets()).toEqual(whole.buckets())
  })
})
