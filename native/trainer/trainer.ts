/**
 * The training loop: epochs, mini-batches, and the controls over them. It decides when to run steps; step-runner.ts runs
 * them. It computes in short slices and lets the event loop through between them, so that a command takes effect soon.
 */
import type { StoredRate } from '../../data/library/types.ts'
import { writeInferenceModel } from '../learn/inference-model.ts'
import { countParameters, layerSizes, type RunSpecification, type StopAt } from '../learn/specification.ts'
import { requireValid } from '../learn/validate.ts'
import type { DeviceChoice } from '../runtime/devices.ts'
import { numbersOf, type TrainerCheckpoint } from './checkpoint.ts'
import { Doctor } from './doctor.ts'
import { epochRecord, inDigitOrder, reaches } from './epoch-record.ts'
import type { Evaluation } from './evaluation.ts'
import { firstWeights } from './first-weights.ts'
import { pictureLayers } from './first-layer.ts'
import type { Moment } from './moment.ts'
import { requireMemory } from './require-memory.ts'
import { StepRunner } from './step-runner.ts'
import { Track, type Way } from './track.ts'
import type {
  FirstLayer,
  TrainerEpoch,
  TrainerListener,
  TrainerSets,
  TrainerStart,
  TrainerState,
} from './trainer-types.ts'
import { epochOrder, requireTestImages } from './training-data.ts'
import { wrongState } from './wrong-state.ts'

export type { FirstLayer, TrainerEpoch, TrainerListener, TrainerSets, TrainerStart, TrainerState }

export class Trainer {
  readonly specification: RunSpecification
  readonly sizes: readonly number[]
  readonly parameters: number
  readonly trainCount: number
  readonly testCount: number
  readonly stepsPerEpoch: number
  readonly totalSteps: number
  /** The earliest step that `back` can go to: 0, or where it started from. */
  readonly earliestStep: number
  /** Resolves with the final state. */
  readonly ended: Promise<TrainerState>

  readonly #runner: StepRunner
  readonly #track: Track
  readonly #doctor: Doctor
  readonly #listener: TrainerListener
  #resolveEnded: (state: TrainerState) => void = () => {}
  #state: TrainerState = 'paused'
  /** Set while the graph runs; holds from the next slice on. */
  #nextRate: number | null = null
  #stopAt: StopAt | null
  #metricReached = false
  /** While training: pause when this step is reached. */
  #pauseAt = Infinity
  #loop: Promise<void> = Promise.resolve()
  /** The loop is under way; there is never a second one. */
  #looping = false
  #evaluating = false

  private constructor(
    specification: RunSpecification,
    runner: StepRunner,
    track: Track,
    testCount: number,
    listener: TrainerListener,
  ) {
    this.specification = specification
    this.#runner = runner
    this.#track = track
    this.#listener = listener
    this.#stopAt = specification.stopAt
    this.sizes = layerSizes(specification)
    this.parameters = countParameters(specification)
    this.trainCount = track.trainCount
    this.testCount = testCount
    this.stepsPerEpoch = track.stepsPerEpoch
    this.totalSteps = track.totalSteps
    this.earliestStep = track.base
    this.#doctor = new Doctor(
      () => {
        const { learningRate, step, stepsPerEpoch } = this
        return { specification, learningRate, step, stepsPerEpoch }
      },
      (diagnoses) => {
        // A look may come to its end after the run.
        if (this.#state === 'training' || this.#state === 'paused') listener.diagnosed?.(diagnoses)
      },
    )
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
  }

