/** Looking back without a page: one question at a time, the newest wins, and whatever ends the past. */
import { createStore } from 'zustand/vanilla'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../data/error.ts'
import type { ArgumentsOf } from '../../main/contract/commands.ts'
import type { RunEvaluation, RunMoment, RunSummary } from '../../main/contract/types.ts'
import { defaultSpecification } from '../../native/learn/specification.ts'
import { branchDraft, changesIn, wrongIn } from '../../renderer/pages/train/branch-draft.ts'
import { pastAnswer } from '../../renderer/pages/train/words.ts'
import type { RunsState } from '../../renderer/store/run-store.ts'
import { stepBeside, stepNearest, timeLineOf, type Stride, type TimeLine } from '../../renderer/store/time-line.ts'
import { createTimeMachine, measuredAt } from '../../renderer/store/time-machine.ts'

function summary(changes: Partial<RunSummary> = {}): RunSummary {
  return {
    id: 1,
    title: 'Run 1',
    specification: { ...defaultSpecification(), epochs: 3 },
    state: 'finished',
    createdAt: 0,
    step: 30,
    stepsPerEpoch: 10,
    totalSteps: 30,
    learningRate: 0.1,
    parameters: 7850,
    sizes: [784, 10],
    trainCount: 2560,
    testCount: 500,
    imagesPerSecond: null,
    accuracy: null,
    lastLoss: null,
    problem: null,
    endedBy: null,
    stopAt: null,
    device: null,
    diagnoses: [],
    model: null,
    ...changes,
  }
}

function evaluation(step: number): RunEvaluation {
  return {
    run: 1,
    step,
    split: 'test',
    accuracy: step / 100,
    loss: 1,
    count: 1,
    digits: [],
    confusion: [],
    classes: [],
  }
}

function moment(step: number, measured = true): RunMoment {
  const weights = { run: 1, step } as RunMoment['weights']
  const reading = measured ? { digits: [3, 7], values: [0.2, 0.8], digit: 7 } : null
  return { weights, learningRate: 0.1, evaluation: measured ? evaluation(step) : null, reading }
}

/** An engine whose answers a test gives when it likes. */
function setUp() {
  type Question = ArgumentsOf<'run.at'> & { resolve: (answer: RunMoment) => void; reject: (error: Error) => void }
  const questions: Question[] = []
  const runs = createStore<RunsState>(() => ({ runs: [summary()], loaded: true }) as unknown as RunsState)
  const client = {
    call: (_name: string, asked: ArgumentsOf<'run.at'>) =>
      new Promise<RunMoment>((resolve, reject) => questions.push({ ...asked, resolve, reject })),
  } as never
  const machine = createTimeMachine(client, { api: runs }, () => null)
  const settle = () => new Promise((resolve) => setTimeout(resolve))
  return {
    machine,
    questions,
    settle,
    past: () => machine.api.getState().past,
    async answer(with_: RunMoment | Error) {
      const question = questions.at(-1)!
      if (with_ instanceof Error) question.reject(with_)
      else question.resolve(with_)
      await settle()
    },
    put: (changes: Partial<RunSummary>) => runs.setState({ runs: [summary(changes)] }),
    remove: () => runs.setState({ runs: [] }),
  }
}

