import { beforeAll, describe, expect, test } from 'vitest'
import { Datasets } from '../../../data/datasets.ts'
import { AppError } from '../../../data/error.ts'
import type { ImageSet } from '../../../data/image-set.ts'
import { generateDigits } from '../../../data/synthetic/index.ts'
import { buildModel } from '../../../native/learn/models/index.ts'
import { initialize } from '../../../native/learn/parameters.ts'
import { defaultSpecification, presets, rateRange, type RunSpecification } from '../../../native/learn/specification.ts'
import { findRate } from '../../../native/trainer/learning-rate-finder.ts'
import { suggestionOf, suggestionsOf } from '../../../native/trainer/rate-suggestions.ts'
import { Trainer } from '../../../native/trainer/trainer.ts'
import { datasetsFolder, describeWithMnist } from '../../mnist.ts'

const train = generateDigits({ count: 2000, seed: 1 })

function specification(change: Partial<RunSpecification> = {}): RunSpecification {
  return { ...defaultSpecification(change.digits), batchSize: 64, ...change }
}

describe('a search', () => {
  test('multiplies the rate by the same factor at each mini-batch, over the range of its loss', async () => {
    for (const loss of ['cross_entropy', 'mse'] as const) {
      const { rates, losses, smoothed, outcome } = await findRate(specification({ loss }), train)
      const { from, to } = rateRange({ loss })
      expect(rates[0]).toBeCloseTo(from, 12)
      const factor = (to / from) ** (1 / 99)
      rates.slice(1).forEach((rate, at) => expect(rate / rates[at]!).toBeCloseTo(factor, 4))
      if (outcome === 'end') expect(rates.at(-1)! / to).toBeCloseTo(1, 4)
      expect(losses).toHaveLength(rates.length)
      // The average of all so far, each .98 of the weight of the next.
      const weights = losses.map((_, at) => 0.98 ** (losses.length - 1 - at))
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      const average = losses.reduce((sum, each, at) => sum + each * weights[at]!, 0) / total
      expect(smoothed.at(-1)).toBeCloseTo(average, 4)
      expect(smoothed[0]).toBeCloseTo(losses[0]!, 5)
    }
  })

  test('begins where a run of the same settings begins, and shuffles even what the run does not', async () => {
    const spec = specification({ model: 'simple_net' })
    const losses: number[] = []
    const trainer = await Trainer.create(spec, { train, test: train }, { stepped: (_, more) => losses.push(...more) })
    trainer.stepBatches(1)
    while (trainer.state === 'training') await new Promise((resolve) => setTimeout(resolve, 1))
    await trainer.dispose()
    const search = await findRate(spec, train)
    expect(search.losses[0]).toBe(losses[0])
    expect((await findRate({ ...spec, order: 'book' }, train)).losses).toEqual(search.losses)
  })

  test('ends when the smoothed loss is four times its best, or no number', async () => {
    const spec = specification({ model: 'mlp', hidden: [32], optimizer: 'momentum' })
    const { smoothed, outcome, rates } = await findRate(spec, train, { to: 1e6 })
    expect(outcome).toBe('diverged')
    expect(rates.length).toBeLessThan(100)
    const best = Math.min(...smoothed)
    expect(smoothed.slice(0, -1).every((loss) => loss <= 4 * best)).toBe(true)
  })

  test('works on a copy: weights that it is given stay as they are', async () => {
    const spec = specification({ optimizer: 'adam' })
    const weights = initialize(buildModel(spec).parameters, 'linear', 5)
    const before = new Map([...weights].map(([name, numbers]) => [name, numbers.slice()]))
    await findRate(spec, train, { weights })
    expect(weights).toEqual(before)
    const other = findRate({ ...spec, model: 'simple_net' }, train, { weights })
    await expect(other).rejects.toMatchObject({ code: 'train/bad-specification' })
    await expect(findRate({ ...spec, batchSize: 3000 }, train)).rejects.toThrow(AppError)
  })

  test('goes through as many epochs as it needs, in full mini-batches', async () => {
    const { rates } = await findRate(specification({ batchSize: 900 }), train, { steps: 9 })
    expect(rates).toHaveLength(9)
  })

  test('tells how far it is, and ends when it is told to', async () => {
    const cancel = new AbortController()
    const fractions: number[] = []
    const { outcome, suggestion, rates } = await findRate(specification(), train, {
      signal: cancel.signal,
      onProgress: (_, fraction) => {
        fractions.push(fraction)
        if (fractions.length === 2) cancel.abort()
      },
    })
    expect([outcome, suggestion]).toEqual(['cancelled', null])
    // The first slice is one mini-batch, which tells how many the next ones can have.
    expect(fractions).toEqual([0.01, rates.length / 100])
  })

  test('suggests nothing where nothing falls: accuracy as loss', async () => {
    expect((await findRate(specification({ loss: 'accuracy' }), train)).suggestion).toBe(null)
  })

  test('suggests nothing where only the last bias moves: hidden layers of zeros', async () => {
    const zeros = specification({ digits: [3, 7], model: 'simple_net', initialization: 'zeros', batchSize: 256 })
    const { losses, suggestion } = await findRate(zeros, train)
    expect(losses[0]).toBeCloseTo(0.5, 6)
    expect(suggestion).toBe(null)
  })
})

