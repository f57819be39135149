/** The first layer's weights as pictures: of a model that trains, or of one that was saved. */
import {
  classesOf,
  hasSingleOutput,
  isConvolutional,
  layerSizes,
  type RunSpecification,
} from '../learn/specification.ts'

export type LayerPictures = {
  /** `output` when the first layer is the last one too. */
  readonly kind: 'output' | 'hidden'
  readonly count: number
  /** The digit that each picture speaks for, or the number of the unit from 1. */
  readonly labels: readonly string[]
  /** Of each picture: 28 x 28, or the size of a convolution's kernel. */
  readonly height: number
  readonly width: number
  /** `[count, height, width]` */
  readonly weights: Float32Array
  /** Largest absolute weight. */
  readonly range: number
}

/**
 * `columns` is the first weight as the graph holds it: a matrix `[inputs, count]`, one column for each unit, or kernels
 * `[count, 1, height, width]`.
 */
export function pictureFirstLayer(
  specification: Pick<RunSpecification, 'digits' | 'loss' | 'model' | 'hidden'>,
  columns: Float32Array,
): LayerPictures {
  if (isConvolutional(specification.model)) return pictureKernels(columns)
  const sizes = layerSizes(specification)
  const [inputs = 0, count = 0] = sizes
  const weights = new Float32Array(columns.length)
  let range = 0
  for (let input = 0; input < inputs; input += 1) {
    for (let unit = 0; unit < count; unit += 1) {
      const value = columns[input * count + unit] ?? 0
      weights[unit * inputs + input] = value
      range = Math.max(range, Math.abs(value))
    }
  }
  const kind = sizes.length === 2 ? 'output' : 'hidden'
  return { kind, count, labels: labelsOf(specification, kind, count), height: 28, width: 28, weights, range }
}

function pictureKernels(kernels: Float32Array): LayerPictures {
  const side = 5
  const count = kernels.length / (side * side)
  const range = kernels.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const labels = Array.from({ length: count }, (_, kernel) => String(kernel + 1))
  return { kind: 'hidden', count, labels, height: side, width: side, weights: kernels.slice(), range }
}

function labelsOf(
  specification: Pick<RunSpecification, 'digits' | 'loss'>,
  kind: LayerPictures['kind'],
  count: number,
): string[] {
  if (kind === 'hidden') return Array.from({ length: count }, (_, unit) => String(unit + 1))
  if (hasSingleOutput(specification)) return [String(specification.digits[0])]
  return classesOf(specification.digits).map(String)
}
