/** The first layers' weights as pictures, or their gradients: of a model that trains, or of one that was saved. */
import { buildModel } from '../learn/models/index.ts'
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
  /** The kernels of a LeNet's second convolution; null where a model has none. */
  readonly second: DeepKernels | null
}

/** Kernels that each have a picture for every channel of the layer before. */
export type DeepKernels = {
  readonly count: number
  readonly channels: number
  readonly height: number
  readonly width: number
  /** `[count, channels, height, width]` */
  readonly weights: Float32Array
  /** Largest absolute weight. */
  readonly range: number
}

type PicturedSpecification = Pick<RunSpecification, 'digits' | 'loss' | 'model' | 'hidden' | 'activation'>

/** The parameters that are shown as pictures: the first layer's, and a LeNet's second convolution's. */
export function picturedParameters(specification: PicturedSpecification): {
  readonly first: string
  readonly second: string | null
} {
  const { parameters } = buildModel(specification)
  const [first] = parameters
  if (first === undefined) throw new Error('a model has at least one parameter')
  const second = parameters.find(({ name }) => name === 'conv2.weight')
  return { first: first.name, second: second?.name ?? null }
}

/** `numbersOf` gives a parameter's numbers as the graph holds them, or nothing; null where the first layer's are not there. */
export function pictureLayers(
  specification: PicturedSpecification,
  numbersOf: (name: string) => Float32Array | null | undefined,
): LayerPictures | null {
  const { first, second } = picturedParameters(specification)
  const numbers = numbersOf(first) ?? null
  const deeper = second === null ? null : (numbersOf(second) ?? null)
  return numbers === null
    ? null
    : { ...pictureFirstLayer(specification, numbers), second: deeper && pictureSecond(deeper) }
}

/**
 * `columns` is the first weight as the graph holds it: a matrix `[inputs, count]`, one column for each unit, or kernels
 * `[count, 1, height, width]`.
 */
function pictureFirstLayer(specification: PicturedSpecification, columns: Float32Array): Omit<LayerPictures, 'second'> {
  if (isConvolutional(specification.model)) return pictureKernels(columns)
  const sizes = layerSizes(specification)
  const [inputs = 0, count = 0] = sizes
  const weights = new Float32Array(columns.length)
  for (let input = 0; input < inputs; input += 1) {
    for (let unit = 0; unit < count; unit += 1) weights[unit * inputs + input] = columns[input * count + unit] ?? 0
  }
  const kind = sizes.length === 2 ? 'output' : 'hidden'
  const labels = labelsOf(specification, kind, count)
  return { kind, count, labels, height: 28, width: 28, weights, range: rangeOf(columns) }
}

const SIDE = 5

function pictureKernels(kernels: Float32Array): Omit<LayerPictures, 'second'> {
  const count = kernels.length / (SIDE * SIDE)
  const labels = Array.from({ length: count }, (_, kernel) => String(kernel + 1))
  return { kind: 'hidden', count, labels, height: SIDE, width: SIDE, weights: kernels.slice(), range: rangeOf(kernels) }
}

/** `[16, 8, 5, 5]`, as the graph holds them. */
function pictureSecond(kernels: Float32Array): DeepKernels {
  const channels = 8
  const count = kernels.length / (channels * SIDE * SIDE)
  return { count, channels, height: SIDE, width: SIDE, weights: kernels.slice(), range: rangeOf(kernels) }
}

/** Not a number as soon as one of them is none. */
function rangeOf(numbers: Float32Array): number {
  return numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
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
