/**
 * Dropout inside the graph. ONNX's own random operators keep a hidden state, so that a run could not be repeated or cut into
 * pieces; here each unit has a fixed random number, and each step a random factor: the unit stays where the fraction of
 * their product is above the share.
 */
import { cast, constant, elementCount, floor, greater, mul, sub, type Value } from '../graph/index.ts'
import { Random } from './random.ts'
import type { Dropout } from './models/index.ts'

/** Name of the step's factor among the step's scalars. */
export const dropoutScalar = 'dropout_factor'

/** The factor of a step (1 for the first): far apart for neighbors, and small enough for the fraction to keep 12 bits in float32. */
export function dropoutFactor(seed: number, step: number): number {
  return 1000 + 3000 * new Random(seed, 500_000_000 + step).uniform()
}

/**
 * Leaves out a `share` of the units, and scales the others by 1 / (1 - share), so that their expected sum stays the same
 * (Srivastava et al. 2014, inverted as in PyTorch).
 */
export function dropoutOf(share: number, seed: number, factor: Value): Dropout {
  return (units, place) => {
    const random = new Random(seed, 400_000_000 + place)
    const numbers = Array.from({ length: elementCount(units.shape) }, () => random.uniform())
    const turned = mul(constant(numbers, { shape: units.shape.map(Number) }), factor)
    const kept = cast(greater(sub(turned, floor(turned)), constant(share)), units.type)
    return mul(units, mul(kept, constant(1 / (1 - share))))
  }
}
