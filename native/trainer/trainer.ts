/**
 * The training loop: epochs, mini-batches, and the controls over them. It decides when to run steps; step-runner.ts runs
 * them. It computes in short slices and lets the event loop through between them, so that a command takes effect soon.
 */
import { AppError } from '../../data/error.ts'
import type { ImageSet } from '../../data/image-set.ts'
import type { StoredEpoch } from '../../data/library/types.ts'
import { writeInferenceModel } from '../learn/inference-model.ts'
import type { Weights } from '../learn/parameters.ts'
import { countParameters, layerSizes, type RunSpecification } from '../learn/specification.ts'
import { scheduleFunctions } from '../learn/schedules.ts'
import { requireValid } from '../learn/validate.ts'
import type { DeviceChoice } from '../runtime/devices.ts'
import { firstWeights } from './first-weights.ts'
import { pictureFirstLayer, type LayerPictures } from './first-layer.ts'
import { History, SNAPSHOT_EVERY } from './history.ts'
import { SlicePace } from './pace.ts'
import { StepRunner } from './step-runner.ts'
import type { Snapshot } from './steps.ts'
import { epochOrder, type EpochOrder } from './training-data.ts'

/** `diverged`: a loss was not a finite number. The last four are final. */
export type TrainerState = 'paused' | 'training' | 'finished' | 'stopped' | 'diverged' | 'failed'

export type TrainerEpoch = StoredEpoch

/** Called between slices, never while the graph runs. */
export type TrainerListener = {
  /** `losses[i]` is the loss of mini-batch `firstStep + i`, counted from 1. */
  stepped?(firstStep: number, losses: Float32Array): void
  epochEnded?(epoch: TrainerEpoch): void
  /** Everything after mini-batch `step` is taken back. */
  wentBack?(step: number): void
  /** `error` is set when the state is `failed`. */
  stateChanged?(state: TrainerState, error: unknown): void
}

/** The first layer's weights as pictures, at a stated step. */
export type FirstLayer = LayerPictures & { readonly step: number }

export class Trainer {
  readonly specification: RunSpecification
  readonly sizes: readonly number[]
  readonly parameters: number
  readonly trainCount: number
  readonly testCount: number
  readonly stepsPerEpoch: number
  readonly totalSteps: number
  /** Resolves with the final state. */
  readonly ended: Promise<TrainerState>

  readonly #runner: StepRunner
  readonly #order: EpochOrder
  readonly #listener: TrainerListener
  readonly #pace = new SlicePace()
  #resolveEnded: (state: TrainerState) => void = () => {}
  #state: TrainerState = 'paused'
  /** The learning rates that were set, and the mini-batch from which each holds. */
  #rates: { readonly from: number; readonly rate: number }[]
  /** Set while the graph runs; holds from the next slice on. */
  #nextRate: number | null = null
  readonly #history: History<Snapshot>
  /** Of every mini-batch done. */
  readonly #losses: number[] = []
  #step = 0
  /** While training: pause when this step is reached. */
  #pauseAt = Infinity
  #loop: Promise<void> = Promise.resolve()
  #epochIndices: Int32Array = new Int32Array(0)
  #epochLoaded = -1
  #evaluating = false
  #epochSeconds = 0
  #epochImages = 0

  private constructor(
    specification: RunSpecification,
    sets: { train: ImageSet; test: ImageSet },
    runner: StepRunner,
    order: EpochOrder,
    listener: TrainerListener,
    first: Snapshot,
  ) {
    this.specification = specification
    this.#runner = runner
    this.#order = order
    this.#listener = listener
    this.#rates = [{ from: 1, rate: specification.learningRate }]
    this.#history = new History(runner.stateBytes)
    this.#history.record(0, first)
    this.sizes = layerSizes(specification)
    this.parameters = countParameters(specification)
    this.trainCount = order(0).length
    this.testCount = sets.test.labels.reduce(
      (count, label) => count + (specification.digits.includes(label) ? 1 : 0),
      0,
    )
    this.stepsPerEpoch = Math.ceil(this.trainCount / specification.batchSize)
    this.totalSteps = this.stepsPerEpoch * specification.epochs
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
  }

  /**
   * Builds the graphs and draws the first weights; `weights` are used instead where given. The trainer starts paused. Throws
   * the coded errors of requireValid and epochOrder, and `dataset/no-images-of-class` when the test set has none of the digits.
   */
  static async create(
    specification: RunSpecification,
    sets: { readonly train: ImageSet; readonly test: ImageSet },
    listener: TrainerListener = {},
    weights?: Weights,
  ): Promise<Trainer> {
    requireValid(specification)
    for (const set of [sets.train, sets.test]) {
      if (set.height * set.width !== 784) {
        throw new AppError(
          'dataset/bad-shape',
          `Models take 28 x 28 images; this set has ${set.height} x ${set.width}.`,
        )
      }
    }
    const order = epochOrder(specification, sets.train)
    if (!sets.test.labels.some((label) => specification.digits.includes(label))) {
      throw new AppError(
        'dataset/no-images-of-class',
        'The test images have none of the chosen digits. Choose digits that they have.',
      )
    }
    const first = weights ?? firstWeights(specification, sets.train)
    const runner = await StepRunner.create(specification, sets, first)
    return new Trainer(specification, sets, runner, order, listener, await runner.snapshot())
  }

