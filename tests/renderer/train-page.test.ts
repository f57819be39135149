/** The rules behind the Train page: its form, its words, its slider, and how its pictures are packed. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RunState, RunSummary } from '../../main/contract/types.ts'
import { specificationSchema } from '../../main/contract/specification-schema.ts'
import { allDigits, defaultSpecification, presets } from '../../native/learn/specification.ts'
import {
  draftOf,
  lossesFor,
  problemsIn,
  specificationOf,
  withDigit,
  withDigits,
  withPreset,
} from '../../renderer/pages/train/draft.ts'
import { nextRate, positionOf, rateAt } from '../../renderer/pages/train/learning-rate.ts'
import { packPictures } from '../../renderer/pages/train/pack-pictures.ts'
import { answerOf, placeOf } from '../../renderer/pages/train/words.ts'
import { spread } from '../../renderer/ui/charts/spread.ts'

describe('the Learner form', () => {
  const draft = draftOf(defaultSpecification())

  test('every preset goes through the form unchanged and can be trained', () => {
    for (const preset of presets) {
      const chosen = withPreset(draft, preset)
      expect(problemsIn(chosen)).toEqual({})
      expect(specificationOf(chosen)).toEqual({ ...defaultSpecification(), ...preset.specification })
      expect(specificationSchema.safeParse(specificationOf(chosen)).success).toBe(true)
    }
  })

  test('mnist_loss is offered for two digits alone, and digits bring their usual loss', () => {
    expect(lossesFor(true)).not.toContain('mnist_loss')
    expect(lossesFor(false)).toContain('mnist_loss')
    const two = withDigits(draft, false)
    expect(specificationOf(two)).toMatchObject({ digits: [3, 7], loss: 'mnist_loss' })
    expect(specificationOf(withDigits(two, true))).toMatchObject({ digits: allDigits, loss: 'cross_entropy' })
  })

  test('choosing the digit of the other place swaps the two', () => {
    const two = withDigits(draft, false)
    expect(withDigit(two, 0, 7).pair).toEqual([7, 3])
    expect(withDigit(two, 1, 9).pair).toEqual([3, 9])
  })

  test('a field that cannot be trained with has a short message', () => {
    const wrong = { ...draft, batchSize: '-256', learningRate: '', epochs: '1.5', seed: 'x', threads: '65' }
    expect(problemsIn(wrong)).toEqual({
      batchSize: 'a whole number from 1 to 100,000',
      learningRate: 'above 0',
      epochs: 'a whole number from 1 to 10,000',
      seed: 'a whole number from 0 to 4294967295',
      threads: 'a whole number from 1 to 64, or auto (0) for what is fastest',
    })
    expect(problemsIn({ ...draft, model: 'mlp', hidden: '128, 0' })).toHaveProperty('hidden')
  })

  test('auto as threads is 0, which the engine measures, and back', () => {
    const open = { ...draft, threads: 'Auto' }
    expect(problemsIn(open)).toEqual({})
    expect(specificationOf(open).threads).toBe(0)
    expect(draftOf(specificationOf(open)).threads).toBe('auto')
  })

  test('whatever the form lets through, the engine takes', () => {
    const text = fc.oneof(fc.integer({ min: -2, max: 20_000 }).map(String), fc.constantFrom('', '0.5', '1e3', 'ten'))
    fc.assert(
      fc.property(text, text, text, text, text, (learningRate, batchSize, epochs, seed, hidden) => {
        const typed = { ...draft, model: 'mlp' as const, learningRate, batchSize, epochs, seed, hidden }
        const good = Object.keys(problemsIn(typed)).length === 0
        expect(specificationSchema.safeParse(specificationOf(typed)).success || !good).toBe(true)
      }),
      { numRuns: 300, seed: 1 },
    )
  })
})

describe('the learning rate', () => {
  test('has a place on the slider and comes back from it', () => {
    for (const rate of [0.0001, 0.01, 0.5, 1, 200, 1000]) expect(rateAt(positionOf(rate))).toBe(rate)
    expect(positionOf(50_000)).toBe(3)
  })

  test('goes up and down by 1, 2, 5', () => {
    expect([0.1, 0.2, 0.5, 0.3, 1000].map((rate) => nextRate(rate, 1))).toEqual([0.2, 0.5, 1, 0.5, 1000])
    expect([0.1, 0.2, 0.5, 0.3, 0.0001].map((rate) => nextRate(rate, -1))).toEqual([0.05, 0.1, 0.2, 0.2, 0.0001])
  })
})

describe('what the page says', () => {
  const run = (state: RunState): RunSummary => ({
    id: 1,
    title: '',
    specification: { ...defaultSpecification(), epochs: 20 },
    state,
    createdAt: 0,
    step: 1757,
    stepsPerEpoch: 235,
    totalSteps: 4700,
    learningRate: 0.5,
    parameters: 23_860,
    sizes: [784, 30, 10],
    trainCount: 60_000,
    testCount: 10_000,
    imagesPerSecond: null,
    accuracy: null,
    lastLoss: null,
    problem: null,
    endedBy: null,
    stopAt: null,
    device: null,
    diagnoses: [],
    model: null,
  })
  const facts = { step: 1757, first: 2.31, smoothed: 0.1, divergedAt: null, epochs: 7, generated: null }

  test('a run that trains lowers the loss, and it says so when it does not', () => {
    expect(answerOf({ run: run('training'), ...facts })).toBe(
      'It lowers the loss, batch by batch: from **2.31** to **0.10** so far.',
    )
    expect(answerOf({ run: run('training'), ...facts, smoothed: 3 })).toContain('does not lower')
    expect(answerOf({ run: { ...run('finished'), accuracy: 0.9662 }, ...facts })).toBe(
      'It reads **0.9662** of the test images right.',
    )
    expect(answerOf({ run: run('diverged'), ...facts, divergedAt: 13 })).toContain('after 12 mini-batches')
    expect(answerOf({ run: run('training'), ...facts, first: 2.306, smoothed: 2.305 })).toBe(
      'The loss is **2.31** so far.',
    )
  })

  test('a run that learns nothing is never told as progress', () => {
    const stuck = (code: string): RunSummary => {
      return {
        ...run('finished'),
        accuracy: 0.0922,
        diagnoses: [{ code, step: 1, title: '', words: '', remedy: null }],
      }
    }
    expect(answerOf({ run: stuck('one-class/dead-units'), ...facts })).toContain('reads **one digit alone**')
    expect(answerOf({ run: stuck('still/no-gradient'), ...facts })).toContain('gradient is **0**')
    expect(answerOf({ run: stuck('slow/rate-too-low'), ...facts })).toContain('**hardly moves**')
  })

  test('every state has its sentence', () => {
    const states: RunState[] = [
      'preparing',
      'training',
      'paused',
      'finished',
      'stopped',
      'diverged',
      'interrupted',
      'failed',
    ]
    for (const state of states) {
      expect(answerOf({ run: run(state), ...facts })).toMatch(/^[A-Z].*\.$/)
      expect(answerOf({ run: run(state), ...facts, first: null, smoothed: null, step: 0 })).toMatch(/^[A-Z].*\.$/)
    }
    expect(answerOf({ run: null, ...facts })).toContain('Start a run')
    expect(answerOf({ run: run('paused'), ...facts, step: 0, generated: 0.61 })).toContain('written: **61 %**')
  })

  test('epochs and batches count from one and end at the last', () => {
    expect(placeOf(run('training'), 0)).toEqual({ epoch: 1, batch: 0 })
    expect(placeOf(run('training'), 1757)).toEqual({ epoch: 8, batch: 112 })
    expect(placeOf(run('finished'), 4700)).toEqual({ epoch: 20, batch: 235 })
    expect(placeOf(run('training'), 470)).toEqual({ epoch: 3, batch: 0 })
    expect(placeOf(run('paused'), 470)).toEqual({ epoch: 2, batch: 235 })
    expect(placeOf(run('paused'), 0)).toEqual({ epoch: 1, batch: 0 })
  })
})

describe('pictures and labels', () => {
  test('pictures fit their room, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 256 }),
        fc.integer({ min: 100, max: 800 }),
        fc.integer({ min: 100, max: 900 }),
        (count, width, height) => {
          const gap = 8
          const labelHeight = 20
          const { columns, side, labelled } = packPictures({
            count,
            width,
            height,
            gap,
            labelHeight,
            leastLabelled: 44,
          })
          const rows = Math.ceil(count / columns)
          expect(columns * side + (columns - 1) * gap).toBeLessThanOrEqual(Math.max(width, (columns - 1) * gap))
          const high = rows * (side + (labelled ? labelHeight : 0)) + (rows - 1) * gap
          expect(high).toBeLessThanOrEqual(Math.max(height, (rows - 1) * gap))
        },
      ),
      { numRuns: 200, seed: 1 },
    )
  })

  test('thirty units stand in whole rows', () => {
    const room = { count: 30, width: 216, height: 360, gap: 8, labelHeight: 20, leastLabelled: 44 }
    expect(30 % packPictures(room).columns).toBe(0)
  })

  test('labels at line ends never overlap and stay above the floor', () => {
    expect(
      spread(
        [
          { wanted: 10, height: 16 },
          { wanted: 12, height: 32 },
        ],
        200,
      ),
    ).toEqual([10, 26])
    expect(
      spread(
        [
          { wanted: 190, height: 16 },
          { wanted: 195, height: 16 },
        ],
        200,
      ),
    ).toEqual([168, 184])
  })
})
