/** Whole runs, with short last mini-batches, schedules, changes on the way and branches, agree with PyTorch. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { buildModel } from '../../../native/learn/models/index.ts'
import { defaultSpecification, isConvolutional, type RunSpecification } from '../../../native/learn/specification.ts'
import { adopted } from '../../../native/trainer/checkpoint.ts'
import { Trainer, type TrainerStart } from '../../../native/trainer/trainer.ts'

/** Made once by tests/fixtures/make_pytorch_runs.py. */
type Case = Partial<RunSpecification> & {
  digits: number[]
  /** What the first weights are multiplied by. */
  size?: number
  /** Learning rates that are set after so many mini-batches. */
  rates?: [number, number][]
  branch?: Partial<RunSpecification> & { step: number }
  losses: number[]
  weights: Record<string, { norm: number; stride: number; samples: number[] }>
}
const reference = JSON.parse(readFileSync('tests/fixtures/pytorch-runs.json', 'utf8')) as {
  images: number
  cases: Case[]
}

/** Every fifth one is blank. */
function formulaImages(count: number): Uint8Array {
  return Uint8Array.from({ length: count * 784 }, (_, at) => {
    const image = Math.floor(at / 784)
    const value = (image * 7919 + (at % 784) * 104729) % 1009
    return image % 5 !== 0 && value < 256 ? value : 0
  })
}

function formulaWeights(spec: RunSpecification, size: number): Map<string, Float32Array> {
  return new Map(
    buildModel(spec).parameters.map(({ name, shape, inputs, role }, n) => {
      const count = shape.reduce((product, length) => product * length, 1)
      const drawn = Float32Array.from({ length: count }, (_, i) => {
        const k = (BigInt(i + n * 1000) * 1103515245n + 12345n) % 65536n
        return ((Number(k) / 32768 - 1) / Math.sqrt(inputs)) * size + (role === 'gain' ? 1 : 0)
      })
      return [name, drawn]
    }),
  )
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, size] = [0, 0]
  for (let i = 0; i < b.length; i += 1) {
    difference += (a[i]! - b[i]!) ** 2
    size += b[i]! ** 2
  }
  return Math.sqrt(difference / size)
}

test.each(reference.cases)('$model with $loss by $optimizer, of $digits', async (item) => {
  const { size = 1, rates = [], branch, losses, weights, ...settings } = item
  const labels = Uint8Array.from({ length: reference.images }, (_, i) => item.digits[i % item.digits.length]!)
  const set = { images: formulaImages(reference.images), labels, count: reference.images, height: 28, width: 28 }
  const found: number[] = []
  const begin = async (spec: RunSpecification, start: TrainerStart) =>
    await Trainer.create(spec, { train: set, test: set }, { stepped: (first, more) => found.splice(first - 1, Infinity, ...more) }, start) // prettier-ignore
  const reach = async (trainer: Trainer, step: number) => {
    trainer.stepBatches(step - trainer.step)
    while (trainer.state === 'training') await new Promise((resolve) => setTimeout(resolve, 0))
  }

  const own: RunSpecification = { ...defaultSpecification(item.digits), order: 'book', ...settings }
  let trainer = await begin(own, { weights: formulaWeights(own, size) })
  // A way back and forth on the way changes nothing.
  await reach(trainer, 3)
  await trainer.back(2)
  for (const [after, rate] of rates) {
    await reach(trainer, after)
    trainer.setLearningRate(rate)
  }
  if (branch !== undefined) {
    const { step, ...changes } = branch
    await reach(trainer, step)
    const spec = { ...own, learningRate: trainer.learningRate, ...changes }
    const checkpoint = adopted(await trainer.checkpoint(), spec)
    const past = [...trainer.rates, { from: step + 1, rate: spec.learningRate }]
    await trainer.dispose()
    trainer = await begin(spec, { checkpoint, losses: Float32Array.from(found), rates: past })
  }
  await reach(trainer, losses.length)
  expect(trainer.state).toBe('finished')

  const asked = isConvolutional(own.model) || own.optimizer.startsWith('adam') ? 1e-4 : 1e-5
  expect(found).toHaveLength(losses.length)
  expect(distance(found, losses)).toBeLessThan(asked)
  const { tensors } = await trainer.checkpoint()
  for (const [name, { norm, stride, samples }] of Object.entries(weights)) {
    const { numbers } = tensors.get(name)!
    expect(Math.abs(Math.hypot(...numbers) / norm - 1), name).toBeLessThan(asked)
    expect(distance([...numbers].filter((_, i) => i % stride === 0), samples), name).toBeLessThan(asked) // prettier-ignore
  }
  await trainer.dispose()
})
