/**
 * Where a run stands, and the steps from there: forward in slices, back by a snapshot and the steps after it once more. It
 * knows epochs and learning rates, but no pause and no listener.
 */
import type { StoredEpoch, StoredRate } from '../../data/library/types.ts'
import type { RunSpecification } from '../learn/specification.ts'
import { scheduleFunctions } from '../learn/schedules.ts'
import { checkpointOf, numbersOf, type TrainerCheckpoint } from './checkpoint.ts'
import type { EpochImages } from './epoch-images.ts'
import { History } from './history.ts'
import type { Moment } from './moment.ts'
import { SlicePace } from './pace.ts'
import { RateLog } from './rate-log.ts'
import type { StepRunner } from './step-runner.ts'
import { firstState, tensorsOf, type Snapshot } from './steps.ts'
import { Tempo } from './tempo.ts'
import type { TrainerStart } from './trainer-types.ts'
import type { EpochOrder } from './training-data.ts'

/** Steps that were made in one run of the graph. */
export type Slice = {
  /** 1 for the first of the run. */
  readonly firstStep: number
  readonly losses: Float32Array
  readonly seconds: number
}

/** How to go to a step. */
export type Way = {
  /** A state of the run that is kept elsewhere, at or before the step; read where none that is nearer is known. */
  readonly landing?: { readonly step: number; readonly read: () => Promise<TrainerCheckpoint | null> }
  /** Asked before each slice; the step may then not be reached. */
  readonly mayGoOn?: () => boolean
}

type TrackParts = {
  readonly specification: RunSpecification
  readonly runner: StepRunner
  readonly order: EpochOrder
  /** The images of each epoch, where it has its own. */
  readonly fresh: EpochImages | null
  /** The runner's present state. */
  readonly first: Snapshot
  readonly start: TrainerStart
}

export class Track {
  readonly trainCount: number
  readonly stepsPerEpoch: number
  readonly totalSteps: number
  /** The step that it started from: the runner counts its own steps from there. */
  readonly base: number
  readonly pace = new SlicePace()
  readonly tempo = new Tempo()
  readonly rates: RateLog
  readonly #specification: RunSpecification
  readonly #runner: StepRunner
  readonly #order: EpochOrder
  readonly #fresh: EpochImages | null
  readonly #history: History<Snapshot>
  readonly #memorySince: number
  /** Of every mini-batch that was made, or was on record; those after the present step may be of another time. */
  readonly #losses: number[]
  #step: number
  #epochIndices: Int32Array = new Int32Array(0)
  #epochLoaded = -1
  /** The epoch whose images the runner has; null before the first. */
  #epochOfImages: number | null = null
  #fetching = false
  /** Seconds that the last epoch's images were waited for. */
  #lastWait = 0
  /** What was trained since the last epoch's figures. */
  #sinceEpoch = { images: 0, seconds: 0 }

  constructor({ specification, runner, order, fresh, first, start }: TrackParts) {
    this.#specification = specification
    this.#runner = runner
    this.#order = order
    this.#fresh = fresh
    this.base = start.checkpoint?.step ?? 0
    this.#memorySince = start.checkpoint?.memorySince ?? 0
    this.#step = this.base
    this.#losses = [...(start.losses ?? [])]
    this.rates = new RateLog(start.rates ?? [{ from: 1, rate: specification.learningRate }])
    this.#history = new History(runner.stateBytes, (snapshot) => runner.recycle(snapshot))
    this.#history.record(this.base, first)
    this.trainCount = order(0).length
    this.stepsPerEpoch = Math.ceil(this.trainCount / specification.batchSize)
    this.totalSteps = this.stepsPerEpoch * specification.epochs
  }

