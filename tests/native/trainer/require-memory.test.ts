import { describe, expect, test } from 'vitest'
import { AppError } from '../../../data/error.ts'
import { memoryOf } from '../../../native/learn/memory.ts'
import { defaultSpecification, type RunSpecification } from '../../../native/learn/specification.ts'
import { requireMemory } from '../../../native/trainer/require-memory.ts'

const GB = 1e9
const specification = (changes: Partial<RunSpecification>): RunSpecification => ({
  ...defaultSpecification(),
  ...changes,
})
const largest = specification({ model: 'mlp', hidden: new Array<number>(8).fill(4096), optimizer: 'adam' })

describe('what a run takes', () => {
  // Peaks of resident memory beyond the 190 MB of the smallest run, and of the data set's where it is large, seen with MNIST on Linux.
  test.each([
    ['mlp 1024-1024 by Adam', { model: 'mlp', hidden: [1024, 1024], optimizer: 'adam' }, 0.207],
    ['mlp 2048-2048 by Adam', { model: 'mlp', hidden: [2048, 2048], optimizer: 'adam' }, 0.63],
    ['LeNet, 6,000 images at once', { model: 'lenet', digits: [3, 7], batchSize: 6000 }, 0.7],
    ['ResNet, 3,000 images at once', { model: 'resnet', digits: [3, 7], batchSize: 3000 }, 0.6],
    ['mlp 512, 60,000 images at once', { model: 'mlp', hidden: [512], batchSize: 60_000 }, 0.6],
  ] as const)('%s', (_, changes, seen) => {
    const { state, batch } = memoryOf(specification(changes))
    expect((state + batch) / GB).toBeGreaterThan(seen * 0.7)
    expect((state + batch) / GB).toBeLessThan(seen * 1.4)
  })

  test('grows with what the optimizer and a forgotten zero_grad remember', () => {
    const sgd = memoryOf(specification({})).state
    expect(memoryOf(specification({ optimizer: 'momentum' })).state).toBe(2 * sgd)
    expect(memoryOf(specification({ optimizer: 'adamw', forgetZeroGrad: true })).state).toBe(4 * sgd)
  })
})

describe('a run that the memory cannot hold', () => {
  const refusal = (spec: RunSpecification, available: number): AppError => {
    try {
      requireMemory(spec, available)
    } catch (error) {
      if (error instanceof AppError) return error
    }
    throw new Error('it was not refused')
  }

  test('is refused, with what is too large', () => {
    const layers = refusal(largest, 8 * GB)
    expect(layers).toMatchObject({ code: 'train/bad-specification', details: { field: 'hidden' } })
    expect(layers.message).toMatch(
      /^Training this takes about 1\d\.\d GB of memory, and this computer has 8\.0 GB\. Choose smaller or fewer hidden layers\.$/,
    )
    const images = refusal(specification({ model: 'lenet', batchSize: 60_000 }), 4 * GB)
    expect(images.details).toEqual({ field: 'batchSize' })
    expect(images.message).toContain('Choose a smaller batch size.')
  })

  test('is let through where it fits, and where another device holds it', () => {
    requireMemory(largest, 16 * GB)
    requireMemory(specification({ model: 'resnet', batchSize: 1024 }), 1 * GB)
    requireMemory({ ...largest, device: 'webgpu' }, 1 * GB)
  })
})
