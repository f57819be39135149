/** How much memory a run takes, so that one that cannot fit is refused in words instead of being ended by the operating system. Pure. */
import { countParameters, isConvolutional, layerSizes, type RunSpecification } from './specification.ts'
import { stateShapes } from './training-step.ts'

/**
 * What the parameters and the optimizer's memory of them take, with the copies that a run keeps (the states before and after a step, and
 * those that can be gone back to), and what a mini-batch takes while it is computed. In bytes.
 */
export type Memory = { readonly state: number; readonly batch: number }

/** Measured in runs of 2 to 10 million parameters: from 7 to 9. */
const COPIES = 8

/** Of each unit of each image: the sum, what comes out, and a gradient. */
const NUMBERS_PER_UNIT = 3

/** Within a tenth or two of what was measured for linear layers of 512 units, LeNet and the ResNet with mini-batches of thousands. */
export function memoryOf(spec: RunSpecification): Memory {
  const slots = stateShapes(spec).size / stateShapes({ ...spec, optimizer: 'sgd', forgetZeroGrad: false }).size
  const pixels = 784 * (1 + 4)
  return {
    state: COPIES * slots * countParameters(spec) * 4,
    batch: spec.batchSize * (pixels + NUMBERS_PER_UNIT * 4 * unitsOf(spec)),
  }
}

/** Numbers that come out of layers for one image. */
function unitsOf(spec: RunSpecification): number {
  const [first = 0, second = 0] = layerSizes(spec).slice(1)
  // Three convolutions of the first size and three of the second; with LeNet each is four times as large before it is pooled.
  if (spec.model === 'resnet') return 3 * first + 3 * second
  if (isConvolutional(spec.model)) return 4 * (first + second)
  return layerSizes(spec)
    .slice(1)
    .reduce((total, size) => total + size, 0)
}
