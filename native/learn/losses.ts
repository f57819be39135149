/**
 * The losses, each as a graph for training and as arithmetic for evaluation. Targets are `[batch, outputs]`: a one at the
 * right class, or with a single output 1 for the first digit and 0 for the second. To add one: an entry in
 * specification.ts, and one here.
 */
import {
  constant,
  logSoftmax,
  greater,
  mean,
  mul,
  neg,
  sigmoid,
  softmax,
  sub,
  sum,
  where,
  type Value,
} from '../graph/index.ts'
import type { LossName } from './specification.ts'

export type Loss = {
  /** The mean over the mini-batch, a scalar. */
  readonly graph: (logits: Value, targets: Value) => Value
  /** The loss of one image from its logits; `right` is its class index (with a single output, the target 0 or 1). */
  readonly ofImage: (logits: Float32Array, right: number) => number
}

const one = (like: Value) => constant(1, { type: like.type })
const sigmoidOf = (z: number) => 1 / (1 + Math.exp(-z))

/** log of the sum of exp, without overflow. */
function logSumExp(logits: Float32Array): number {
  let largest = -Infinity
  for (const z of logits) if (z > largest) largest = z
  let total = 0
  for (const z of logits) total += Math.exp(z - largest)
  return largest + Math.log(total)
}

export const lossFunctions: Readonly<Record<LossName, Loss>> = {
  // Chapter 4: mean(where(target = 1, 1 - p, p)) with p = sigmoid(z)
  mnist_loss: {
    graph: (logits, targets) => {
      const p = sigmoid(logits)
      return mean(where(greater(targets, constant(0.5, { type: targets.type })), sub(one(p), p), p))
    },
    ofImage: (logits, right) => {
      const p = sigmoidOf(logits[0] ?? 0)
      return right === 1 ? 1 - p : p
    },
  },
  // -log softmax(z)[right], averaged over the batch: https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
  cross_entropy: {
    graph: (logits, targets) => neg(mean(sum(mul(logSoftmax(logits), targets), { axes: [-1] }))),
    ofImage: (logits, right) => logSumExp(logits) - (logits[right] ?? 0),
  },
  // Averaged over all outputs and the batch, as nn.MSELoss does; one output goes through a sigmoid, several through softmax.
  mse: {
    graph: (logits, targets) => {
      const difference = sub(logits.shape[1] === 1 ? sigmoid(logits) : softmax(logits), targets)
      return mean(mul(difference, difference))
    },
    ofImage: (logits, right) => {
      if (logits.length === 1) return (sigmoidOf(logits[0] ?? 0) - right) ** 2
      const total = logSumExp(logits)
      let squares = 0
      for (const [output, z] of logits.entries()) squares += (Math.exp(z - total) - (output === right ? 1 : 0)) ** 2
      return squares / logits.length
    },
  },
}