describe('looking back', () => {
  test('one question is under way however fast the hand moves, and the newest step is asked for next', async () => {
    const { machine, questions, answer, past } = setUp()
    for (const step of [25, 20, 15, 10]) machine.look(summary(), step)
    expect(questions.map(({ step }) => step)).toEqual([25])
    await answer(moment(25))
    // What has come is shown, although it is of a step that the hand has left.
    expect(past()).toMatchObject({ step: 10, moment: { weights: { step: 25 } } })
    expect(questions.map(({ step }) => step)).toEqual([25, 10])
    await answer(moment(10))
    expect(questions).toHaveLength(2)
    expect(past()).toMatchObject({ step: 10, digit: 7, moment: { weights: { step: 10 } } })
    expect(measuredAt(past()!)?.accuracy).toBe(0.1)
  })

  test('an answer from the way there is shown, its figures stay those that were, and the question is asked again', async () => {
    const { machine, questions, answer, past } = setUp()
    machine.look(summary(), 10)
    await answer(moment(10))
    machine.look(summary(), 20)
    await answer(moment(14, false))
    expect(past()).toMatchObject({ moment: { weights: { step: 14 } }, evaluation: { step: 10 }, digit: 7 })
    expect(measuredAt(past()!)).toBeNull()
    await answer(moment(17, false))
    await answer(moment(20))
    expect(questions.map(({ step }) => step)).toEqual([10, 20, 20, 20])
    expect(measuredAt(past()!)?.step).toBe(20)
  })

  test('nothing is shown of a past that was left while it was asked for', async () => {
    const { machine, questions, answer, past } = setUp()
    machine.look(summary(), 10)
    machine.leave()
    await answer(moment(10))
    expect(past()).toBeNull()
    machine.look(summary(), 12)
    expect(questions.at(-1)).toMatchObject({ step: 12 })
  })

  test('the past ends when the run goes on, has other steps, or is gone', () => {
    const { machine, put, remove, past } = setUp()
    const look = () => machine.look(summary(), 10)
    look()
    put({ learningRate: 0.5 })
    expect(past()).not.toBeNull()
    put({ state: 'training' })
    expect(past()).toBeNull()
    put({})
    look()
    put({ step: 29 })
    expect(past()).toBeNull()
    put({})
    look()
    remove()
    expect(past()).toBeNull()
  })

  test('a step that cannot be made again is told, another step can be looked at, and a removed run is left', async () => {
    const { machine, answer, past } = setUp()
    machine.look(summary(), 10)
    await answer(new AppError('train/wrong-state', 'Run 1 has no state at mini-batch 10. Look elsewhere.'))
    expect(past()?.problem?.code).toBe('train/wrong-state')
    machine.look(summary(), 20)
    expect(past()?.problem).toBeNull()
    await answer(moment(20))
    expect(past()?.moment?.weights.step).toBe(20)
    machine.look(summary(), 21)
    await answer(new AppError('train/unknown-run', 'There is no run 1.'))
    expect(past()).toBeNull()
  })

  test('the problem of a step that the hand has left is not told', async () => {
    const { machine, questions, answer, past } = setUp()
    machine.look(summary(), 10)
    machine.look(summary(), 20)
    await answer(new AppError('train/wrong-state', 'Run 1 has no state at mini-batch 10. Look elsewhere.'))
    expect(past()?.problem).toBeNull()
    expect(questions.at(-1)?.step).toBe(20)
  })

  test('a lost engine is not asked again and again, and the next one is asked from the beginning', async () => {
    const { machine, questions, answer, past } = setUp()
    machine.look(summary(), 10)
    await answer(new AppError('engine/crashed', 'The engine ended. It is started again.'))
    expect(questions).toHaveLength(1)
    machine.again()
    expect(questions.map(({ step }) => step)).toEqual([10, 10])
    await answer(moment(10))
    expect(past()).toMatchObject({ problem: null, moment: { weights: { step: 10 } } })
  })
})

