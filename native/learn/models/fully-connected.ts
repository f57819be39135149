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
    logits: (pixels, parameter, _, dropout) =>
      layers.reduce((activations, { name }, layer) => {
        const inputs = layer === 0 ? activations : dropout(functions[activation](activations), layer)
        return affine(inputs, parameter(`${name}.weight`), parameter(`${name}.bias`))
      }, pixels),
  }
}
