/** What a branch takes over of the run that it leaves, as one who goes on in PyTorch with one thing changed would keep it. */
import { describe, expect, test } from 'vitest'
import { defaultSpecification, type RunSpecification } from '../../../native/learn/specification.ts'
import { stateShapes } from '../../../native/learn/training-step.ts'
import { adopted, type TrainerCheckpoint } from '../../../native/trainer/checkpoint.ts'

const specification = (changes: Partial<RunSpecification>): RunSpecification => ({
  ...defaultSpecification([3, 7]),
  ...changes,
})

/** After 20 mini-batches, of which the optimizer knows 15; all numbers of a tensor are its place in the state, from 1. */
function reached(spec: RunSpecification): TrainerCheckpoint {
  const tensors = [...stateShapes(spec)].map(([name, shape], place) => {
    const numbers = new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(place + 1)
    return [name, { shape, numbers }] as const
  })
  return { step: 20, memorySince: 5, tensors: new Map(tensors) }
}

/** The first number of each tensor. */
const firsts = ({ tensors }: TrainerCheckpoint) =>
  Object.fromEntries([...tensors].map(([name, { numbers }]) => [name, numbers[0]]))

describe('a branch keeps what both remember', () => {
  test('the memory of Adam where only gradients begin or cease to add up', () => {
    const adam = specification({ optimizer: 'adam' })
    const forgets = { ...adam, forgetZeroGrad: true }
    const kept = { 'layer1.weight': 1, 'layer1.bias': 2, 'layer1.weight.mean': 3, 'layer1.bias.mean': 4, 'layer1.weight.square': 5, 'layer1.bias.square': 6 } // prettier-ignore
    const begun = adopted(reached(adam), forgets)
    expect(begun).toMatchObject({ step: 20, memorySince: 5 })
    expect(firsts(begun)).toEqual({ ...kept, 'layer1.weight.gradient_sum': 0, 'layer1.bias.gradient_sum': 0 })
    const ceased = adopted(reached(forgets), adam)
    expect(ceased.memorySince).toBe(5)
    expect(firsts(ceased)).toEqual(kept)
  })

  test('gradients that add up, also before another optimizer, which begins without memory', () => {
    const forgetful = (optimizer: RunSpecification['optimizer']) => specification({ optimizer, forgetZeroGrad: true })
    const { memorySince, ...branch } = adopted(reached(forgetful('momentum')), forgetful('adam'))
    expect(memorySince).toBe(20)
    expect(firsts({ memorySince, ...branch })).toMatchObject({
      'layer1.weight': 1,
      'layer1.weight.mean': 0,
      'layer1.bias.square': 0,
      'layer1.weight.gradient_sum': 5,
    })
  })

  test.each([
    ['adam', 'adamw', 5],
    ['nesterov', 'momentum', 5],
    ['sgd', 'sgd', 5],
    ['sgd', 'adam', 20],
    ['adamw', 'momentum', 20],
  ] as const)('from %s to %s its memory began after mini-batch %i', (before, after, since) => {
    const origin = specification({ optimizer: before })
    const branch = adopted(reached(origin), specification({ optimizer: after }))
    expect(branch.memorySince).toBe(since)
    expect([...branch.tensors.keys()]).toEqual([...stateShapes(specification({ optimizer: after })).keys()])
    for (const [name, { numbers }] of branch.tensors) {
      expect(numbers[0] === 0, name).toBe(since === 20 && name.split('.').length === 3)
    }
  })
})
