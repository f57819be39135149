/** Normalization: values brought to mean 0 and variance 1, and what follows it. */
import { AppError } from '../../../data/error.ts'
import { requireShape } from '../shapes.ts'
import { constant, elementCount, fixed, showShape, type Value } from '../value.ts'
import { reshape } from './arrange.ts'
import { withGradient } from './define.ts'
import { add, div, mul, sqrt, sub } from './elementwise.ts'
import { matmul } from './matrix.ts'
import { sum } from './reduce.ts'

/** Keeps the division possible where all values are equal; PyTorch's default. */
const EPSILON = 1e-5

/**
 * Each image of `x` `[batch, channels, h, w]` minus its mean over all channels and places, over the square root of its variance
 * (that over their number n, not n - 1). With r = 1 / sqrt(variance + 1e-5) and y the result:
 * dx = r dy - (r mean(dy) + y r mean(dy y)).
 * Ba et al. 2016, https://arxiv.org/abs/1607.06450, without gain and bias.
 */
export function normalizeImages(x: Value): Value {
  requireImages(x, 'Normalization')
  const [batch = 0, channels = 0] = x.shape
  const one = constant(1, { type: x.type })
  // The channels' sums are added up by a product with a column: ReduceSum takes ten times as long for so few.
  const share = 1 / elementCount(x.shape.slice(1))
  const column = constant(new Array<number>(fixed(channels)).fill(share), { shape: [fixed(channels), 1], type: x.type })
  const imageMean = (of: Value) =>
    reshape(matmul(reshape(sumOfPlaces(of), [batch, channels]), column), [batch, 1, 1, 1])
  const centered = sub(x, imageMean(x))
  const variance = imageMean(mul(centered, centered))
  const scale = div(one, sqrt(add(variance, constant(EPSILON, { type: x.type }))))
  const y = mul(centered, scale)
  return withGradient(y, [x], (g) => {
    const constantPart = mul(scale, imageMean(g))
    const partAlong = mul(y, mul(scale, imageMean(mul(g, y))))
    return [sub(mul(g, scale), add(partAlong, constantPart))]
  })
}

/** Images `[batch, channels, h, w]` times a gain plus a shift, `[channels]` each. */
export function scaleChannels(x: Value, gain: Value, shift: Value): Value {
  requireImages(x, 'Scaling')
  const [, channels = 0] = x.shape
  requireShape(gain, [channels], 'Scaling, the gain')
  requireShape(shift, [channels], 'Scaling, the shift')
  const perChannel = (of: Value) => reshape(of, [1, channels, 1, 1])
  const channelSum = (of: Value) => reshape(sum(sumOfPlaces(of), { axes: [0] }), [channels])
  return withGradient(add(mul(x, perChannel(gain)), perChannel(shift)), [x, gain, shift], (g) => [
    mul(g, perChannel(gain)),
    channelSum(mul(g, x)),
    channelSum(g),
  ])
}

/** Of each channel of each image: `[batch, channels, 1, 1]`. What is summed further begins here, so that it is summed once. */
const sumOfPlaces = (x: Value): Value => sum(x, { axes: [2, 3], keepDimensions: true })

function requireImages({ shape }: Value, what: string): void {
  if (shape.length === 4) return
  throw new AppError(
    'graph/shape-mismatch',
    `${what} takes images [batch, channels, height, width]; found shape ${showShape(shape)}.`,
  )
}
