/** What the learning-rate finder's panel says and how its axes are drawn. */
import { describe, expect, test } from 'vitest'
import { AppError } from '../../data/error.ts'
import { rateRange } from '../../native/learn/specification.ts'
import { searchAnswer } from '../../renderer/pages/train/rate-search.ts'
import { rateLossAxis, rateTicks } from '../../renderer/ui/charts/rate-chart.tsx'

describe('the axes of the finder', () => {
  test('the rates have round ticks within the range, few enough to read', () => {
    for (const loss of ['cross_entropy', 'mnist_loss'] as const) {
      const { from, to } = rateRange({ loss })
      const ticks = rateTicks(from, to)
      expect(ticks.length).toBeGreaterThanOrEqual(4)
      expect(ticks.length).toBeLessThanOrEqual(6)
      expect(ticks.at(-1)).toBe(to)
      expect(ticks[0]).toBeGreaterThanOrEqual(from)
      for (const tick of ticks) expect(Math.log10(tick) % 1).toBeCloseTo(0, 9)
    }
  })

  test('the losses end where breaking away would press all else together', () => {
    const losses = Float32Array.from({ length: 100 }, (_, at) => (at < 70 ? 2.3 : at < 90 ? 1.3 : 500))
    const [low, high] = rateLossAxis({ losses, smoothed: losses }).domain
    expect(low).toBeLessThanOrEqual(1.3)
    expect(high).toBeGreaterThanOrEqual(2.3)
    expect(high).toBeLessThan(5)
    expect(rateLossAxis({ losses: new Float32Array(0), smoothed: new Float32Array(0) }).ticks.length).toBeGreaterThan(2)
  })
})

describe('the answer to "Which learning rate?"', () => {
  const none = new Float32Array(0)
  const found = { rates: none, losses: none, smoothed: none, outcome: 'end' } as const
  const suggestions = { valley: null, steep: null, minimum: null }
  const done = (suggestion: number | null) => ({ kind: 'done', result: { ...found, suggestions, suggestion } }) as const

  test('names the rate and how it was found, or that there is none', () => {
    expect(searchAnswer(done(0.21), false)).toBe(
      '**0.21** is a good rate: a third of where the loss falls most steeply.',
    )
    expect(searchAnswer(done(0.015), true)).toBe('**0.015** is a good rate: where the loss falls most steeply.')
    expect(searchAnswer(done(null), false)).toBe('The loss does not clearly fall at any of these rates.')
  })

  test('says what goes on meanwhile', () => {
    expect(searchAnswer({ kind: 'searching', curve: null, fraction: 0 }, false)).toBe('First it reads the images.')
    expect(searchAnswer({ kind: 'searching', curve: found, fraction: 0.1 }, false)).toContain('ever larger rate')
    const error = new AppError('train/bad-specification', 'No.')
    expect(searchAnswer({ kind: 'failed', error }, false)).toBe('This could not be tried.')
  })
})
