/** Runs that read everything as one class are told apart from those that learn, with the figures of REFERENCE.md. */
import { beforeAll, describe, expect, test } from 'vitest'
import { Datasets } from '../../../data/datasets.ts'
import type { ImageSet } from '../../../data/image-set.ts'
import { defaultSpecification, type RunSpecification } from '../../../native/learn/specification.ts'
import { lookAt, PlateauWatch } from '../../../native/trainer/plateau.ts'
import { datasetsFolder, describeWithMnist } from '../../mnist.ts'
import { diagnosedRun } from './diagnosed-run.ts'

describe('a look at some images', () => {
  test('tells the only class, how far apart the outputs are, and how large', () => {
    const same = Float32Array.of(1, 2, -3, 1, 2, -3)
    expect(lookAt(same, 3)).toEqual({ only: 1, spread: 0, largest: 3 })
    const different = Float32Array.of(1, 2, -3, 1, 2, 2.5)
    expect(lookAt(different, 3)).toEqual({ only: null, spread: 5.5, largest: 3 })
  })

  test('with one output: what is above 0 is class 1', () => {
    expect(lookAt(Float32Array.of(0.5, 4), 1)).toMatchObject({ only: 1, spread: 3.5 })
    expect(lookAt(Float32Array.of(-0.5, 4), 1).only).toBe(null)
  })

  test('overlooks a single image among many', () => {
    const logits = new Float32Array(400).fill(-1)
    logits[7] = 1
    expect(lookAt(logits, 1).only).toBe(0)
    logits[8] = 1
    logits[9] = 1
    expect(lookAt(logits, 1).only).toBe(null)
  })
})

describe('a plateau', () => {
  const stuck = { only: 3, spread: 1, largest: 1 }
  const well = { ...stuck, only: null }

  test('is one class for a while, within a second of training', () => {
    const watch = new PlateauWatch()
    let seconds = 0
    while (true) {
      seconds += 0.016
      if (watch.due(seconds) && watch.see(stuck, seconds)) break
    }
    expect(seconds).toBeGreaterThan(0.4)
    expect(seconds).toBeLessThan(1)
  })

  test('is not one that passes, nor two that follow each other', () => {
    const watch = new PlateauWatch()
    expect(watch.see(stuck, 0.2)).toBe(false)
    expect(watch.see(well, 0.4)).toBe(false)
    expect(watch.see(stuck, 0.6)).toBe(false)
    expect(watch.see({ ...stuck, only: 4 }, 0.9)).toBe(false)
    expect(watch.see({ ...stuck, only: 4 }, 1.2)).toBe(false)
    expect(watch.see({ ...stuck, only: 4 }, 1.4)).toBe(true)
  })
})

describeWithMnist('on threes against sevens of MNIST', (folder) => {
  let sets: { train: ImageSet; test: ImageSet }
  beforeAll(async () => {
    const datasets = new Datasets({ dataDirectory: folder, searchFolders: [datasetsFolder ?? ''] })
    sets = { train: await datasets.load('mnist', 'train'), test: await datasets.load('mnist', 'test') }
  })

  async function run(changes: Partial<RunSpecification>) {
    const { diagnoses, accuracy } = await diagnosedRun({ ...defaultSpecification([3, 7]), ...changes }, sets)
    return { codes: diagnoses.map(({ code }) => code), accuracy }
  }

  // Frozen at one class in most seeds, at the share of sevens or of threes.
  test.each([2, 3, 4])(
    'simple_net at learning rate 100 freezes at one class (seed %i), by its learning rate',
    async (seed) => {
      const { codes, accuracy } = await run({ model: 'simple_net', learningRate: 100, epochs: 5, seed })
      expect([0.5044, 0.4956].some((share) => Math.abs(share - accuracy) < 0.00005)).toBe(true)
      expect(['one-class/dead-units', 'one-class/saturated-loss']).toContain(codes[0])
    },
  )

  test('zeros in a hidden layer are what is wrong', async () => {
    const { codes, accuracy } = await run({ model: 'simple_net', initialization: 'zeros', epochs: 3 })
    expect(Math.max(accuracy, 1 - accuracy)).toBeCloseTo(0.5044, 4)
    expect(codes).toEqual(['one-class/zero-weights'])
  })

  test('accuracy as loss teaches nothing', async () => {
    const { codes } = await run({ loss: 'accuracy', initialization: 'zeros', epochs: 2 })
    expect(codes).toEqual(['still/no-gradient'])
  })

  test("the book's order leaves one class after its first epoch, and nothing wrong after twenty", async () => {
    const book = { order: 'book', learningRate: 1 } as const
    expect((await run({ ...book, epochs: 1 })).codes[0]).toBe('one-class/unshuffled')
    expect((await run({ ...book, epochs: 20 })).codes).toEqual([])
  })

  test('runs that learn have nothing wrong, even the linear model at learning rate 1000', async () => {
    expect((await run({ learningRate: 1, epochs: 3 })).codes).toEqual([])
    expect((await run({ model: 'simple_net', epochs: 3 })).codes).toEqual([])
    const wild = await run({ learningRate: 1000, epochs: 5 })
    expect(wild.codes).toEqual([])
    expect(wild.accuracy).toBeGreaterThan(0.95)
  })
})
