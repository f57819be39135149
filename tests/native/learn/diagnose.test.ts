import { describe, expect, test } from 'vitest'
import { diagnose, type Facts, type Symptom } from '../../../native/learn/diagnose.ts'
import { allDigits, defaultSpecification, type RunSpecification } from '../../../native/learn/specification.ts'
import { problemsOf } from '../../../native/learn/validate.ts'

const oneClass = { kind: 'one-class', digit: 7, spread: 1, largest: 2 } as const
const diverged = { kind: 'diverged' } as const

function facts(changes: Partial<RunSpecification>, symptom: Symptom, step = 100): Facts {
  const specification = { ...defaultSpecification([3, 7]), ...changes }
  return { specification, learningRate: specification.learningRate, step, stepsPerEpoch: 49, symptom }
}

describe('a diagnosis', () => {
  const cases: [string, Partial<RunSpecification>, Symptom, number, string, Partial<RunSpecification>][] = [
    ['too high a learning rate', { learningRate: 50 }, diverged, 9, 'diverged/rate-too-high', { learningRate: 0.1 }],
    [
      'a forgotten zero_grad',
      { forgetZeroGrad: true },
      diverged,
      9,
      'diverged/forgotten-zero-grad',
      { forgetZeroGrad: false },
    ],
    [
      'a loss without slope',
      { loss: 'accuracy', forgetZeroGrad: true },
      { kind: 'still' },
      1,
      'still/no-gradient',
      { loss: 'mnist_loss' },
    ],
    ['accuracy as loss', { loss: 'accuracy' }, oneClass, 99, 'one-class/no-gradient', { loss: 'mnist_loss' }],
    [
      'zeros in hidden layers',
      { model: 'simple_net', initialization: 'zeros' },
      oneClass,
      99,
      'one-class/zero-weights',
      { initialization: 'linear' },
    ],
    ["the book's order", { order: 'book' }, oneClass, 49, 'one-class/unshuffled', { order: 'shuffled' }],
    [
      'dead units',
      { model: 'simple_net', learningRate: 100 },
      { ...oneClass, spread: 0 },
      500,
      'one-class/dead-units',
      { learningRate: 0.1 },
    ],
    [
      'a saturated sigmoid in the loss',
      { learningRate: 10 },
      { ...oneClass, largest: 400 },
      500,
      'one-class/saturated-loss',
      { learningRate: 0.1 },
    ],
    [
      'saturated hidden units',
      { model: 'mlp', activation: 'sigmoid', initialization: 'normal' },
      oneClass,
      500,
      'one-class/saturated-hidden',
      { initialization: 'xavier' },
    ],
    [
      'a learning rate that moves nothing',
      { learningRate: 1e-6 },
      oneClass,
      500,
      'one-class/rate-too-low',
      { learningRate: 0.1 },
    ],
    [
      'a learning rate with which the loss stays',
      { learningRate: 1e-4 },
      { kind: 'slow' },
      49,
      'slow/rate-too-low',
      { learningRate: 0.1 },
    ],
    [
      'first weights that are too large, whatever the learning rate',
      { model: 'mlp', hidden: [128, 128, 128], initialization: 'normal', learningRate: 1e6 },
      diverged,
      3,
      'diverged/large-weights',
      { initialization: 'he', learningRate: 0.1 },
    ],
    [
      "the book's order of ten digits, however late",
      { digits: allDigits, loss: 'cross_entropy', order: 'book', learningRate: 0.5 },
      oneClass,
      9000,
      'one-class/unshuffled',
      { order: 'shuffled' },
    ],
    [
      'a weight decay that is too strong',
      { model: 'simple_net', weightDecay: 1 },
      { ...oneClass, spread: 0 },
      500,
      'one-class/weight-decay',
      { weightDecay: 0 },
    ],
    [
      'several layers of sigmoid',
      { model: 'mlp', hidden: [64, 64, 64], activation: 'sigmoid' },
      oneClass,
      500,
      'one-class/vanishing-gradient',
      { activation: 'relu' },
    ],
  ]
  test.each(cases)('names %s, and what to change', (_, changes, symptom, step, code, remedy) => {
    const [first] = diagnose(facts(changes, symptom, step))
    expect(first).toMatchObject({ code, step })
    expect(first!.remedy?.changes).toEqual(remedy)
    const repaired = { ...defaultSpecification([3, 7]), ...changes, ...first!.remedy?.changes }
    expect(problemsOf(repaired)).toEqual([])
  })

  test('there always is one, and it says what is seen', () => {
    const [only, ...more] = diagnose(facts({}, oneClass, 500))
    expect(more).toEqual([])
    expect(only).toMatchObject({ code: 'one-class/unknown', title: 'It reads every image as a 7.' })
    expect(diagnose(facts({}, { ...oneClass, digit: 8 }))[0]!.title).toBe('It reads every image as an 8.')
    expect(diagnose(facts({}, diverged))[0]!.title).toBe('The loss is no longer a number.')
  })

  test('a loss that hardly moves is put down to small steps alone, not to large ones as well', () => {
    for (const changes of [{}, { forgetZeroGrad: true }, { weightDecay: 1 }, { initialization: 'normal' } as const]) {
      const found = diagnose(facts({ ...changes, learningRate: 1e-4 }, { kind: 'slow' }))
      expect(found.map(({ code }) => code)).toEqual(['slow/rate-too-low'])
    }
  })

  test('a shuffled order is not blamed, nor the order later on', () => {
    const codes = (changes: Partial<RunSpecification>, step: number) =>
      diagnose(facts(changes, oneClass, step)).map(({ code }) => code)
    expect(codes({ order: 'shuffled' }, 49)).not.toContain('one-class/unshuffled')
    expect(codes({ order: 'book' }, 49 * 10)).not.toContain('one-class/unshuffled')
  })
})
