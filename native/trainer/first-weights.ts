/** The weights that a run begins with: drawn at random, or made of the average digits. */
import type { ImageSet } from '../../data/image-set.ts'
import { averagesOf } from '../averages/average-digits.ts'
import { buildModel } from '../learn/models/index.ts'
import { initialize, type Weights } from '../learn/parameters.ts'
import { classesOf, hasSingleOutput, type RunSpecification } from '../learn/specification.ts'

/** By name, as the model's parameters. Throws `dataset/no-images-of-class` where an average has no images. */
export function firstWeights(specification: RunSpecification, train: ImageSet): Weights {
  const { initialization, seed } = specification
  if (initialization === 'averages') return nearestAverageAsLinear(specification, train)
  return initialize(buildModel(specification).parameters, initialization, seed)
}

/**
 * The classifier by the nearest average (RMSE) as a linear model. The squared distance of an image x to an average m is
 * |x|^2 - 2 m.x + |m|^2, and |x|^2 is the same for all averages: so the nearest one has the largest 2 m.x - |m|^2. With a single
 * output it is the difference of two of these: w = 2 (m_a - m_b), above 0 where a is nearer.
 */
function nearestAverageAsLinear(specification: RunSpecification, train: ImageSet): Weights {
  const classes = classesOf(specification.digits)
  const { means } = averagesOf(train, classes)
  const size = means.length / classes.length
  const averages = classes.map((_, index) => means.subarray(index * size, (index + 1) * size))
  const squares = averages.map((average) => average.reduce((total, value) => total + value * value, 0))
  const outputs = hasSingleOutput(specification) ? 1 : classes.length
  const weight = new Float32Array(size * outputs)
  const bias = new Float32Array(outputs)
  const [other = new Float32Array(size), first = other] = averages
  for (let output = 0; output < outputs; output += 1) {
    bias[output] = outputs === 1 ? (squares[0] ?? 0) - (squares[1] ?? 0) : -(squares[output] ?? 0)
    for (let pixel = 0; pixel < size; pixel += 1) {
      const value = outputs === 1 ? (first[pixel] ?? 0) - (other[pixel] ?? 0) : (averages[output]?.[pixel] ?? 0)
      weight[pixel * outputs + output] = 2 * value
    }
  }
  return new Map([
    ['layer1.weight', weight],
    ['layer1.bias', bias],
  ])
}
