/** The arithmetic behind the Averages page. */
import { describe, expect, test } from 'vitest'
import type { AverageAccuracy, ModelInfo, RunSummary } from '../../main/contract/types.ts'
import { defaultSpecification } from '../../native/learn/specification.ts'
import { barsOf, headline } from '../../renderer/pages/averages/bars.ts'
import { commonMistakes, differencesOf, nearestOf } from '../../renderer/pages/averages/differences.ts'

const accuracy = (distance: 'l1' | 'rmse', digits: number[], mean: number, overall: number): AverageAccuracy => ({
  dataset: 'mnist',
  distance,
  digits,
  perDigit: [],
  mean,
  overall,
  count: 0,
  confusion: [],
})

const model = (id: string, accuracyOf: number | null, digits: number[], dataset = 'mnist'): ModelInfo => ({
  id,
  title: id,
  kind: 'trained',
  digits,
  accuracy: accuracyOf,
  dataset,
})

const run = (id: number): RunSummary => ({
  id,
  title: '',
  specification: defaultSpecification(),
  state: 'finished',
  createdAt: 0,
  step: 0,
  stepsPerEpoch: 0,
  totalSteps: 0,
  learningRate: 0.1,
  parameters: 0,
  sizes: [],
  trainCount: 0,
  testCount: 0,
  imagesPerSecond: null,
  accuracy: null,
  lastLoss: null,
  problem: null,
  endedBy: null,
  stopAt: null,
  device: null,
  diagnoses: [],
  model: `run-${id}`,
})

describe('one image against averages', () => {
  test('differences are above zero where the image is darker, and the range is the largest of all', () => {
    const pixels = new Uint8Array(784)
    pixels[0] = 255
    pixels[1] = 51
    const means = new Float32Array(2 * 784)
    means[1] = 0.5
    means[784] = 0.25
    const { pictures, range } = differencesOf(pixels, means)
    expect(pictures).toHaveLength(2)
    expect(pictures[0]?.[0]).toBe(1)
    expect(pictures[0]?.[1]).toBeCloseTo(-0.3, 6)
    expect(pictures[1]?.[0]).toBe(0.75)
    expect(range).toBe(1)
  })

  test('the nearest average has the shortest distance', () => {
    expect(nearestOf([0.3, 0.2, 0.25])).toBe(1)
    expect(nearestOf([])).toBe(-1)
  })
})

test('the most frequent mistakes come first, right answers never', () => {
  const confusion = [
    [90, 10, 0],
    [3, 95, 2],
    [0, 30, 70],
  ]
  expect(commonMistakes(confusion, 2)).toEqual([
    { from: 2, to: 1, count: 30, of: 100 },
    { from: 0, to: 1, count: 10, of: 100 },
  ])
})

describe('the bars', () => {
  const ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

  test('give the mean for two digits and the share of all images for ten', () => {
    expect(headline(accuracy('l1', [3, 7], 0.9511, 0.9514))).toBe(0.9511)
    expect(headline(accuracy('l1', ten, 0.6605, 0.6685))).toBe(0.6685)
  })

  test('hold guessing, both averages and the best fitting model of each kind, in order', () => {
    const bars = barsOf({
      dataset: 'mnist',
      digits: ten,
      l1: accuracy('l1', ten, 0.66, 0.6685),
      rmse: accuracy('rmse', ten, 0.81, 0.8203),
      chosen: 'rmse',
      models: [
        model('starter', 0.98, ten),
        model('run-1', 0.91, ten),
        model('run-2', 0.92, ten),
        model('run-3', 0.99, [3, 7]),
        model('run-4', 0.99, ten, 'synthetic'),
        model('run-5', null, ten),
      ],
      runs: [run(1), run(2)],
    })
    expect(bars.map(({ name, accuracy: value }) => [name, value])).toEqual([
      ['Guessing', 0.1],
      ['Average, L1', 0.6685],
      ['Average, RMSE', 0.8203],
      ['Linear, run 2', 0.92],
      ['starter, shipped', 0.98],
    ])
    expect(bars.filter((bar) => bar.chosen).map((bar) => bar.key)).toEqual(['rmse'])
  })
})