  /**
   * Builds the graphs and draws the first weights, unless `start` has some. The trainer starts paused. Throws the coded errors
   * of requireValid, epochOrder and requireMemory, `dataset/no-images-of-class` when the test set has none of the digits, and `library/damaged`
   * for a checkpoint of another model.
   */
  static async create(
    specification: RunSpecification,
    sets: TrainerSets,
    listener: TrainerListener = {},
    start: TrainerStart = {},
  ): Promise<Trainer> {
    requireValid(specification)
    if (specification.fresh && sets.fresh === undefined) throw new Error('a run with new images needs a source of them')
    const order = epochOrder(specification, sets.train)
    requireMemory(specification)
    const testCount = requireTestImages(specification, sets.test)
    const first =
      start.checkpoint === undefined
        ? (start.weights ?? firstWeights(specification, sets.train))
        : numbersOf(specification, start.checkpoint)
    const runner = await StepRunner.create(specification, sets, first)
    const fresh = sets.fresh ?? null
    const track = new Track({ specification, runner, order, fresh, first: await runner.snapshot(), start })
    return new Trainer(specification, runner, track, testCount, listener)
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
    return this.#track.step
  }
  /** As it was set; the schedule multiplies it. */
  get learningRate(): number {
    return this.#nextRate ?? this.#track.rates.at(this.step + 1)
  }
  /** All that were set. */
  get rates(): readonly StoredRate[] {
    return this.#track.rates.with(this.step + 1, this.#nextRate)
  }
  /** Steps after which the weights are what `exportModel` and `firstLayer` say. */
  get settledStep(): number {
    return this.#track.settledStep
  }
  get stopAt(): StopAt | null {
    return this.#stopAt
  }
  /** Why it is `finished`; null while it is not. */
  get endedBy(): 'epochs' | 'metric' | null {
    return this.#state !== 'finished' ? null : this.#metricReached ? 'metric' : 'epochs'
  }
  get lastLoss(): number | null {
    return this.#track.lastLoss
  }
  /** Over the last second or so of training, at most as many as its speed lets through; null before the first step. */
  get imagesPerSecond(): number | null {
    return this.#track.imagesPerSecond
  }
  /** At the present speed; null before the first step. */
  get secondsLeft(): number | null {
    return this.#track.secondsLeft
  }

  /** Goes on training until the end, or `step(batches)`'s last. Throws `train/wrong-state` once the run has ended. */
  resume(): void {
    this.#train(Infinity)
  }

  /** Trains this many mini-batches, then pauses. */
  stepBatches(batches: number): void {
    this.#train(this.step + batches)
  }

  /** Trains to the end of the present epoch, or of the next where one has just ended, then pauses. */
  stepEpoch(): void {
    this.#train((Math.floor(this.step / this.stepsPerEpoch) + 1) * this.stepsPerEpoch)
  }

