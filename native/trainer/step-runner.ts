/** Runs training steps on ONNX Runtime: holds the sessions, the data tensors and the current weights. Knows no epochs and no pause. */
import type { ImageSet } from '../../data/image-set.ts'
import { nextName } from '../graph/index.ts'
import { buildModel, type Model } from '../learn/models.ts'
import type { Parameter, Weights } from '../learn/parameters.ts'
import type { RunSpecification } from '../learn/specification.ts'
import { stepNames, writeEvaluation, writeTrainingStep, writeTrainingSteps } from '../learn/training-step.ts'
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
  #weights: Record<string, Tensor>

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
    const targets = targetTable(classIndices(sets.train.labels, spec.digits), this.#outputs)
    this.#data = {
      [stepNames.images]: tensorOf(sets.train.images, [sets.train.count, 784]),
      [stepNames.targets]: tensorOf(targets, [sets.train.count, this.#outputs]),
    }
    this.#test = { set: sets.test, classes: classIndices(sets.test.labels, spec.digits) }
    this.#weights = Object.fromEntries(
      model.parameters.map(({ name, shape }) => [name, tensorOf(weights.get(name) ?? new Float32Array(0), shape)]),
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
   * run of the graph. `indices` holds them one after another; only a single mini-batch may be short.
   */
  async run(indices: Int32Array, learningRate: number): Promise<Float32Array> {
    const batch = this.#spec.batchSize
    const steps = indices.length / batch
    if (Number.isInteger(steps)) {
      return this.#advance(
        this.#steps,
        tensorOf(indices, [steps, batch]),
        tensorOf(new Float32Array(steps).fill(learningRate), [steps]),
      )
    }
    const session = await this.#sessionFor(indices.length)
    return this.#advance(session, tensorOf(indices, [indices.length]), tensorOf(Float32Array.of(learningRate), []))
  }

  async #advance(session: Session, indices: Tensor, learningRate: Tensor): Promise<Float32Array> {
    const results = await session.run({
      ...this.#weights,
      ...this.#data,
      [stepNames.indices]: indices,
      [stepNames.learningRate]: learningRate,
    })
    const next: Record<string, Tensor> = {}
    for (const { name } of this.model.parameters) {
      const tensor = results[nextName(name)]
      if (tensor === undefined) throw new Error(`the training graph did not answer with "${name}"`)
      next[name] = tensor
    }
    this.#weights = next
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
    const weights = this.#weights
    const options = { outputs: this.#outputs, classCount: this.#spec.digits.length, loss: this.#spec.loss }
    return evaluateSet(set, classes, options, async (pixels, count) => {
      const results = await this.#evaluation.run({ ...weights, [stepNames.images]: tensorOf(pixels, [count, 784]) })
      return float32Of(results['logits'])
    })
  }

  /** The numbers of a parameter now; a view that later steps leave as it is. */
  weight(parameter: Parameter): Float32Array {
    return float32Of(this.#weights[parameter.name])
  }

  weights(): Map<string, Float32Array> {
    return new Map(this.model.parameters.map((parameter) => [parameter.name, this.weight(parameter)]))
  }

  async close(): Promise<void> {
    for (const session of [this.#steps, this.#evaluation, ...this.#odd.values()]) await session.close()
  }
}
