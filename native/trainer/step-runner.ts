/** Runs training steps on ONNX Runtime: holds the sessions, the data tensors and the current weights. Knows no epochs and no pause. */
import type { ImageSet } from '../../data/image-set.ts'
import { nextName } from '../graph/index.ts'
import { buildModel, type Model } from '../learn/models/index.ts'
import type { Parameter, Weights } from '../learn/parameters.ts'
import type { RunSpecification } from '../learn/specification.ts'
import {
  stateShapes,
  stepNames,
  stepScalars,
  writeEvaluation,
  writeTrainingStep,
  writeTrainingSteps,
} from '../learn/training-step.ts'
import { float32Of, Session, tensorOf, type Tensor } from '../runtime/session.ts'
import { evaluateSet, type Evaluation } from './evaluation.ts'
import { classIndices, outputCount, targetTable } from './training-data.ts'

export class StepRunner {
  readonly model: Model
  readonly #spec: RunSpecification
  readonly #steps: Session
  readonly #evaluation: Session
  readonly #outputs: number
  readonly #data: Readonly<Record<string, Tensor>>
  readonly #imageCount: number
  readonly #test: { readonly set: ImageSet; readonly classes: Int16Array }
  /** Sessions for mini-batches of another size: the short last one of an epoch. */
  readonly #odd = new Map<number, Session>()
  /** The parameters, and what the optimizer remembers of them. */
  #state: Record<string, Tensor>

  private constructor(
    spec: RunSpecification,
    sets: { train: ImageSet; test: ImageSet },
    model: Model,
    sessions: { steps: Session; evaluation: Session },
    weights: Weights,
  ) {
    this.model = model
    this.#spec = spec
    this.#steps = sessions.steps
    this.#evaluation = sessions.evaluation
    this.#outputs = outputCount(spec)
    this.#imageCount = sets.train.count
    const targets = targetTable(classIndices(sets.train.labels, spec.digits), this.#outputs, spec.labelSmoothing)
    this.#data = {
      [stepNames.images]: tensorOf(sets.train.images, [sets.train.count, 784]),
      [stepNames.targets]: tensorOf(targets, [sets.train.count, this.#outputs]),
    }
    this.#test = { set: sets.test, classes: classIndices(sets.test.labels, spec.digits) }
    this.#state = Object.fromEntries(
      [...stateShapes(spec)].map(([name, shape]) => {
        const zeros = () => new Float32Array(shape.reduce((product, size) => product * size, 1))
        return [name, tensorOf(weights.get(name) ?? zeros(), shape)]
      }),
    )
  }

  static async create(
    spec: RunSpecification,
    sets: { train: ImageSet; test: ImageSet },
    weights: Weights,
  ): Promise<StepRunner> {
    const model = buildModel(spec)
    const sizes = { images: sets.train.count, outputs: outputCount(spec), batch: spec.batchSize }
    const threads = { threads: spec.threads }
    const steps = await Session.create(writeTrainingSteps(spec, sizes), threads)
    const evaluation = await Session.create(writeEvaluation(model), threads)
    return new StepRunner(spec, sets, model, { steps, evaluation }, weights)
  }

  /**
   * Makes one step for each `batch` of indices and answers with their losses. All full mini-batches of one call go into one
   * run of the graph. `indices` holds them one after another; only a single mini-batch may be short. `firstStep` is 1 for
   * the first step of the run.
   */
  async run(indices: Int32Array, learningRateOf: (step: number) => number, firstStep: number): Promise<Float32Array> {
    const batch = this.#spec.batchSize
    const steps = indices.length / batch
    if (Number.isInteger(steps)) {
      return this.#advance(
        this.#steps,
        tensorOf(indices, [steps, batch]),
        this.#scalars(firstStep, learningRateOf, steps),
      )
    }
    const session = await this.#sessionFor(indices.length)
    return this.#advance(session, tensorOf(indices, [indices.length]), this.#scalars(firstStep, learningRateOf, null))
  }

  /** The numbers that each step gets anew, `[steps]`; a single step without that axis where `steps` is null. */
  #scalars(firstStep: number, learningRateOf: (step: number) => number, steps: number | null): Record<string, Tensor> {
    const ofSteps = Array.from({ length: steps ?? 1 }, (_, index): Record<string, number> => ({
      ...stepScalars(this.#spec, firstStep + index),
      [stepNames.learningRate]: learningRateOf(firstStep + index),
    }))
    const shape = steps === null ? [] : [steps]
    const names = Object.keys(ofSteps[0] ?? {})
    return Object.fromEntries(
      names.map((name) => [
        name,
        tensorOf(
          Float32Array.from(ofSteps, (step) => step[name] ?? 0),
          shape,
        ),
      ]),
    )
  }

  async #advance(session: Session, indices: Tensor, scalars: Record<string, Tensor>): Promise<Float32Array> {
    const results = await session.run({ ...this.#state, ...this.#data, ...scalars, [stepNames.indices]: indices })
    const next: Record<string, Tensor> = {}
    for (const name of Object.keys(this.#state)) {
      const tensor = results[nextName(name)]
      if (tensor === undefined) throw new Error(`the training graph did not answer with "${name}"`)
      next[name] = tensor
    }
    this.#state = next
    return float32Of(results[stepNames.loss])
  }

  async #sessionFor(batch: number): Promise<Session> {
    const known = this.#odd.get(batch)
    if (known !== undefined) return known
    const sizes = { images: this.#imageCount, outputs: this.#outputs, batch }
    const session = await Session.create(writeTrainingStep(this.#spec, sizes), { threads: this.#spec.threads })
    this.#odd.set(batch, session)
    return session
  }

  /** Evaluates the current weights on the test images of the chosen digits. */
  async evaluate(): Promise<Evaluation> {
    const { set, classes } = this.#test
    const weights = Object.fromEntries(this.model.parameters.map(({ name }) => [name, this.#tensor(name)]))
    const options = { outputs: this.#outputs, classCount: this.#spec.digits.length, loss: this.#spec.loss }
    return evaluateSet(set, classes, options, async (pixels, count) => {
      const results = await this.#evaluation.run({ ...weights, [stepNames.images]: tensorOf(pixels, [count, 784]) })
      return float32Of(results['logits'])
    })
  }

  /** The numbers of a parameter now; a view that later steps leave as it is. */
  weight(parameter: Parameter): Float32Array {
    return float32Of(this.#tensor(parameter.name))
  }

  #tensor(name: string): Tensor {
    const tensor = this.#state[name]
    if (tensor === undefined) throw new Error(`the model has no parameter "${name}"`)
    return tensor
  }

  weights(): Map<string, Float32Array> {
    return new Map(this.model.parameters.map((parameter) => [parameter.name, this.weight(parameter)]))
  }

  async close(): Promise<void> {
    for (const session of [this.#steps, this.#evaluation, ...this.#odd.values()]) await session.close()
  }
}
