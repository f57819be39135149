import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { buildModel } from '../../../native/learn/models/index.ts'
import {
  defaultSpecification,
  isConvolutional,
  type ActivationName,
  type LossName,
  type ModelName,
  type OptimizerName,
} from '../../../native/learn/specification.ts'
import { StepRunner } from '../../../native/trainer/step-runner.ts'

/** Made once by tests/fixtures/make_pytorch_reference.py. */
type Reference = {
  images: number
  steps: number
  cases: {
    model: ModelName
    loss: LossName
    digits: number[]
    optimizer: OptimizerName
    learningRate: number
    activation: ActivationName
    weightDecay: number
    labelSmoothing: number
    forgetZeroGrad: boolean
    batch: number
    /** Of the formula that gives the first weights. */
    salt: number
    hidden: number[]
    losses: number[]
    weights: Record<string, { norm: number; stride: number; samples: number[] }>
  }[]
}
const reference = JSON.parse(readFileSync('tests/fixtures/pytorch-reference.json', 'utf8')) as Reference

function formulaImages(count: number): Uint8Array {
  const images = new Uint8Array(count * 784)
  for (let i = 0; i < count; i += 1) {
    for (let p = 0; p < 784; p += 1) {
      const value = (i * 7919 + p * 104729) % 1009
      images[i * 784 + p] = value < 256 ? value : 0
    }
  }
  return images
}

function formulaWeights(count: number, inputs: number, salt: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const k = BigInt(i + salt * 1000)
    return (Number((k * 1103515245n + 12345n) % 65536n) / 32768 - 1) / Math.sqrt(inputs)
  })
}

/** Relative difference of two lists: the norm of the difference over the norm of the second. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0
  let size = 0
  for (let i = 0; i < b.length; i += 1) {
    difference += (a[i]! - b[i]!) ** 2
    size += b[i]! ** 2
  }
  return Math.sqrt(difference / size)
}

/** A square is left of each image, and nothing of every eighth: pooling windows over the background are full of ties. */
function blankBut(images: Uint8Array): Uint8Array {
  return images.map((value, at) => {
    const [image, row, column] = [Math.floor(at / 784), Math.floor((at % 784) / 28), at % 28]
    return image % 8 !== 0 && row >= 6 && row < 18 && column >= 8 && column < 20 ? value : 0
  })
}

/** Adam divides by the square root of tiny squares, which magnifies rounding; convolutions
 * add up more numbers. */
const asked = (optimizer: OptimizerName, model: ModelName) =>
  optimizer.startsWith('adam') || isConvolutional(model) ? 1e-4 : 1e-5

describe('20 steps agree with PyTorch', () => {
  test.each(reference.cases)(
    '$model $activation, $loss, $optimizer, decay $weightDecay, smoothing $labelSmoothing, forgets zero_grad $forgetZeroGrad, digits $digits',
    async (item) => {
      const { model, loss, digits, optimizer, learningRate, hidden, losses, weights } = item
      const { activation, weightDecay, labelSmoothing, forgetZeroGrad, batch, salt } = item
      const { images: count, steps } = reference
      const spec = {
        ...defaultSpecification(digits),
        activation,
        weightDecay,
        labelSmoothing,
        forgetZeroGrad,
        model,
        loss,
        hidden,
        optimizer,
        learningRate,
        batchSize: batch,
      }
      const labels = Uint8Array.from({ length: count }, (_, i) => digits[i % digits.length]!)
      const images = model.startsWith('lenet') ? blankBut(formulaImages(count)) : formulaImages(count)
      const set = { images, labels, count, height: 28, width: 28 }
      const parameters = buildModel(spec).parameters
      const first = new Map(
      parameters.map((p, n) => [
        p.name,
        formulaWeights(p.shape.reduce((a, b) => a * b, 1), p.inputs, n + salt).map((w) => (p.role === 'gain' ? w + 1 : w)),
      ]),
    ) // prettier-ignore
      const runner = await StepRunner.create(spec, { train: set, test: set }, first)
      const indices = Int32Array.from({ length: steps * batch }, (_, i) => (i * 37) % count)

      // A short run of steps first, then the rest in one: the split must not matter.
      const answers = [
        ...(await runner.run(indices.slice(0, batch), () => learningRate, 1)),
        ...(await runner.run(indices.slice(batch), () => learningRate, 2)),
      ]
      expect(distance(answers, losses)).toBeLessThan(asked(optimizer, model))
      const state = runner.weights()
      for (const [name, { norm, stride, samples }] of Object.entries(weights)) {
        const numbers = state.get(name)!
        expect(Math.abs(Math.hypot(...numbers) - norm) / norm).toBeLessThan(asked(optimizer, model))
        const sampled = numbers.filter((_, i) => i % stride === 0)
        expect(sampled.length).toBe(samples.length)
        expect(distance(sampled, samples), name).toBeLessThan(asked(optimizer, model))
      }
      await runner.close()
    },
  )
})
