import { describe, expect, it } from 'vitest'
import { cosine, exponential, normalQuantiles, sine } from '../../../data/synthetic/arithmetic.ts'

describe('arithmetic', () => {
  it('agrees with Math within 1e-7 where the simulated hand uses it', () => {
    for (let x = -3; x <= 3; x += 0.01) expect(Math.abs(exponential(x) / Math.exp(x) - 1)).toBeLessThan(1e-7)
    for (let x = -2; x <= 2; x += 0.01) {
      expect(Math.abs(sine(x) - Math.sin(x))).toBeLessThan(1e-8)
      expect(Math.abs(cosine(x) - Math.cos(x))).toBeLessThan(1e-8)
    }
  })

  it('knows the normal distribution: quantiles .75, .975 and .995 from the tables', () => {
    const quantile = (p: number): number => {
      const position = p * 1024 - 0.5
      const index = Math.floor(position)
      const low = normalQuantiles[index]!
      return low + (normalQuantiles[index + 1]! - low) * (position - index)
    }
    expect(quantile(0.5)).toBeCloseTo(0, 6)
    expect(quantile(0.75)).toBeCloseTo(0.67449, 4)
    expect(quantile(0.975)).toBeCloseTo(1.95996, 3)
    expect(quantile(0.005)).toBeCloseTo(-2.57583, 2)
  })
})