  /** Mini-batches done. */
  get step(): number {
    return this.#step
  }
  /** Steps after which the runner's numbers are what they are. */
  get settledStep(): number {
    return this.base + this.#runner.settledSteps
  }
  get lastLoss(): number | null {
    return this.#losses[this.#step - 1] ?? null
  }
  get atEpochEnd(): boolean {
    return this.#step % this.stepsPerEpoch === 0
  }
  /** Whether the images of an epoch are being waited for. */
  get fetching(): boolean {
    return this.#fetching
  }
  /** Over the last second or so, at most as many as the tempo lets through; null before the first step. */
  get imagesPerSecond(): number | null {
    const { imagesPerSecond } = this.pace
    const most = (this.tempo.perSecond ?? Infinity) * this.#specification.batchSize
    return imagesPerSecond === null ? null : Math.min(imagesPerSecond, most)
  }
  /** At the present speed; null before the first step. */
  get secondsLeft(): number | null {
    const speed = this.imagesPerSecond
    if (speed === null) return null
    const epochsLeft = (this.totalSteps - this.#step) / this.stepsPerEpoch
    return (epochsLeft * this.trainCount) / speed + Math.floor(epochsLeft) * this.#lastWait
  }

  /** Of the epoch that has just ended: its mean loss, and how fast it was trained. */
  epochFigures(): Pick<StoredEpoch, 'epoch' | 'step' | 'trainLoss' | 'imagesPerSecond'> {
    const losses = this.#losses.slice(this.#step - this.stepsPerEpoch, this.#step)
    const { images, seconds } = this.#sinceEpoch
    this.#sinceEpoch = { images: 0, seconds: 0 }
    return {
      epoch: this.#step / this.stepsPerEpoch,
      step: this.#step,
      trainLoss: losses.reduce((total, loss) => total + loss, 0) / this.stepsPerEpoch,
      imagesPerSecond: seconds === 0 ? 0 : images / seconds,
    }
  }

  /** Of the mini-batch `step`, 1 for the first, as the schedule has it. */
  learningRateAt(step: number, rate = this.rates.at(step)): number {
    return rate * scheduleFunctions[this.#specification.schedule]((step - 1) / this.totalSteps)
  }

  /** What the next mini-batch is computed from; `rate` instead of the one on record. */
  moment(rate: number | undefined): Moment {
    const step = this.settledStep
    const learningRate = this.learningRateAt(step + 1, rate)
    return { step, memorySince: this.#memorySince, learningRate, numbers: this.#runner.numbers() }
  }

  /** Everything that the next steps depend on: now, or by the newest snapshot where the runner cannot answer any more. */
  async checkpoint(lost: boolean): Promise<TrainerCheckpoint> {
    const place = { base: this.base, memorySince: this.#memorySince }
    const snapshot = lost ? this.#history.before(this.#step).state : await this.#runner.snapshot()
    return checkpointOf(this.#specification, snapshot, place)
  }

  /** Waits until the runner has the images of the epoch under way; at once unless each epoch has its own. */
  async fetchImages(): Promise<void> {
    const epoch = Math.floor(this.#step / this.stepsPerEpoch)
    if (this.#fresh === null || this.#epochOfImages === epoch) return
    const began = performance.now()
    this.#fetching = true
    try {
      await this.#runner.setImages(await this.#fresh.images(epoch))
      this.#epochOfImages = epoch
    } finally {
      this.#fetching = false
    }
    this.#lastWait = (performance.now() - began) / 1000
  }

  /** Has the next epoch's images made while this one trains. */
  prepareImages(): void {
    const next = Math.floor(this.#step / this.stepsPerEpoch) + 1
    if (next < this.#specification.epochs) this.#fresh?.prepare(next)
  }

  /** Makes mini-batches of one epoch in one run of the graph, as many as the pace allows, at most to step `until`. */
  async advance(until: number): Promise<Slice> {
    const { batchSize } = this.#specification
    const epoch = Math.floor(this.#step / this.stepsPerEpoch)
    if (this.#epochLoaded !== epoch) {
      this.#epochIndices = this.#order(epoch)
      this.#epochLoaded = epoch
    }
    const stepInEpoch = this.#step % this.stepsPerEpoch
    const fullSteps = Math.floor(this.trainCount / batchSize) - stepInEpoch
    const steps = Math.min(this.pace.steps, until - this.#step, Math.max(fullSteps, 1))
    const indices = this.#epochIndices.slice(stepInEpoch * batchSize, (stepInEpoch + steps) * batchSize)
    const firstStep = this.#step + 1
    // To the optimizer, steps count from where its memory began.
    const since = this.#memorySince
    const began = performance.now()
    const losses = await this.#runner.run(indices, (step) => this.learningRateAt(step + since), firstStep - since)
    const seconds = (performance.now() - began) / 1000
    this.pace.record(losses.length, indices.length, seconds)
    this.#sinceEpoch.images += indices.length
    this.#sinceEpoch.seconds += seconds
    for (const [index, loss] of losses.entries()) this.#losses[this.#step + index] = loss
    this.#step += losses.length
    await this.#remember()
    return { firstStep, losses, seconds }
  }

  /**
   * The same, but not faster than the tempo, for which whoever calls has waited; and only up to the first mini-batch whose loss is no
   * number: how many one run of the graph makes depends on the machine's speed, and where a run ends must not.
   */
  async advanceInTempo(until: number): Promise<Slice> {
    const slice = await this.advance(Math.min(until, this.#step + this.tempo.mostSteps))
    this.tempo.made(slice.losses.length, slice.seconds)
    const burst = slice.losses.findIndex((loss) => !Number.isFinite(loss))
    if (burst === -1 || burst === slice.losses.length - 1) return slice
    await this.goTo(slice.firstStep + burst)
    this.forgetLater()
    return { ...slice, losses: slice.losses.subarray(0, burst + 1) }
  }

  async #remember(): Promise<void> {
    const due = this.#history.isDue(this.#step)
    // Other devices have to give the numbers back first; the CPU's only need not be thrown away.
    const free = this.#runner.device.used === 'cpu'
    if (!due && !free) return
    const snapshot = await this.#runner.snapshot()
    if (due) this.#history.record(this.#step, snapshot)
    if (free) this.#history.note(this.#step, snapshot)
  }

  /** To any step from `base` to the last: from the nearest state that is known; steps that were made before are made again. */
  async goTo(step: number, { landing, mayGoOn = () => true }: Way = {}): Promise<void> {
    const target = Math.min(Math.max(step, this.base), this.totalSteps)
    const nearest = this.#history.before(target)
    const known = this.#step > target ? nearest.step : Math.max(nearest.step, this.#step)
    const landed = landing !== undefined && landing.step > known ? await landing.read() : null
    if (landed !== null) this.#land(landed)
    else if (this.#step !== known) {
      this.#runner.restore(nearest.state)
      this.#step = nearest.step
    }
    while (this.#step < target && mayGoOn()) {
      await this.fetchImages()
      await this.advance(target)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await this.#runner.settle()
  }

  #land(checkpoint: TrainerCheckpoint): void {
    const numbers = numbersOf(this.#specification, checkpoint)
    const state = { steps: checkpoint.step - this.base, tensors: tensorsOf(firstState(this.#specification, numbers)) }
    this.#runner.restore(state)
    this.#step = checkpoint.step
    this.#history.record(checkpoint.step, state)
  }

  /** What came after the present step did not happen. The learning rates that are left, where some are gone. */
  forgetLater(): readonly StoredRate[] | null {
    this.#history.forgetAfter(this.#step)
    this.#losses.length = Math.min(this.#losses.length, this.#step)
    return this.rates.forgetAfter(this.#step) ? this.rates.all : null
  }
}