describe('the line of recorded steps', () => {
  const whole = { unrecorded: 0, divergedAt: null }
  const line = timeLineOf(summary(), whole)!

  test('a run that goes on, and one that has trained nothing, has none', () => {
    expect(line).toEqual({ first: 0, latest: 29, present: 30, stepsPerEpoch: 10 })
    expect(timeLineOf(null, whole)).toBeNull()
    for (const state of ['training', 'preparing'] as const) expect(timeLineOf(summary({ state }), whole)).toBeNull()
    expect(timeLineOf(summary({ step: 0 }), whole)).toBeNull()
    expect(timeLineOf(summary({ stepsPerEpoch: 0 }), whole)).toBeNull()
  })

  test('it begins where losses are recorded, and ends before the mini-batch that burst the weights', () => {
    expect(timeLineOf(summary({ state: 'diverged' }), { unrecorded: 0, divergedAt: 13 })).toMatchObject({ latest: 12 })
    expect(timeLineOf(summary(), { unrecorded: 20, divergedAt: null })).toMatchObject({ first: 20, latest: 29 })
    expect(timeLineOf(summary({ step: 20 }), { unrecorded: 20, divergedAt: null })).toBeNull()
  })

  test('a place on the axis is the nearest step; beyond the last one it is the present', () => {
    expect([-1, 0, 1.04, 1.06, 2.94, 2.96, 5].map((epochs) => stepNearest(line, epochs))).toEqual([
      0, 0, 10, 11, 29, 30, 30,
    ])
  })

  test('strides go to the step or the epoch beside, from either side', () => {
    const from = (step: number, stride: Stride) => stepBeside(line, step, stride)
    expect([from(30, 'back'), from(29, 'on'), from(0, 'back')]).toEqual([29, 30, 0])
    expect([from(15, 'epoch back'), from(20, 'epoch back'), from(0, 'epoch back')]).toEqual([10, 10, 0])
    expect([from(15, 'epoch on'), from(20, 'epoch on'), from(3, 'first'), from(3, 'present')]).toEqual([20, 30, 0, 30])
  })

  test('whatever is pressed stays on the line', () => {
    const strides = ['back', 'on', 'epoch back', 'epoch on', 'first', 'present'] as const
    fc.assert(
      fc.property(
        fc.nat(50),
        fc.nat(50),
        fc.nat(50),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.constantFrom(...strides)),
        (first, more, rest, stepsPerEpoch, pressed) => {
          const any: TimeLine = { first, latest: first + more, present: first + more + 1 + rest, stepsPerEpoch }
          let step = any.present
          for (const stride of pressed) {
            step = stepBeside(any, step, stride)
            expect(step === any.present || (step >= any.first && step <= any.latest)).toBe(true)
          }
        },
      ),
      { numRuns: 200, seed: 1 },
    )
  })
})

describe('a run from there', () => {
  const start = {
    run: summary({ specification: { ...defaultSpecification(), epochs: 3 } }),
    step: 15,
    learningRate: 0.2,
  }

  test('begins with the rate of that step, and only what was changed is asked for', () => {
    const draft = branchDraft(start)
    expect(draft.learningRate).toBe('0.2')
    expect(changesIn(draft, start)).toEqual({})
    expect(changesIn({ ...draft, learningRate: '0.02' }, start)).toEqual({ learningRate: 0.02 })
    expect(changesIn({ ...draft, optimizer: 'adam', epochs: '5' }, start)).toEqual({ optimizer: 'adam', epochs: 5 })
  })

  test('needs something left to train', () => {
    const draft = branchDraft(start)
    expect(wrongIn(draft, start)).toEqual({})
    expect(wrongIn({ ...draft, epochs: '1' }, start)).toEqual({ epochs: 'at least 2' })
    expect(wrongIn({ ...draft, epochs: '1' }, { ...start, step: 10 })).toEqual({ epochs: 'at least 2' })
    expect(wrongIn({ ...draft, learningRate: '' }, start)).toHaveProperty('learningRate')
  })

  test('the page says what was so at the step', () => {
    expect(pastAnswer({ step: 470, loss: 0.3123, accuracy: 0.9 })).toBe('At mini-batch 470 the loss was **0.31**.')
    expect(pastAnswer({ step: 0, loss: null, accuracy: 0.097 })).toBe(
      'Before the first mini-batch it read **0.0970** right.',
    )
    expect(pastAnswer({ step: 1470, loss: null, accuracy: null })).toBe('You see it at mini-batch 1,470.')
  })
})