  /**
   * Takes effect after the slice under way, which lasts some 16 ms, and resolves when it has. An epoch's evaluation under way
   * goes on: its figures come while the run is paused. So does the making of an epoch's images.
   */
  async pause(): Promise<void> {
    if (this.#state !== 'training') return
    this.#pauseAt = this.step
    this.#track.tempo.wake()
    if (this.#evaluating || this.#track.fetching) this.#setState('paused')
    else await this.#loop
  }

  /** Ends the run where it is; its weights stay. */
  async stop(): Promise<void> {
    await this.pause()
    if (this.#state === 'paused') this.#end('stopped')
  }

  /** From the next slice on. Throws `train/bad-specification` for one that no run can have. */
  setLearningRate(learningRate: number): void {
    requireValid({ ...this.specification, learningRate })
    this.#nextRate = learningRate
  }

  /** Mini-batches a second at most, above 0; null: full speed. Holds at once and changes no number. */
  setSpeed(speed: number | null): void {
    this.#track.tempo.perSecond = speed
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
    return this.#track.checkpoint(this.#state === 'failed')
  }

  /**
   * Goes to any step from `earliestStep` to the last without telling anybody and without evaluating: steps that are on record
   * already are made again. Throws `train/wrong-state` unless the run waits.
   */
  async goTo(step: number, way: Way = {}): Promise<void> {
    await this.#loop
    if (this.#state !== 'paused') throw wrongState(this.#state, 'go to another step')
    await this.#track.goTo(step, way)
  }

  /** Evaluates the present weights on the test images; digits are ascending. Ask while the run rests. */
  async evaluate(): Promise<Evaluation> {
    return inDigitOrder(await this.#runner.evaluate(), this.specification.digits)
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
    this.#nextRate = null
    await this.#track.goTo(this.step - batches)
    const rates = this.#track.forgetLater()
    if (rates !== null) this.#listener.ratesChanged?.(rates)
    this.#doctor.forget()
    this.#listener.wentBack?.(this.step)
  }

  /** The weights as an ONNX file: present when the run rests, while it trains on a device up to a tenth of a second old (see native/learn/inference-model.ts). */
  exportModel(): Uint8Array {
    return writeInferenceModel(this.specification, this.#runner.weights())
  }

  firstLayer(): FirstLayer {
    const weights = this.#runner.weights()
    const pictures = pictureLayers(this.specification, (name) => weights.get(name))
    if (pictures === null) throw new Error('a model has at least one parameter')
    return { step: this.settledStep, ...pictures }
  }

  /** What its next mini-batch is computed from: present at rest; while it trains on a device up to a tenth of a second old. */
  moment(): Moment {
    return this.#track.moment(this.#nextRate ?? undefined)
  }

  /** Ends what is under way and frees the sessions. */
  async dispose(): Promise<void> {
    await this.stop()
    await this.#loop
    await this.#runner.close()
  }

  #train(pauseAt: number): void {
    this.#track.tempo.restart()
    if (this.#state === 'training') {
      this.#pauseAt = pauseAt
      return
    }
    if (this.#state !== 'paused') throw wrongState(this.#state, 'go on')
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
    const mayGoOn = () => this.step < this.#pauseAt && this.step < this.totalSteps && !this.#metricReached
    while (mayGoOn()) {
      await this.#fetchImages()
      await this.#track.tempo.wait(mayGoOn)
      if (!mayGoOn()) {
        await this.#runner.settle()
        continue
      }
      this.#track.prepareImages()
      const losses = await this.#slice()
      const broken = losses.findIndex((loss) => !Number.isFinite(loss))
      if (broken !== -1) {
        await this.#diverge()
        break
      }
      if (this.#track.atEpochEnd) {
        if (!(await this.#endEpoch())) break
      } else if (this.#doctor.due) await this.#look()
      await new Promise((resolve) => setImmediate(resolve))
      // Whoever looks at a run that rests sees its present weights; meanwhile it may have been told to go on.
      if (!mayGoOn()) await this.#runner.settle()
    }
    // From the last look at mayGoOn to here nobody else had a turn, so nobody believes that the loop goes on.
    this.#looping = false
    if (this.#state !== 'training' && this.#state !== 'paused') return
    if (this.step >= this.totalSteps || this.#metricReached) this.#end('finished')
    else if (this.#state === 'training') this.#setState('paused')
  }

  async #fetchImages(): Promise<void> {
    try {
      await this.#track.fetchImages()
    } catch (error) {
      // Whoever stops a run may close the source of its images.
      if (this.#state !== 'stopped') throw error
    }
  }

  async #slice(): Promise<Float32Array> {
    if (this.#nextRate !== null) {
      const { rates } = this.#track
      if (rates.set(this.step + 1, this.#nextRate)) this.#listener.ratesChanged?.(rates.all)
      this.#nextRate = null
    }
    const { firstStep, losses, seconds } = await this.#track.advanceInTempo(this.#pauseAt)
    this.#doctor.noteTraining(seconds, losses)
    this.#listener.stepped?.(firstStep, losses)
    return losses
  }

  /** False when the run has ended meanwhile. */
  async #endEpoch(): Promise<boolean> {
    this.#evaluating = true
    if (this.step >= this.#pauseAt && this.step < this.totalSteps) this.#setState('paused')
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
    const record = epochRecord(this.#track, evaluation, this.specification.digits)
    this.#metricReached = reaches(this.#stopAt, evaluation)
    this.#listener.epochEnded?.(record)
    await this.#look()
    if (this.earliestStep === 0) this.#doctor.sawEpoch()
    return true
  }

  async #look(): Promise<void> {
    this.#doctor.look(await this.#runner.sample(), this.sizes.at(-1) ?? 1)
  }

  async #diverge(): Promise<void> {
    await this.#runner.settle()
    this.#doctor.sawDivergence()
    this.#end('diverged')
  }

  #end(state: 'finished' | 'stopped' | 'diverged'): void {
    if (state === 'finished') this.#doctor.sawEnd()
    this.#setState(state)
    this.#resolveEnded(state)
  }

  #setState(state: TrainerState, error: unknown = null): void {
    this.#state = state
    this.#listener.stateChanged?.(state, error)
  }
}
