/**
 * The losses, each as a graph for training and as arithmetic for evaluation. Targets are `[batch, outputs]`: a one at the
 * right class, or with a single output 1 for the first digit and 0 for the second. To add one: an entry in
 * specification.ts, and one here.
 */
import {
  abs,
  constant,
  crossEntropy,
  errorRate,
  greater,
  mean,
  mul,
  sigmoid,
  softmax,
  softplus,
  sub,
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

/** One output goes through a sigmoid, several through softmax. */
const probabilities = (logits: Value) => (logits.shape[1] === 1 ? sigmoid(logits) : softmax(logits))

/** The mean over the outputs of a function of probability minus target. */
function meanOfDifferences(logits: Float32Array, right: number, of: (difference: number) => number): number {
  if (logits.length === 1) return of(sigmoidOf(logits[0] ?? 0) - right)
  const total = logSumExp(logits)
  let result = 0
  for (const [output, z] of logits.entries()) result += of(Math.exp(z - total) - (output === right ? 1 : 0))
  return result / logits.length
}

/** The class that the logits name: the largest, or with one output class 1 where it is above 0. */
export function classFromLogits(logits: Float32Array): number {
  if (logits.length === 1) return (logits[0] ?? 0) > 0 ? 1 : 0
  let best = 0
  for (let index = 1; index < logits.length; index += 1) {
    if ((logits[index] ?? 0) > (logits[best] ?? 0)) best = index
  }
  return best
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
    graph: crossEntropy,
    ofImage: (logits, right) => logSumExp(logits) - (logits[right] ?? 0),
  },
  // log(1 + exp(z)) - t z: https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html
  binary_cross_entropy: {
    graph: (logits, targets) => mean(sub(softplus(logits), mul(logits, targets))),
    ofImage: (logits, right) => {
      let total = 0
      for (const [output, z] of logits.entries()) {
        const target = logits.length === 1 ? right : output === right ? 1 : 0
        total += Math.max(z, 0) - z * target + Math.log1p(Math.exp(-Math.abs(z)))
      }
      return total / logits.length
    },
  },
  // Averaged like mse, as nn.L1Loss does
  l1: {
    graph: (logits, targets) => mean(abs(sub(probabilities(logits), targets))),
    ofImage: (logits, right) => meanOfDifferences(logits, right, Math.abs),
  },
  // Averaged over all outputs and the batch, as nn.MSELoss does; one output goes through a sigmoid, several through softmax.
  mse: {
    graph: (logits, targets) => {
      const difference = sub(probabilities(logits), targets)
      return mean(mul(difference, difference))
    },
    ofImage: (logits, right) => meanOfDifferences(logits, right, (difference) => difference ** 2),
  },
  // The share of wrong answers: a staircase, flat everywhere. Its slope is 0 wherever it has one, and that is what the walk is told.
  accuracy: {
    graph: errorRate,
    // Logits that are no numbers give no answer: the other losses are no number then either.
    ofImage: (logits, right) =>
      logits.every(Number.isFinite) ? (classFromLogits(logits) === right ? 0 : 1) : Number.NaN,
  },
}