describe('suggestions', () => {
  /** A curve over the rates 1e-6 .. 1e-6 x 10^(0.07 at): flat, a valley with one steep place, then up. */
  const count = 100
  const rates = Float32Array.from({ length: count }, (_, at) => 1e-6 * 10 ** (0.07 * at))
  const lossAt = (at: number): number => {
    if (at < 40) return 2.3 + (at % 2 === 0 ? 0.001 : -0.001)
    if (at <= 80) return 2.3 - 0.02 * (at - 40) - (at > 65 ? 0.5 : 0)
    return 1 + 0.3 * (at - 80)
  }
  const losses = Float32Array.from({ length: count }, (_, at) => lossAt(at))
  const curve = { rates, losses, smoothed: losses }

  test("fastai's: the middle of the valley, the steepest place, a tenth of the lowest", () => {
    const { valley, steep, minimum } = suggestionsOf(curve, count)
    // The way down has 42 points, 39 to 80, of which one is before the first two thirds' half: 39 + 14 + 7 with fastai's rounding.
    expect(valley).toBeCloseTo(rates[59]!, 6)
    expect(steep).toBeCloseTo(rates[65]!, 6)
    expect(minimum).toBeCloseTo(rates[80]! / 10, 6)
  })

  test('to train with: the steepest place on the way down, for one-cycle, and a third of it for a rate that stays', () => {
    expect(suggestionOf(curve, count, 'one-cycle')).toBeCloseTo(rates[65]!, 6)
    expect(suggestionOf(curve, count, 'constant')).toBeCloseTo(rates[65]! / 3, 6)
    expect(suggestionOf(curve, count, 'step')).toBeCloseTo(rates[65]! / 3, 6)
  })

  test('none where the curve is flat, rises, or falls by less than the noise of mini-batches', () => {
    const flat = { rates, losses: losses.map(() => 1), smoothed: losses.map(() => 1) }
    expect(suggestionOf(flat, count, 'constant')).toBe(null)
    expect(suggestionsOf(flat, count)).toEqual({ valley: null, steep: null, minimum: null })
    const rising = losses.map((_, at) => 1 + at)
    expect(suggestionOf({ rates, losses: rising, smoothed: rising }, count, 'constant')).toBe(null)
    const noisy = losses.map((loss, at) => loss + (at % 2 === 0 ? 5 : -5))
    expect(suggestionOf({ rates, losses: noisy, smoothed: losses }, count, 'constant')).toBe(null)
  })

  test('none of a search that hardly began', () => {
    const start = { rates: rates.subarray(0, 5), losses: losses.subarray(0, 5), smoothed: losses.subarray(0, 5) }
    expect(suggestionOf(start, count, 'constant')).toBe(null)
    expect(suggestionsOf(start, count)).toEqual({ valley: null, steep: null, minimum: null })
  })
})

describeWithMnist('the suggestion trains well on MNIST', () => {
  let sets: { train: ImageSet; test: ImageSet }
  beforeAll(async () => {
    const nothing = (): void => undefined
    const datasets = new Datasets({
      dataDirectory: '',
      searchFolders: [datasetsFolder ?? ''],
      onProgress: nothing,
      onChanged: nothing,
    })
    sets = { train: await datasets.load('mnist', 'train'), test: await datasets.load('mnist', 'test') }
  })

  async function accuracyOf(spec: RunSpecification): Promise<number> {
    let accuracy = 0
    const trainer = await Trainer.create(spec, sets, { epochEnded: (epoch) => (accuracy = epoch.accuracy) })
    trainer.resume()
    expect(await trainer.ended).toBe('finished')
    await trainer.dispose()
    return accuracy
  }

  // The others take longer; what they reach stands in docs/decisions/007-learning-rate-finder.md.
  const quick = presets.filter(({ specification: { model } }) => model === 'linear')
  test.each(quick)('$id: within a point of the preset', async (preset) => {
    const spec = { ...defaultSpecification(), ...preset.specification, dataset: 'mnist' }
    const { suggestion } = await findRate(spec, sets.train)
    const own = await accuracyOf(spec)
    expect(await accuracyOf({ ...spec, learningRate: suggestion ?? 0 })).toBeGreaterThan(own - 0.01)
  })
})
