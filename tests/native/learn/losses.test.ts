import { describe, expect, test } from 'vitest'
import { gradients, input, simplify, writeModel } from '../../../native/graph/index.ts'
import { lossFunctions } from '../../../native/learn/losses.ts'
import { Random } from '../../../native/learn/random.ts'
import type { LossName } from '../../../native/learn/specification.ts'
import { float32Of, Session, tensorOf } from '../../../native/runtime/session.ts'
import { evaluate } from '../graph/check-gradient.ts'

describe('the loss of evaluation is the loss of training', () => {
  for (const [name, loss] of Object.entries(lossFunctions)) {
    for (const outputs of name === 'mnist_loss' ? [1] : name === 'cross_entropy' ? [2, 10] : [1, 10]) {
      test(`for ${name} with ${outputs} output(s)`, async () => {
        const random = new Random(3)
        const batch = 20
        const logits = Float64Array.from({ length: batch * outputs }, () => 4 * random.normal())
        const right = Array.from({ length: batch }, () => random.below(Math.max(outputs, 2)))
        const targets = Float64Array.from({ length: batch * outputs }, (_, i) =>
          outputs === 1 ? right[i]! : right[Math.floor(i / outputs)] === i % outputs ? 1 : 0,
        )
        const z = input('z', [batch, outputs], 'float64')
        const t = input('t', [batch, outputs], 'float64')
        const answers = await evaluate(new Map([[z, logits], [t, targets]]), { loss: loss.graph(z, t) }) // prettier-ignore
        const each = right.map((index, i) =>
          loss.ofImage(Float32Array.from(logits.subarray(i * outputs, (i + 1) * outputs)), index),
        )
        expect(each.reduce((a, b) => a + b) / batch).toBeCloseTo(answers['loss']![0]!, 5)
      })
    }
  }
})

test("the chapter's mnist_loss: predictions .9, .4, .2 for targets 1, 0, 1 lose .4333, with .8 instead of .2 .2333", () => {
  const logit = (p: number) => Float32Array.of(Math.log(p / (1 - p)))
  const { ofImage } = lossFunctions.mnist_loss
  const each = (last: number) => [ofImage(logit(0.9), 1), ofImage(logit(0.4), 0), ofImage(logit(last), 1)]
  each(0.2).forEach((loss, i) => expect(loss).toBeCloseTo([0.1, 0.4, 0.8][i]!, 6))
  const mean = (losses: number[]) => losses.reduce((a, b) => a + b) / losses.length
  expect(mean(each(0.2))).toBeCloseTo(0.4333, 4)
  expect(mean(each(0.8))).toBeCloseTo(0.2333, 4)
})

/** The slope of a loss by each logit, for a mini-batch, in single precision as training computes it. */
async function slopesOf(name: LossName, shape: number[], logits: number[], targets: number[]): Promise<number[]> {
  const z = input('z', shape)
  const t = input('t', shape)
  const [slope] = simplify(gradients(lossFunctions[name].graph(z, t), [z]))
  const session = await Session.create(writeModel({ name: 'slope', inputs: [z, t], outputs: { slope: slope! } }))
  const feeds = { z: tensorOf(Float32Array.from(logits), shape), t: tensorOf(Float32Array.from(targets), shape) }
  const answers = await session.run(feeds)
  await session.close()
  return [...float32Of(answers['slope'])]
}

test('binary cross-entropy of logits that are exactly 0 has the slope (sigmoid - target) / outputs, as in PyTorch', async () => {
  // What zeros as first weights, or a blank image before zero biases, begin with.
  expect(await slopesOf('binary_cross_entropy', [2, 2], [0, 0, 0, 0], [1, 0, 0, 1])).toEqual([-0.125, 0.125, 0.125, -0.125]) // prettier-ignore
  const [slope] = await slopesOf('binary_cross_entropy', [1, 1], [0], [1])
  expect(slope).toBe(-0.5)
})

describe('a sigmoid that is almost 0 keeps its slope p (1 - p), to the last digit', () => {
  const slopes = { mnist_loss: (p: number) => -p * (1 - p), l1: (p: number) => -p * (1 - p), mse: (p: number) => 2 * (p - 1) * p * (1 - p), binary_cross_entropy: (p: number) => p - 1 } // prettier-ignore
  for (const [name, slopeOf] of Object.entries(slopes)) {
    test(`in ${name}`, async () => {
      for (const z of [-5, -10, -17, -20, -40]) {
        const wanted = slopeOf(1 / (1 + Math.exp(-z)))
        const [slope = 0] = await slopesOf(name as LossName, [1, 1], [z], [1])
        expect(Math.abs(slope / wanted - 1), `at ${z}`).toBeLessThan(1e-6)
      }
    })
  }
})

test('accuracy as loss is the share of wrong answers, the first of equal logits being the answer, and has no slope', async () => {
  const z = input('z', [4, 3], 'float64')
  const t = input('t', [4, 3], 'float64')
  const logits = Float64Array.of(1, 1, 0, 0, 2, 1, 5, 0, 0, 0, 0, 0)
  const targets = Float64Array.of(0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 0)
  const loss = lossFunctions.accuracy.graph(z, t)
  const [slope] = gradients(loss, [z])
  expect(await evaluate(new Map([[z, logits], [t, targets]]), { loss, slope: slope! })).toEqual({
    loss: [0.25],
    slope: new Array(12).fill(0),
  }) // prettier-ignore
})

test('no loss is a number where the logits are none, accuracy included', () => {
  for (const [name, { ofImage }] of Object.entries(lossFunctions)) {
    for (const outputs of [1, 3]) expect(ofImage(new Float32Array(outputs).fill(Number.NaN), 0), name).toBe(Number.NaN)
  }
})

test('every loss has its entry and no entry lacks its loss', () => {
  const names: LossName[] = ['mnist_loss', 'cross_entropy', 'binary_cross_entropy', 'mse', 'l1', 'accuracy']
  expect(Object.keys(lossFunctions).sort()).toEqual(names.sort())
})
