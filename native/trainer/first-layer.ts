/** The first layer's weights as pictures: of a model that trains, or of one that was saved. */
import { classesOf, hasSingleOutput, layerSizes, type RunSpecification } from '../learn/specification.ts'

export type LayerPictures = {
  /** `output` when the first layer is the last one too. */
  readonly kind: 'output' | 'hidden'
  readonly count: number
  /** The digit that each picture speaks for, or the number of the unit from 1. */
  readonly labels: readonly string[]
  /** `[count, inputs]` */
  readonly weights: Float32Array
  /** Largest absolute weight. */
  readonly range: number
}

/** `columns` is the layer's weight matrix `[inputs, count]`, as the graph holds it: one column for each unit. */
export function pictureFirstLayer(
  specification: Pick<RunSpecification, 'digits' | 'loss' | 'model' | 'hidden'>,
  columns: Float32Array,
): LayerPictures {
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
  return { kind, count, labels: labelsOf(specification, kind, count), weights, range }
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
