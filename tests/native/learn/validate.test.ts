/** What a form, the command line and the engine refuse before anything is computed, in words for a learner. */
import { describe, expect, test } from 'vitest'
import { defaultSpecification, type RunSpecification } from '../../../native/learn/specification.ts'
import { problemsOf } from '../../../native/learn/validate.ts'
import { specificationSchema } from '../../../main/contract/specification-schema.ts'

const specification = (changes: Partial<RunSpecification>): RunSpecification => ({
  ...defaultSpecification([3, 7]),
  ...changes,
})

describe('a setting out of its range is told at its field, with what it may be', () => {
  test.each([
    [{ learningRate: 0 }, 'The learning rate must be above 0; found 0.'],
    [{ learningRate: Number.NaN }, 'The learning rate must be above 0; found NaN.'],
    [{ learningRate: 1e7 }, 'The learning rate must be at most 1,000,000; found 10000000.'],
    // A number that small is 0 for a processor that computes without denormal numbers, and was kept as 0.
    [{ learningRate: 1e-320 }, 'With learning rate 1e-320 no weight would ever move; choose at least 1e-30.'],
    [{ batchSize: 1.5 }, 'The batch size must be a whole number from 1 to 100,000; found 1.5.'],
    [{ batchSize: 100_001 }, 'The batch size must be a whole number from 1 to 100,000; found 100001.'],
    [{ epochs: 10_001 }, 'The epochs must be a whole number from 1 to 10,000; found 10001.'],
    [
      { model: 'mlp', hidden: [1, 1, 1, 1, 1, 1, 1, 1, 1] },
      'A multi-layer model has at most eight hidden layers; found 9.',
    ],
    [
      { stopAt: { metric: 'validLoss', value: 2e6 } },
      'The validation loss to stop at must be above 0 and at most 1,000,000; found 2000000.',
    ],
  ] as const)('%j', (changes, message) => {
    const field = Object.keys(changes).at(-1)
    expect(problemsOf(specification(changes))).toEqual([{ field, code: 'train/bad-specification', message }])
  })
})

test('what is trained is what the contract lets through: at the ends of every range, and not beyond', () => {
  const ends: [Partial<RunSpecification>, Partial<RunSpecification>][] = [
    [{ learningRate: 1e6 }, { learningRate: 1.1e6 }],
    [{ batchSize: 100_000 }, { batchSize: 100_001 }],
    [{ epochs: 10_000 }, { epochs: 10_001 }],
    [{ threads: 64 }, { threads: 65 }],
    [{ seed: 2 ** 32 - 1 }, { seed: 2 ** 32 }],
    [{ dropout: 0.9 }, { dropout: 0.91 }],
    [{ weightDecay: 1 }, { weightDecay: 1.01 }],
    [
      { loss: 'cross_entropy', labelSmoothing: 0.5 },
      { loss: 'cross_entropy', labelSmoothing: 0.51 },
    ],
    [
      { model: 'mlp', hidden: [4096] },
      { model: 'mlp', hidden: [4097] },
    ],
    [{ stopAt: { metric: 'validLoss', value: 1e6 } }, { stopAt: { metric: 'validLoss', value: 1.1e6 } }],
  ]
  for (const [within, beyond] of ends) {
    expect(problemsOf(specification(within)), JSON.stringify(within)).toEqual([])
    expect(specificationSchema.safeParse(specification(within)).success, JSON.stringify(within)).toBe(true)
    expect(problemsOf(specification(beyond)), JSON.stringify(beyond)).toHaveLength(1)
    expect(specificationSchema.safeParse(specification(beyond)).success, JSON.stringify(beyond)).toBe(false)
  }
})
