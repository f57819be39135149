/** Fully connected layers with an activation between them; without a hidden layer it is the linear model. */
import { affine, relu, sigmoid, tanh, type Value } from '../../graph/index.ts'
import type { ActivationName } from '../specification.ts'
import { linearParameters, type Model } from './model.ts'

const functions: Readonly<Record<ActivationName, (x: Value) => Value>> = { relu, sigmoid, tanh }

/** `sizes` from the input to the output: `[784, 30, 10]`. Parameters are `layer1.weight`, `layer1.bias`, ... */
export function fullyConnected(sizes: readonly number[], activation: ActivationName): Model {
  const layers = sizes
    .slice(1)
    .map((outputs, layer) => ({ name: `layer${layer + 1}`, inputs: sizes[layer] ?? 0, outputs }))
  return {
    parameters: layers.flatMap(({ name, inputs, outputs }) => linearParameters(name, inputs, outputs)),
    logits: (pixels, parameter, _, dropout, note) =>
      layers.reduce((inputs, { name }, layer) => {
        const sums = affine(inputs, parameter(`${name}.weight`), parameter(`${name}.bias`))
        if (layer === layers.length - 1) return sums
        const activations = functions[activation](sums)
        const kept = dropout(activations, layer + 1)
        note(`${name}.sum`, sums)
        note(`${name}.activation`, activations)
        note(`${name}.kept`, kept)
        return kept
      }, pixels),
  }
}
