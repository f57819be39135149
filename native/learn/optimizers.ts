/**
 * The optimizers as graphs: from a weight, its gradient and what the optimizer remembers to the next weight. To add one: an
 * entry in specification.ts, and one here.
 */
import { add, constant, div, mul, sqrt, sub, type Value } from '../graph/index.ts'
import type { OptimizerName } from './specification.ts'

export type UpdateInputs = {
  readonly weight: Value
  /** In the weight's shape; already times the learning rate where the optimizer is `scaled`. */
  readonly gradient: Value
  /** What the optimizer remembered of this weight, by slot, in the weight's shape; zeros before the first step. */
  readonly memory: Readonly<Record<string, Value>>
  /** The numbers that `scalars` gave for this step, `learning_rate` among them; each a scalar. */
  readonly scalar: (name: string) => Value
  /** Decay of this weight, 0 for none. */
  readonly weightDecay: number
}

export type Optimizer = {
  /** What it remembers of every weight. */
  readonly slots: readonly string[]
  /** The gradient walk starts with the learning rate as its seed, which saves multiplying every gradient by it. */
  readonly scaled: boolean
  /** Numbers that change with the step (1 for the first) beside the learning rate. */
  readonly scalars: (step: number) => Readonly<Record<string, number>>
  readonly update: (inputs: UpdateInputs) => {
    readonly weight: Value
    readonly memory: Readonly<Record<string, Value>>
  }
}

const times = (value: Value, factor: number) => mul(value, constant(factor, { type: value.type }))

/** L2 regularization as PyTorch's optimizers do it: the gradient of `decay / 2 * weight^2` is added to the gradient. */
const decayed = (gradient: Value, weight: Value, decay: number) =>
  decay === 0 ? gradient : add(gradient, times(weight, decay))

const MOMENTUM = 0.9

/** https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html: v = 0.9 v + g, then w = w - lr v, or lr (g + 0.9 v). */
function withMomentum(nesterov: boolean): Optimizer {
  return {
    slots: ['velocity'],
    scaled: false,
    scalars: () => ({}),
    update: ({ weight, gradient, memory, scalar, weightDecay }) => {
      const g = decayed(gradient, weight, weightDecay)
      const velocity = add(times(slot(memory, 'velocity'), MOMENTUM), g)
      const direction = nesterov ? add(g, times(velocity, MOMENTUM)) : velocity
      return { weight: sub(weight, mul(direction, scalar('learning_rate'))), memory: { velocity } }
    },
  }
}

const BETA_1 = 0.9
const BETA_2 = 0.999
const EPSILON = 1e-8

/**
 * Kingma and Ba 2014, https://arxiv.org/abs/1412.6980, with PyTorch's defaults and its order of operations. AdamW (Loshchilov
 * and Hutter 2017, https://arxiv.org/abs/1711.05101) shrinks the weight itself instead of adding the decay to the gradient.
 */
function adam(decoupled: boolean): Optimizer {
  return {
    slots: ['mean', 'square'],
    scaled: false,
    scalars: (step) => ({ correction_1: 1 - BETA_1 ** step, correction_2: Math.sqrt(1 - BETA_2 ** step) }),
    update: ({ weight, gradient, memory, scalar, weightDecay }) => {
      const rate = scalar('learning_rate')
      const g = decoupled ? gradient : decayed(gradient, weight, weightDecay)
      const kept = decoupled && weightDecay > 0 ? sub(weight, mul(weight, times(rate, weightDecay))) : weight
      const mean = add(times(slot(memory, 'mean'), BETA_1), times(g, 1 - BETA_1))
      const square = add(times(slot(memory, 'square'), BETA_2), times(mul(g, g), 1 - BETA_2))
      const size = add(div(sqrt(square), scalar('correction_2')), constant(EPSILON, { type: weight.type }))
      const stepSize = div(rate, scalar('correction_1'))
      return { weight: sub(kept, div(mul(mean, stepSize), size)), memory: { mean, square } }
    },
  }
}

function slot(memory: Readonly<Record<string, Value>>, name: string): Value {
  const value = memory[name]
  if (value === undefined) throw new Error(`the optimizer has no slot "${name}"`)
  return value
}

export const optimizerFunctions: Readonly<Record<OptimizerName, Optimizer>> = {
  // w - lr g. The gradient comes times the learning rate; so must the decay.
  sgd: {
    slots: [],
    scaled: true,
    scalars: () => ({}),
    update: ({ weight, gradient, scalar, weightDecay }) => {
      const kept = weightDecay === 0 ? weight : sub(weight, mul(weight, times(scalar('learning_rate'), weightDecay)))
      return { weight: sub(kept, gradient), memory: {} }
    },
  },
  momentum: withMomentum(false),
  nesterov: withMomentum(true),
  adam: adam(false),
  adamw: adam(true),
}
