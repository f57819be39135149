/** The models as graphs, by the names of specification.ts. To add one: an entry there, a file here, and a line below. */
import { hasSingleOutput, layerSizes, type RunSpecification } from '../specification.ts'
import { fullyConnected } from './fully-connected.ts'
import { lenet } from './lenet.ts'
import type { Model } from './model.ts'
import { resnet } from './resnet.ts'

export { keepAll, noteNothing, type Dropout, type Model, type Note, type Purpose } from './model.ts'

export type ModelSpecification = Pick<RunSpecification, 'digits' | 'loss' | 'model' | 'hidden' | 'activation'>

export function buildModel(spec: ModelSpecification): Model {
  const outputs = hasSingleOutput(spec) ? 1 : spec.digits.length
  switch (spec.model) {
    case 'lenet':
      return lenet(outputs, 'max')
    case 'lenet_average':
      return lenet(outputs, 'average')
    case 'resnet':
      return resnet(outputs)
    case 'linear':
    case 'simple_net':
    case 'mlp':
      return fullyConnected(layerSizes(spec), spec.activation)
  }
}
