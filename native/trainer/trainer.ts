/**
 * The training loop: epochs, mini-batches, and the controls over them. It decides when to run steps; step-runner.ts runs
 * them. It computes in short slices and lets the event loop through between them, so that a command takes effect soon.
 */
import { AppError } from '../../data/error.ts'
import type { ImageSet } from '../../data/image-set.ts'
import type { StoredEpoch, StoredRate } from '../../data/library/types.ts'
import { diagnose, type Diagnosis, type Symptom } from '../learn/diagnose.ts'
import { writeInferenceModel } from '../learn/inference-model.ts'
import type { Weights } from '../learn/parameters.ts'
import { ascending, classMetrics, type ClassMetrics } from '../learn/metrics.ts'
import { classesOf, countParameters, layerSizes, type RunSpecification, type StopAt } from '../learn/specification.ts'
import { scheduleFunctions } from '../learn/schedules.ts'
import { requireValid } from '../learn/validate.ts'
import type { DeviceChoice } from '../runtime/devices.ts'
import { checkpointOf, numbersOf, type TrainerCheckpoint } from './checkpoint.ts'
import type { EpochImages } from './epoch-images.ts'
import type { Evaluation } from './evaluation.ts'
import { firstWeights } from './first-weights.ts'
import { pictureFirstLayer, type LayerPictures } from './first-layer.ts'
import { History, SNAPSHOT_EVERY } from './history.ts'
import type { Moment } from './moment.ts'
import { SlicePace } from './pace.ts'
import { lookAt, PlateauWatch, type Look } from './plateau.ts'
import { RateLog } from './rate-log.ts'
import { StepRunner } from './step-runner.ts'
import type { Snapshot } from './steps.ts'
import { epochOrder, type EpochOrder } from './training-data.ts'

/** `diverged`: a loss was not a finite number. The last four are final. */
export type TrainerState = 'paused' | 'training' | 'finished' | 'stopped' | 'diverged' | 'failed'

/** `classes` has an entry for each digit, ascending, as `confusion` has rows. */
export type TrainerEpoch = StoredEpoch & { readonly classes: readonly ClassMetrics[] | null }

/** Where a run starts from, where that is not its specification's first weights. */
export type TrainerStart = {
  readonly weights?: Weights
  /** It goes on from here. */
  readonly checkpoint?: TrainerCheckpoint
  /** Of every mini-batch up to the checkpoint. */
  readonly losses?: Float32Array
  /** Those that were set up to there, and those that are to come after. */
  readonly rates?: readonly StoredRate[]
}

/** What a run learns from and is tested on. */
export type TrainerSets = {
  readonly train: ImageSet
  readonly test: ImageSet
  /** Instead of the images of `train`, whose labels hold. */
  readonly fresh?: EpochImages | undefined
}

