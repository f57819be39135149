/** The file that a trained model is kept in: pixels / 255 in, logits out, and what is needed to read them as metadata. */
import { input, writeModel } from '../graph/index.ts'
import { buildModel, keepAll, noteNothing, type ModelSpecification } from './models/index.ts'
import type { Weights } from './parameters.ts'
import { classesOf, layerSizes, type LossName } from './specification.ts'

/** Keys of metadata_props. Values are text; nothing in a file tells when or where it was made. */
export const metadataKeys = {
  /** JSON list: the digit of each class index. */
  classes: 'inkling.classes',
  /** The loss that it was trained with: tells how to turn logits into probabilities. */
  loss: 'inkling.loss',
  /** `784-30-10` */
  sizes: 'inkling.sizes',
  format: 'inkling.format',
} as const

/** Input `pixels` `[batch, 784]` float32, output `logits` `[batch, outputs]`. */
export function writeInferenceModel(spec: ModelSpecification, weights: Weights): Uint8Array {
  const model = buildModel(spec)
  const pixels = input('pixels', ['batch', 784])
  const parameters = new Map(model.parameters.map(({ name, shape }) => [name, input(name, shape)]))
  const numbers = new Map(
    [...parameters].map(([name, value]) => {
      const given = weights.get(name)
      if (given === undefined) throw new Error(`no numbers for the parameter "${name}"`)
      return [value, given]
    }),
  )
  const logits = model.logits(
    pixels,
    (name) => {
      const value = parameters.get(name)
      if (value === undefined) throw new Error(`the model has no parameter "${name}"`)
      return value
    },
    'inference',
    keepAll,
    noteNothing,
  )
  return writeModel(
    { name: 'inkling_model', inputs: [pixels], outputs: { logits }, weights: numbers },
    metadataOf(spec),
  )
}

function metadataOf(spec: ModelSpecification): Record<string, string> {
  const loss: LossName = spec.loss
  return {
    [metadataKeys.classes]: JSON.stringify(classesOf(spec.digits)),
    [metadataKeys.loss]: loss,
    [metadataKeys.sizes]: layerSizes(spec).join('-'),
    [metadataKeys.format]: '1',
  }
}