  get state(): TrainerState {
    return this.#state
  }
  /** Where it computes; with a warning where that is not what the specification asks for. */
  get device(): DeviceChoice {
    return this.#runner.device
  }
  /** Mini-batches done. */
  get step(): number {
    return this.#step
  }
  /** As it was set; the schedule multiplies it. */
  get learningRate(): number {
    return this.#nextRate ?? this.#rates.at(-1)?.rate ?? this.specification.learningRate
  }
  /** Of the next mini-batch. */
  get scheduledLearningRate(): number {
    return this.#learningRateAt(Math.min(this.#step + 1, this.totalSteps))
  }
  get lastLoss(): number | null {
    return this.#losses.at(-1) ?? null
  }
  /** Over the last second or so of training, null before the first step. */
  get imagesPerSecond(): number | null {
    return this.#pace.imagesPerSecond
  }
  /** At the present speed; null before the first step. */
  get secondsLeft(): number | null {
    const speed = this.#pace.imagesPerSecond
    if (speed === null) return null
    const epochsLeft = (this.totalSteps - this.#step) / this.stepsPerEpoch
    return (epochsLeft * this.trainCount) / speed
  }

  /** Goes on training until the end, or `step(batches)`'s last. Throws `train/wrong-state` once the run has ended. */
  resume(): void {
    this.#train(Infinity)
  }

  /** Trains this many mini-batches, then pauses. */
  stepBatches(batches: number): void {
    this.#train(this.#step + batches)
  }

  /**
   * Takes effect after the slice under way, which lasts some 16 ms, and resolves when it has. An epoch's evaluation under way
   * goes on: its figures come while the run is paused.
   */
  async pause(): Promise<void> {
    if (this.#state !== 'training') return
    this.#pauseAt = this.#step
    if (this.#evaluating) this.#setState('paused')
    else await this.#loop
  }

  /** Ends the run where it is; its weights stay. */
  async stop(): Promise<void> {
    await this.pause()
    if (this.#state === 'paused') this.#end('stopped')
  }

  /** From the next slice on. Above 0. */
  setLearningRate(learningRate: number): void {
    if (!(learningRate > 0 && Number.isFinite(learningRate))) {
      throw new AppError('train/bad-specification', `The learning rate must be above 0; found ${learningRate}.`)
    }
    this.#nextRate = learningRate
  }

  /**
   * Takes back this many mini-batches, at most all: weights, losses and learning rates are then what they were, bit by bit.
   * The nearest snapshot is restored and the rest trained again. Pauses first; throws `train/wrong-state` for a run that has
   * ended.
   */
  async back(batches: number): Promise<void> {
    await this.pause()
    await this.#loop
    if (this.#state !== 'paused') throw wrongState(this.#state, 'go back')
    const target = Math.max(0, this.#step - batches)
    const { step, state } = this.#history.before(target)
    this.#runner.restore(state)
    this.#step = step
    this.#nextRate = null
    while (this.#step < target) this.#step += (await this.#runSlice(target)).losses.length
    await this.#runner.settle()
    this.#losses.length = target
    this.#history.forgetAfter(target)
    this.#rates = this.#rates.filter(({ from }) => from === 1 || from <= target)
    this.#epochSeconds = 0
    this.#epochImages = 0
    this.#listener.wentBack?.(target)
  }

  /** The weights as an ONNX file: present when the run rests, while it trains on a device up to a tenth of a second old (see native/learn/inference-model.ts). */
  exportModel(): Uint8Array {
    return writeInferenceModel(this.specification, this.#runner.weights())
  }

  firstLayer(): FirstLayer {
    const [weight] = this.#runner.model.parameters
    if (weight === undefined) throw new Error('a model has at least one parameter')
    return { step: this.#runner.settledSteps, ...pictureFirstLayer(this.specification, this.#runner.weight(weight)) }
  }

  /** Ends what is under way and frees the sessions. */
  async dispose(): Promise<void> {
    await this.stop()
    await this.#loop
    await this.#runner.close()
  }

  #train(pauseAt: number): void {
    if (this.#state === 'training') {
      this.#pauseAt = pauseAt
      return
    }
    if (this.#state !== 'paused') {
      throw wrongState(this.#state, 'go on')
    }
    this.#pauseAt = pauseAt
    this.#setState('training')
    // Paused during an evaluation: the loop is still there, and goes on by itself.
    if (this.#evaluating) return
    this.#loop = this.#slices().catch((error: unknown) => {
      this.#setState('failed', error)
      this.#resolveEnded('failed')
    })
  }

  async #slices(): Promise<void> {
    const mayGoOn = () => this.#step < this.#pauseAt && this.#step < this.totalSteps
    while (mayGoOn()) {
      const losses = await this.#slice()
      const broken = losses.findIndex((loss) => !Number.isFinite(loss))
      if (broken !== -1) {
        await this.#runner.settle()
        this.#end('diverged')
        return
      }
      if (this.#step % this.stepsPerEpoch === 0) await this.#endEpoch()
      await new Promise((resolve) => setImmediate(resolve))
      // Whoever looks at a run that rests sees its present weights; meanwhile it may have been told to go on.
      if (!mayGoOn()) await this.#runner.settle()
    }
    if (this.#state === 'stopped') return
    if (this.#step >= this.totalSteps) this.#end('finished')
    else if (this.#state === 'training') this.#setState('paused')
  }

  /** Of the mini-batch `step`, 1 for the first, as the schedule has it. */
  #learningRateAt(step: number): number {
    const { rate } = this.#rates.findLast(({ from }) => from <= step) ?? { rate: this.specification.learningRate }
    return rate * scheduleFunctions[this.specification.schedule]((step - 1) / this.totalSteps)
  }

  /** Mini-batches of one epoch in one run of the graph, as many as the pace allows, at most to step `until`. */
  async #runSlice(until: number): Promise<{ losses: Float32Array; images: number; seconds: number }> {
    const { batchSize } = this.specification
    const epoch = Math.floor(this.#step / this.stepsPerEpoch)
    if (this.#epochLoaded !== epoch) {
      this.#epochIndices = this.#order(epoch)
      this.#epochLoaded = epoch
    }
    const stepInEpoch = this.#step % this.stepsPerEpoch
    const fullSteps = Math.floor(this.trainCount / batchSize) - stepInEpoch
    const steps = Math.min(this.#pace.steps, until - this.#step, Math.max(fullSteps, 1))
    const indices = this.#epochIndices.slice(stepInEpoch * batchSize, (stepInEpoch + steps) * batchSize)
    const began = performance.now()
    const losses = await this.#runner.run(indices, (step) => this.#learningRateAt(step), this.#step + 1)
    return { losses, images: indices.length, seconds: (performance.now() - began) / 1000 }
  }

  async #slice(): Promise<Float32Array> {
    if (this.#nextRate !== null) {
      this.#rates.push({ from: this.#step + 1, rate: this.#nextRate })
      this.#nextRate = null
    }
    const { losses, images, seconds } = await this.#runSlice(this.#pauseAt)
    this.#pace.record(losses.length, images, seconds)
    this.#epochSeconds += seconds
    this.#epochImages += images
    for (const loss of losses) this.#losses.push(loss)
    const firstStep = this.#step + 1
    this.#step += losses.length
    if (this.#step >= (this.#history.steps.at(-1) ?? 0) + SNAPSHOT_EVERY) {
      this.#history.record(this.#step, await this.#runner.snapshot())
    }
    this.#listener.stepped?.(firstStep, losses)
    return losses
  }

  async #endEpoch(): Promise<void> {
    this.#evaluating = true
    if (this.#step >= this.#pauseAt && this.#step < this.totalSteps) this.#setState('paused')
    const evaluation = await this.#runner.evaluate()
    this.#evaluating = false
    if (this.#state === 'stopped') return
    await this.#runner.settle()
    const record: TrainerEpoch = {
      epoch: this.#step / this.stepsPerEpoch,
      step: this.#step,
      trainLoss: this.#losses.slice(-this.stepsPerEpoch).reduce((total, loss) => total + loss, 0) / this.stepsPerEpoch,
      validLoss: evaluation.loss,
      accuracy: evaluation.accuracy,
      imagesPerSecond: this.#epochImages / this.#epochSeconds,
    }
    this.#epochSeconds = 0
    this.#epochImages = 0
    this.#listener.epochEnded?.(record)
  }

  #end(state: 'finished' | 'stopped' | 'diverged'): void {
    this.#setState(state)
    this.#resolveEnded(state)
  }

  #setState(state: TrainerState, error: unknown = null): void {
    this.#state = state
    this.#listener.stateChanged?.(state, error)
  }
}

function wrongState(state: TrainerState, action: string): AppError {
  return new AppError(
    'train/wrong-state',
    `This run has ended (${state}) and cannot ${action}. Start a new one from its settings.`,
  )
}