/** Called between slices, never while the graph runs. */
export type TrainerListener = {
  /** `losses[i]` is the loss of mini-batch `firstStep + i`, counted from 1. */
  stepped?(firstStep: number, losses: Float32Array): void
  epochEnded?(epoch: TrainerEpoch): void
  /** Everything after mini-batch `step` is taken back. */
  wentBack?(step: number): void
  /** All learning rates that were set so far. */
  ratesChanged?(rates: readonly StoredRate[]): void
  /** What is wrong now, the likeliest cause first; none when all is well again. */
  diagnosed?(diagnoses: readonly Diagnosis[]): void
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
  readonly #fresh: EpochImages | null
  readonly #pace = new SlicePace()
  #resolveEnded: (state: TrainerState) => void = () => {}
  #state: TrainerState = 'paused'
  readonly #rates: RateLog
  /** Set while the graph runs; holds from the next slice on. */
  #nextRate: number | null = null
  readonly #history: History<Snapshot>
  /** Of every mini-batch done. */
  readonly #losses: number[]
  /** The step that it started from: the runner counts its own steps from there. */
  readonly #base: number
  readonly #memorySince: number
  #step: number
  #stopAt: StopAt | null
  #metricReached = false
  readonly #plateau = new PlateauWatch()
  #trainedSeconds = 0
  #diagnoses: readonly Diagnosis[] = []
  /** While training: pause when this step is reached. */
  #pauseAt = Infinity
  #loop: Promise<void> = Promise.resolve()
  #epochIndices: Int32Array = new Int32Array(0)
  #epochLoaded = -1
  #evaluating = false
  /** The epoch whose images the runner has; null before the first. */
  #epochOfImages: number | null = null
  #fetching = false
  /** Seconds that the last epoch's images were waited for. */
  #lastWait = 0
  /** The loop is under way; there is never a second one. */
  #looping = false
  #epochSeconds = 0
  #epochImages = 0

  private constructor(
    specification: RunSpecification,
    sets: TrainerSets,
    runner: StepRunner,
    order: EpochOrder,
    listener: TrainerListener,
    first: Snapshot,
    start: TrainerStart,
  ) {
    this.specification = specification
    this.#runner = runner
    this.#order = order
    this.#listener = listener
    this.#fresh = sets.fresh ?? null
    this.#base = start.checkpoint?.step ?? 0
    this.#memorySince = start.checkpoint?.memorySince ?? 0
    this.#step = this.#base
    this.#losses = [...(start.losses ?? [])]
    this.#stopAt = specification.stopAt
    this.#rates = new RateLog(start.rates ?? [{ from: 1, rate: specification.learningRate }])
    this.#history = new History(runner.stateBytes)
    this.#history.record(this.#base, first)
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
   * Builds the graphs and draws the first weights, unless `start` has some. The trainer starts paused. Throws the coded errors
   * of requireValid and epochOrder, `dataset/no-images-of-class` when the test set has none of the digits, and `library/damaged`
   * for a checkpoint of another model.
   */
  static async create(
    specification: RunSpecification,
    sets: TrainerSets,
    listener: TrainerListener = {},
    start: TrainerStart = {},
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
    if (specification.fresh && sets.fresh === undefined) throw new Error('a run with new images needs a source of them')
    const order = epochOrder(specification, sets.train)
    if (!sets.test.labels.some((label) => specification.digits.includes(label))) {
      throw new AppError(
        'dataset/no-images-of-class',
        'The test images have none of the chosen digits. Choose digits that they have.',
      )
    }
    const first =
      start.checkpoint === undefined
        ? (start.weights ?? firstWeights(specification, sets.train))
        : numbersOf(specification, start.checkpoint)
    const runner = await StepRunner.create(specification, sets, first)
    return new Trainer(specification, sets, runner, order, listener, await runner.snapshot(), start)
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
    return this.#nextRate ?? this.#rates.at(this.#step + 1)
  }
  /** All that were set. */
  get rates(): readonly StoredRate[] {
    const rates = new RateLog(this.#rates.all)
    if (this.#nextRate !== null) rates.set(this.#step + 1, this.#nextRate)
    return rates.all
  }
  /** Steps after which the weights are what `exportModel` and `firstLayer` say. */
  get settledStep(): number {
    return this.#base + this.#runner.settledSteps
  }
  get stopAt(): StopAt | null {
    return this.#stopAt
  }
  /** Why it is `finished`; null while it is not. */
  get endedBy(): 'epochs' | 'metric' | null {
    if (this.#state !== 'finished') return null
    return this.#metricReached ? 'metric' : 'epochs'
  }
  /** The earliest step that `back` can go to: 0, or where it started from. */
  get earliestStep(): number {
    return this.#base
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
    return (epochsLeft * this.trainCount) / speed + Math.floor(epochsLeft) * this.#lastWait
  }

  /** Goes on training until the end, or `step(batches)`'s last. Throws `train/wrong-state` once the run has ended. */
  resume(): void {
    this.#train(Infinity)
  }

  /** Trains this many mini-batches, then pauses. */
  stepBatches(batches: number): void {
    this.#train(this.#step + batches)
  }

  /** Trains to the end of the present epoch, or of the next where one has just ended, then pauses. */
  stepEpoch(): void {
    this.#train((Math.floor(this.#step / this.stepsPerEpoch) + 1) * this.stepsPerEpoch)
  }

  /**
   * Takes effect after the slice under way, which lasts some 16 ms, and resolves when it has. An epoch's evaluation under way
   * goes on: its figures come while the run is paused. So does the making of an epoch's images.
   */
  async pause(): Promise<void> {
    if (this.#state !== 'training') return
    this.#pauseAt = this.#step
    if (this.#evaluating || this.#fetching) this.#setState('paused')
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

  /** Looked at when the next epoch ends; null: it trains all its epochs. */
  setStopAt(stopAt: StopAt | null): void {
    requireValid({ ...this.specification, stopAt })
    this.#stopAt = stopAt
  }

  /**
   * Everything that the next steps depend on. Ask for it between slices, as listeners are called, or when the run rests. Of a run
   * that failed: the newest state that was kept.
   */
  async checkpoint(): Promise<TrainerCheckpoint> {
    const place = { base: this.#base, memorySince: this.#memorySince }
    const snapshot = this.#state === 'failed' ? this.#history.before(this.#step).state : await this.#runner.snapshot()
    return checkpointOf(this.specification, snapshot, place)
  }

  /**
   * Goes to any step from `earliestStep` to the last without telling anybody and without evaluating: steps that are on record
   * already are made again. Throws `train/wrong-state` unless the run waits.
   */
  async goTo(step: number): Promise<void> {
    await this.#loop
    if (this.#state !== 'paused') throw wrongState(this.#state, 'go to another step')
    const target = Math.min(Math.max(step, this.#base), this.totalSteps)
    const nearest = this.#history.before(target)
    if (target < this.#step) {
      this.#runner.restore(nearest.state)
      this.#step = nearest.step
      this.#losses.length = nearest.step
    }
    while (this.#step < target) {
      await this.#fetchImages()
      const { losses, images, seconds } = await this.#runSlice(target)
      this.#pace.record(losses.length, images, seconds)
      await this.#advance(losses)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await this.#runner.settle()
  }

  /** Evaluates the present weights on the test images; digits are ascending. Ask while the run rests. */
  async evaluate(): Promise<Evaluation> {
    const evaluation = await this.#runner.evaluate()
    return { ...evaluation, confusion: this.#ascending(evaluation).confusion }
  }

  /**
   * Takes back this many mini-batches, at most down to `earliestStep`: weights, losses and learning rates are then what they
   * were, bit by bit. The nearest snapshot is restored and the rest trained again. Pauses first; throws `train/wrong-state` for a
   * run that has ended.
   */
  async back(batches: number): Promise<void> {
    await this.pause()
    await this.#loop
    if (this.#state !== 'paused') throw wrongState(this.#state, 'go back')
    const target = Math.max(this.#base, this.#step - batches)
    this.#nextRate = null
    await this.goTo(target)
    this.#history.forgetAfter(target)
    if (this.#rates.forgetAfter(target)) this.#listener.ratesChanged?.(this.#rates.all)
    this.#plateau.forget()
    this.#setDiagnoses([])
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
    return {
      step: this.#base + this.#runner.settledSteps,
      ...pictureFirstLayer(this.specification, this.#runner.weight(weight)),
    }
  }

  /** What its next mini-batch is computed from: present at rest; while it trains on a device up to a tenth of a second old. */
  moment(): Moment {
    const step = this.#base + this.#runner.settledSteps
    const learningRate = this.#learningRateAt(step + 1, this.#nextRate ?? undefined)
    return { step, memorySince: this.#memorySince, learningRate, numbers: this.#runner.numbers() }
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
    if (this.#looping) return
    this.#looping = true
    this.#loop = this.#slices().catch((error: unknown) => {
      this.#looping = false
      this.#setState('failed', error)
      this.#resolveEnded('failed')
    })
  }

  async #slices(): Promise<void> {
    const mayGoOn = () => this.#step < this.#pauseAt && this.#step < this.totalSteps && !this.#metricReached
    while (mayGoOn()) {
      await this.#fetchImages()
      if (!mayGoOn()) break
      this.#prepareImages()
      const losses = await this.#slice()
      const broken = losses.findIndex((loss) => !Number.isFinite(loss))
      if (broken !== -1) {
        await this.#diverge()
        break
      }
      if (this.#step % this.stepsPerEpoch === 0) {
        if (!(await this.#endEpoch())) break
      } else await this.#lookForPlateau()
      await new Promise((resolve) => setImmediate(resolve))
      // Whoever looks at a run that rests sees its present weights; meanwhile it may have been told to go on.
      if (!mayGoOn()) await this.#runner.settle()
    }
    // From the last look at mayGoOn to here nobody else had a turn, so nobody believes that the loop goes on.
    this.#looping = false
    if (this.#state !== 'training' && this.#state !== 'paused') return
    if (this.#step >= this.totalSteps || this.#metricReached) this.#finish()
    else if (this.#state === 'training') this.#setState('paused')
  }

  /** Waits until the runner has the images of the epoch under way; at once unless each epoch has its own. */
  async #fetchImages(): Promise<void> {
    const epoch = Math.floor(this.#step / this.stepsPerEpoch)
    if (this.#fresh === null || this.#epochOfImages === epoch) return
    const began = performance.now()
    this.#fetching = true
    try {
      await this.#runner.setImages(await this.#fresh.images(epoch))
      this.#epochOfImages = epoch
    } catch (error) {
      // Whoever stops a run may close the source of its images.
      if (this.#state !== 'stopped') throw error
    } finally {
      this.#fetching = false
    }
    this.#lastWait = (performance.now() - began) / 1000
  }

  #prepareImages(): void {
    const next = Math.floor(this.#step / this.stepsPerEpoch) + 1
    if (next < this.specification.epochs) this.#fresh?.prepare(next)
  }

  /** Of the mini-batch `step`, 1 for the first, as the schedule has it. */
  #learningRateAt(step: number, rate = this.#rates.at(step)): number {
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
    // To the optimizer, steps count from where its memory began.
    const since = this.#memorySince
    const rateOf = (step: number) => this.#learningRateAt(step + since)
    const losses = await this.#runner.run(indices, rateOf, this.#step + 1 - since)
    return { losses, images: indices.length, seconds: (performance.now() - began) / 1000 }
  }

  async #slice(): Promise<Float32Array> {
    if (this.#nextRate !== null) {
      if (this.#rates.set(this.#step + 1, this.#nextRate)) this.#listener.ratesChanged?.(this.#rates.all)
      this.#nextRate = null
    }
    const { losses, images, seconds } = await this.#runSlice(this.#pauseAt)
    this.#pace.record(losses.length, images, seconds)
    this.#trainedSeconds += seconds
    this.#epochSeconds += seconds
    this.#epochImages += images
    const firstStep = this.#step + 1
    await this.#advance(losses)
    this.#listener.stepped?.(firstStep, losses)
    return losses
  }

  /** Counts steps that were made, and keeps a snapshot from time to time. */
  async #advance(losses: Float32Array): Promise<void> {
    for (const loss of losses) this.#losses.push(loss)
    this.#step += losses.length
    if (this.#step >= (this.#history.steps.at(-1) ?? 0) + SNAPSHOT_EVERY) {
      this.#history.record(this.#step, await this.#runner.snapshot())
    }
  }

  /** False when the run has ended meanwhile. */
  async #endEpoch(): Promise<boolean> {
    this.#evaluating = true
    if (this.#step >= this.#pauseAt && this.#step < this.totalSteps) this.#setState('paused')
    const evaluation = await this.#runner.evaluate()
    this.#evaluating = false
    if (this.#state === 'stopped') return false
    await this.#runner.settle()
    return await this.#tellEpoch(evaluation)
  }

  /** Tells the figures of the epoch that has just ended, where a stop cut their measuring off. Ask while the run waits. */
  async measureEpoch(): Promise<void> {
    await this.#tellEpoch(await this.#runner.evaluate())
  }

  async #tellEpoch(evaluation: Evaluation): Promise<boolean> {
    if (!Number.isFinite(evaluation.loss)) {
      await this.#diverge()
      return false
    }
    const { digits, confusion } = this.#ascending(evaluation)
    const record: TrainerEpoch = {
      epoch: this.#step / this.stepsPerEpoch,
      step: this.#step,
      trainLoss: this.#losses.slice(-this.stepsPerEpoch).reduce((total, loss) => total + loss, 0) / this.stepsPerEpoch,
      validLoss: evaluation.loss,
      accuracy: evaluation.accuracy,
      imagesPerSecond: this.#epochSeconds === 0 ? 0 : this.#epochImages / this.#epochSeconds,
      confusion,
      classes: classMetrics(confusion, digits),
    }
    this.#epochSeconds = 0
    this.#epochImages = 0
    const stop = this.#stopAt
    this.#metricReached = stop !== null && reaches(stop, evaluation)
    this.#listener.epochEnded?.(record)
    await this.#lookForPlateau(true)
    return true
  }

  #ascending({ confusion }: Evaluation): { digits: number[]; confusion: number[][] } {
    return ascending(confusion, classesOf(this.specification.digits))
  }

  /** From time to time while training: whether all images are read as one class. */
  async #lookForPlateau(now = false): Promise<void> {
    if (!now && !this.#plateau.due(this.#trainedSeconds)) return
    const look = lookAt(await this.#runner.sample(), this.sizes.at(-1) ?? 1)
    if (this.#plateau.see(look, this.#trainedSeconds)) this.#diagnosePlateau(look)
    else if (look.only === null) this.#setDiagnoses([])
  }

  #diagnosePlateau({ only, spread, largest }: Look): void {
    if (only === null || this.#diagnoses.length > 0) return
    const digit = classesOf(this.specification.digits)[only] ?? -1
    this.#setDiagnoses(this.#diagnose({ kind: 'one-class', digit, spread, largest }))
  }

  #diagnose(symptom: Symptom): Diagnosis[] {
    const { specification, learningRate, stepsPerEpoch } = this
    return diagnose({ specification, learningRate, step: this.#step, stepsPerEpoch, symptom })
  }

  #setDiagnoses(diagnoses: readonly Diagnosis[]): void {
    if (diagnoses.length === 0 && this.#diagnoses.length === 0) return
    if (this.#state !== 'training' && this.#state !== 'paused') return
    this.#diagnoses = diagnoses
    this.#listener.diagnosed?.(diagnoses)
  }

  async #diverge(): Promise<void> {
    await this.#runner.settle()
    this.#setDiagnoses(this.#diagnose({ kind: 'diverged' }))
    this.#end('diverged')
  }

  #finish(): void {
    // A run that ended before its looks could tell a plateau from a passing state ended on one.
    if (this.#plateau.last !== null) this.#diagnosePlateau(this.#plateau.last)
    this.#end('finished')
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

function reaches({ metric, value }: StopAt, { accuracy, loss }: Evaluation): boolean {
  return metric === 'accuracy' ? accuracy >= value : loss <= value
}

function wrongState(state: TrainerState, action: string): AppError {
  return new AppError(
    'train/wrong-state',
    `This run has ended (${state}) and cannot ${action}. Start a new one from its settings.`,
  )
}
