/** Normalization: values brought to mean 0 and variance 1. */
import { constant, type Value } from '../value.ts'
import { withGradient } from './define.ts'
import { add, div, mul, sqrt, sub } from './elementwise.ts'
import { mean } from './reduce.ts'

/** Keeps the division possible where all values are equal; PyTorch's default. */
const EPSILON = 1e-5

/**
 * Each row of `x` `[rows, n]` minus its mean, over the square root of its variance (that over n, not n - 1). With r = 1 / sqrt(variance + 1e-5)
 * and y the result: dx = r (dy - mean(dy) - y mean(dy y)).
 * Ba et al. 2016, https://arxiv.org/abs/1607.06450, without gain and bias.
 */
export function normalizeRows(x: Value): Value {
  const one = constant(1, { type: x.type })
  const rowMean = (of: Value) => mean(of, { axes: [-1], keepDimensions: true })
  const centered = sub(x, rowMean(x))
  const variance = rowMean(mul(centered, centered))
  const scale = div(one, sqrt(add(variance, constant(EPSILON, { type: x.type }))))
  const y = mul(centered, scale)
  return withGradient(y, [x], (g) => [mul(scale, sub(sub(g, rowMean(g)), mul(y, rowMean(mul(g, y)))))])
}
