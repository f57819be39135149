/** Fully connected layers with ReLU between them; without a hidden layer it is the linear model. */
import { affine, relu } from '../../graph/index.ts'
import { linearParameters, type Model } from './model.ts'

/** `sizes` from the input to the output: `[784, 30, 10]`. Parameters are `layer1.weight`, `layer1.bias`, ... */
export function fullyConnected(sizes: readonly number[]): Model {
  const layers = sizes
    .slice(1)
    .map((outputs, layer) => ({ name: `layer${layer + 1}`, inputs: sizes[layer] ?? 0, outputs }))
  return {
    parameters: layers.flatMap(({ name, inputs, outputs }) => linearParameters(name, inputs, outputs)),
    logits: (pixels, parameter) =>
      layers.reduce((activations, { name }, layer) => {
        const inputs = layer === 0 ? activations : relu(activations)
        return affine(inputs, parameter(`${name}.weight`), parameter(`${name}.bias`))
      }, pixels),
  }
}
