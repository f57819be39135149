/** The optimizers as graphs: from a weight and its gradient to the next weight. To add one: an entry in specification.ts, and one here. */
import { sub, type Value } from '../graph/index.ts'
import type { OptimizerName } from './specification.ts'

export type Optimizer = {
  /**
   * `scaledGradient` is learning rate times gradient, in the weight's shape (the walk begins with the learning rate as its
   * seed, so that no gradient has to be multiplied by it).
   */
  readonly update: (weight: Value, scaledGradient: Value) => Value
}

export const optimizerFunctions: Readonly<Record<OptimizerName, Optimizer>> = {
  // w - learning rate * gradient
  sgd: { update: (weight, scaledGradient) => sub(weight, scaledGradient) },
}
