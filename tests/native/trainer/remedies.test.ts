/** What a diagnosis proposes helps: each failing run is started, its remedy taken, and the repaired run learns. */
import { beforeAll, expect, test } from 'vitest'
import { Datasets } from '../../../data/datasets.ts'
import type { ImageSet } from '../../../data/image-set.ts'
import { allDigits, defaultSpecification, type RunSpecification } from '../../../native/learn/specification.ts'
import { datasetsFolder, describeWithMnist } from '../../mnist.ts'
import { diagnosedRun } from './diagnosed-run.ts'

type Failure = readonly [
  what: string,
  digits: readonly number[],
  changes: Partial<RunSpecification>,
  code: string,
  reached: number,
]

const two = [3, 7]
const sigmoids = { model: 'mlp', hidden: [64, 64, 64], activation: 'sigmoid', learningRate: 0.1 } as const

/** The last number: what the repaired run reads at least after two epochs. Guessing reads 0.5 of two digits, 0.1 of ten. */
const failures: readonly Failure[] = [
  [
    'a forgotten zero_grad',
    allDigits,
    { model: 'simple_net', learningRate: 0.5, forgetZeroGrad: true },
    'one-class/forgotten-zero-grad',
    0.88,
  ],
  ['accuracy as loss', allDigits, { loss: 'accuracy' }, 'still/no-gradient', 0.85],
  ['accuracy as loss, of two digits', two, { loss: 'accuracy', model: 'simple_net' }, 'still/no-gradient', 0.95],
  ['zeros before ReLU', two, { model: 'simple_net', initialization: 'zeros' }, 'one-class/zero-weights', 0.95],
  [
    "the book's order of ten digits",
    allDigits,
    { model: 'simple_net', learningRate: 0.5, order: 'book' },
    'one-class/unshuffled',
    0.88,
  ],
  ['too low a learning rate', allDigits, { model: 'simple_net', learningRate: 1e-6 }, 'slow/rate-too-low', 0.85],
  ['too low a learning rate for Adam', two, { optimizer: 'adam', learningRate: 1e-7 }, 'slow/rate-too-low', 0.95],
  ['dead units', allDigits, { model: 'simple_net', learningRate: 10 }, 'one-class/dead-units', 0.85],
  [
    'huge first weights',
    allDigits,
    { model: 'mlp', hidden: [128, 128, 128], initialization: 'normal', learningRate: 1e6 },
    'diverged/large-weights',
    0.88,
  ],
  [
    'weight decay',
    allDigits,
    { model: 'simple_net', learningRate: 0.5, weightDecay: 1 },
    'one-class/weight-decay',
    0.88,
  ],
  ['sigmoids behind each other', allDigits, sigmoids, 'one-class/vanishing-gradient', 0.85],
]

describeWithMnist('on MNIST', (folder) => {
  let sets: { train: ImageSet; test: ImageSet }
  beforeAll(async () => {
    const datasets = new Datasets({ dataDirectory: folder, searchFolders: [datasetsFolder ?? ''] })
    sets = { train: await datasets.load('mnist', 'train'), test: await datasets.load('mnist', 'test') }
  })

  test.each(failures)('%s is found and repaired', async (_, digits, changes, code, reached) => {
    const specification = { ...defaultSpecification(digits), epochs: 2, seed: 42, ...changes }
    const { diagnoses } = await diagnosedRun(specification, sets)
    expect(diagnoses[0]?.code).toBe(code)
    const repaired = await diagnosedRun({ ...specification, ...diagnoses[0]?.remedy?.changes }, sets)
    expect(repaired.diagnoses).toEqual([])
    expect(repaired.accuracy).toBeGreaterThan(reached)
  })
})
