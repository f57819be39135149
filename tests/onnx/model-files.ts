/** Every ONNX file that Inkling makes: the inference model of each model, and its training graphs with each optimizer. */
import { writeInferenceModel } from '../../native/learn/inference-model.ts'
import { buildModel } from '../../native/learn/models/index.ts'
import { initialize, type Weights } from '../../native/learn/parameters.ts'
import {
  defaultSpecification,
  losses,
  models,
  namesOf,
  optimizers,
  type RunSpecification,
} from '../../native/learn/specification.ts'
import {
  stepNames,
  writeEvaluation,
  writeTrainingStep,
  writeTrainingSteps,
  writeUnrolledSteps,
} from '../../native/learn/training-step.ts'
import { tensorOf, type Tensor } from '../../native/runtime/session.ts'
import { madeUpImages } from '../../native/trainer/made-up-images.ts'
import { columns, firstState, stepNumbers, tensorsOf } from '../../native/trainer/steps.ts'
import { outputCount } from '../../native/trainer/training-data.ts'

export type ModelFile = {
  /** `lenet-adam-scan` */
  readonly name: string
  readonly bytes: Uint8Array
  /** What it can be run with. */
  readonly feeds: Readonly<Record<string, Tensor>>
}

const images = 12
const batch = 4
const steps = 2

/** All of them, small: a mini-batch of 4, and 2 steps where there are several. */
export function* modelFiles(): Generator<ModelFile> {
  for (const model of namesOf(models)) {
    const spec = { ...defaultSpecification(), model, batchSize: batch, hidden: [20, 12] }
    yield* predictionFiles(spec)
    for (const optimizer of namesOf(optimizers)) yield* trainingFiles({ ...spec, optimizer }, `${model}-${optimizer}`)
    yield* trainingFiles({ ...spec, forgetZeroGrad: true, weightDecay: 0.01, dropout: 0.3 }, `${model}-all`)
  }
  for (const loss of namesOf(losses)) {
    if (loss === 'accuracy') continue
    yield* trainingFiles({ ...defaultSpecification([3, 7]), loss, batchSize: batch }, `linear-${loss}`)
  }
}

const weightsOf = (spec: RunSpecification): Weights => initialize(buildModel(spec).parameters, 'linear', 1)

function* predictionFiles(spec: RunSpecification): Generator<ModelFile> {
  const pixels = tensorOf(new Float32Array(3 * 784).fill(0.5), [3, 784])
  yield { name: spec.model, bytes: writeInferenceModel(spec, weightsOf(spec)), feeds: { pixels } }
  const parameters = tensorsOf(
    new Map(buildModel(spec).parameters.map(({ name, shape }) => [name, { shape, numbers: numbersOf(spec, name) }])),
  )
  const uint8 = tensorOf(madeUpImages(3, 1).images, [3, 784])
  const feeds = { ...parameters, [stepNames.images]: uint8 }
  yield { name: `${spec.model}-evaluation`, bytes: writeEvaluation(buildModel(spec)), feeds }
}

function numbersOf(spec: RunSpecification, name: string): Float32Array {
  return weightsOf(spec).get(name) ?? new Float32Array()
}

function* trainingFiles(spec: RunSpecification, name: string): Generator<ModelFile> {
  const set = madeUpImages(images, 1)
  const sizes = { images, outputs: outputCount(spec), batch }
  const classes = Int32Array.from(set.labels, (label) => label % spec.digits.length)
  const indices = Int32Array.from({ length: steps * batch }, (_, i) => i % images)
  const numbers = stepNumbers(spec, 1, steps, () => 0.1)
  const given = {
    ...tensorsOf(firstState(spec, weightsOf(spec))),
    [stepNames.images]: tensorOf(set.images, [images, 784]),
    [stepNames.classes]: tensorOf(classes, [images]),
  }
  const several = { ...given, ...columns(numbers), [stepNames.indices]: tensorOf(indices, [steps, batch]) }
  const single = {
    ...given,
    ...columns(numbers.slice(0, 1), []),
    [stepNames.indices]: tensorOf(indices.subarray(0, batch), [batch]),
  }
  yield { name: `${name}-step`, bytes: writeTrainingStep(spec, sizes), feeds: single }
  yield { name: `${name}-scan`, bytes: writeTrainingSteps(spec, sizes), feeds: several }
  yield { name: `${name}-unrolled`, bytes: writeUnrolledSteps(spec, sizes, steps), feeds: several }
}
