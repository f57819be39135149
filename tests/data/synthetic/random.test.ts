import { describe, expect, it } from 'vitest'
import { Random } from '../../../data/synthetic/random.ts'

function started(seed: number, kind: 'writer' | 'image', index: number): Random {
  const random = new Random()
  random.start(seed, kind, index)
  return random
}

describe('Random', () => {
  it('gives the same stream for the same seed, kind and index, and another one for any other', () => {
    const first = (seed: number, kind: 'writer' | 'image', index: number): number => started(seed, kind, index).bits()
    expect(first(1, 'image', 5)).toBe(first(1, 'image', 5))
    const others = [first(1, 'image', 5), first(2, 'image', 5), first(1, 'writer', 5), first(1, 'image', 6)]
    others.push(first(1 + 2 ** 32, 'image', 5), first(1, 'image', 5 + 2 ** 32))
    expect(new Set(others).size).toBe(others.length)
  })

  it('is uniform over [0, 1) in the first numbers of neighboring streams', () => {
    const bins = Array.from({ length: 16 }, () => 0)
    for (let index = 0; index < 16_000; index++) bins[Math.floor(started(3, 'image', index).uniform() * 16)]!++
    // Chi-squared with 15 degrees of freedom: below 37.7 in 999 of 1000 cases.
    const chiSquared = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
    expect(chiSquared).toBeLessThan(37.7)
  })

  it('has normal numbers of mean 0, variance 1 and kurtosis 3', () => {
    const random = started(4, 'image', 0)
    const values = Array.from({ length: 100_000 }, () => random.normal())
    const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / values.length
    expect(moment(1)).toBeCloseTo(0, 1.5)
    expect(moment(2)).toBeCloseTo(1, 1.5)
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.15)
  })

  it('draws each whole number below a count equally often', () => {
    const random = started(5, 'image', 0)
    const counts = [0, 0, 0]
    for (let i = 0; i < 30_000; i++) counts[random.below(3)]!++
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400)
  })
})
