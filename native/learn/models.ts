/** The models as graphs: from pixels to logits. Their names and titles are in specification.ts. */
import { affine, relu, type Value } from '../graph/index.ts'
import type { Parameter } from './parameters.ts'
import { layerSizes, type RunSpecification } from './specification.ts'

export type Model = {
  readonly parameters: readonly Parameter[]
  /** `pixels` are `[batch, 784]`, 0 to 1; the answer is `[batch, outputs]` logits. Parameters are given by name. */
  readonly logits: (pixels: Value, parameter: (name: string) => Value) => Value
}

/** Fully connected layers of these sizes with ReLU between them: `[784, 30, 10]`. Without a hidden size it is linear. */
function fullyConnected(sizes: readonly number[]): Model {
  const layers = sizes.slice(1).map((outputs, layer) => ({
    weight: { name: `layer${layer + 1}.weight`, shape: [sizes[layer] ?? 0, outputs] },
    bias: { name: `layer${layer + 1}.bias`, shape: [outputs] },
    inputs: sizes[layer] ?? 0,
  }))
  return {
    parameters: layers.flatMap(({ weight, bias, inputs }) => [
      { ...weight, role: 'weight' as const, inputs },
      { ...bias, role: 'bias' as const, inputs },
    ]),
    logits: (pixels, parameter) =>
      layers.reduce(
        (activations, { weight, bias }, layer) =>
          affine(layer === 0 ? activations : relu(activations), parameter(weight.name), parameter(bias.name)),
        pixels,
      ),
  }
}

export function buildModel(spec: Pick<RunSpecification, 'digits' | 'loss' | 'model' | 'hidden'>): Model {
  return fullyConnected(layerSizes(spec))
}
