/**
 * The run that trains now: drives its trainer, keeps its figures in memory and in the library, and passes them on to the
 * clients at most 20 times a second.
 */
import { AppError, toErrorPayload } from '../../data/error.ts'
import type { Datasets } from '../../data/datasets.ts'
import type { RunFacts } from '../../data/library/index.ts'
import type { DeviceName, RunSpecification, StopAt } from '../../native/learn/specification.ts'
import {
  Trainer,
  type TrainerEpoch,
  type TrainerListener,
  type TrainerStart,
  type TrainerState,
} from '../../native/trainer/trainer.ts'
import { CheckpointKeeper } from './checkpoint-keeper.ts'
import type { Diagnosis, EpochRecord, RunRecord, RunState, RunSummary } from '../contract/types.ts'
import type { Emit } from './events.ts'
import type { EngineLibrary } from './library.ts'
import { computedWith, startBefore } from './run-past.ts'
import { RunProgress, type LossMessage } from './run-progress.ts'
import type { RunPoint } from './run-lens.ts'
import { loadRunSets, type RunSets } from './run-sets.ts'
import type { WeightsAt } from './weight-pictures.ts'

export type ActiveRunOptions = {
  /** What the library holds of it: of a new run nothing but its summary. */
  readonly record: RunRecord
  /** Where it starts from, once the images are read. */
  readonly start: (sets: RunSets) => Promise<TrainerStart>
  /** Computes there instead of where its specification says. */
  readonly device?: DeviceName | undefined
  readonly datasets: Datasets
  readonly library: EngineLibrary
  readonly emit: Emit
  /** Waits before its first mini-batch. */
  readonly paused: boolean
}

type Wish = 'train' | 'pause' | 'epoch' | { readonly batches: number }

export class ActiveRun {
  /** Resolves when the run has ended and all of it is kept. */
  readonly ended: Promise<void>

  readonly #datasets: Datasets
  readonly #library: EngineLibrary
  readonly #emit: Emit
  #summary: RunSummary
  readonly #start: ActiveRunOptions['start']
  readonly #specification: RunSpecification
  readonly #progress: RunProgress
  #epochs: EpochRecord[]
  readonly #keeper: CheckpointKeeper
  #trainer: Trainer | null = null
  /** The images, once they are read. */
  #sets: RunSets | null = null
  /** What was asked for while the data was still read and the graph built. */
  #wish: Wish
  /** The trainer can be told; until then the newest wish is what it begins with. */
  #ready = false
  readonly #prepared: Promise<void>
  #resolvePrepared: () => void = () => undefined
  #wishedRate: number | null = null
  #resolveEnded: () => void = () => undefined
  #lastWeights: WeightsAt | null = null
  #ending = false
  /** One way back at a time. */
  #going: Promise<void> = Promise.resolve()

  constructor({ record, start, device, datasets, library, emit, paused }: ActiveRunOptions) {
    this.#summary = record.run
    this.#start = start
    const computed = computedWith(record.run)
    this.#specification = { ...computed, device: device ?? computed.device }
    this.#progress = new RunProgress(record.losses, (message) => this.#tell(message))
    this.#epochs = [...record.epochs]
    this.#datasets = datasets
    this.#library = library
    this.#emit = emit
    this.#keeper = new CheckpointKeeper(library, record.run.id)
    this.#wish = paused ? 'pause' : 'train'
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
    this.#prepared = new Promise((resolve) => {
      this.#resolvePrepared = resolve
    })
  }

  get summary(): RunSummary {
    return this.#summary
  }

  get record(): RunRecord {
    const rates = this.#trainer?.rates ?? this.#library.readRun(this.#summary.id).rates
    return { run: this.#summary, losses: this.#progress.losses, epochs: [...this.#epochs], rates }
  }

  /** The weights as a model file, and their step; null until the graph is built. */
  get model(): { readonly step: number; readonly bytes: Uint8Array } | null {
    const trainer = this.#trainer
    return trainer === null ? null : { step: trainer.settledStep, bytes: trainer.exportModel() }
  }

  /** What its next mini-batch is computed from; null until the graph is built, and after its end. */
  get point(): RunPoint | null {
    const moment = this.#trainer?.moment()
    return moment === undefined ? null : { specification: this.#specification, moment, fresh: this.#sets?.fresh }
  }

  /** Null until the graph is built. */
  get weights(): WeightsAt | null {
    return this.#trainer?.moment() ?? this.#lastWeights
  }

  /** Reads the data, builds the graph, and trains unless something else was asked for meanwhile. Never rejects. */
  async start(): Promise<void> {
    try {
      const sets = await loadRunSets(this.#datasets, this.#specification)
      this.#sets = sets
      if (this.#ending) return
      const start = await this.#start(sets)
      if (this.#ending) return
      const trainer = await this.#create(sets, start)
      if (this.#ending) return await trainer.dispose()
      await this.#takeOver(trainer)
      if (this.#ending) return
      this.#ready = true
      this.#carryOut(trainer)
      this.#resolvePrepared()
    } catch (error) {
      this.#finish('failed', error)
    }
  }

  /** The trainer is there: the record ends where it begins. */
  async #takeOver(trainer: Trainer): Promise<void> {
    this.#trainer = trainer
    if (trainer.step < this.#progress.count) await this.#wentBack(trainer.step)
    if (this.#wishedRate !== null) trainer.setLearningRate(this.#wishedRate)
    trainer.setStopAt(this.#summary.stopAt)
    const { id, specification } = this.#summary
    this.#library.setRates(id, trainer.rates)
    // A branch can be found again when the run that it came from is gone.
    if (specification.from !== null && trainer.step === trainer.earliestStep) await this.#keeper.keep(trainer)
    const { stepsPerEpoch, totalSteps, parameters, sizes, trainCount, testCount, step } = trainer
    // A run that goes on where it was keeps what its device was chosen by.
    const known = this.#summary.device
    const device =
      known !== null && known.warning === null && known.used === trainer.device.used ? known : trainer.device
    this.#change({ stepsPerEpoch, totalSteps, parameters, sizes, trainCount, testCount, device })
    const atEpochEnd = step > 0 && step % stepsPerEpoch === 0
    if (atEpochEnd && this.#epochs.at(-1)?.step !== step) await trainer.measureEpoch()
  }

  #carryOut(trainer: Trainer): void {
    const wish = this.#wish
    if (wish === 'pause') this.#change({ state: 'paused' })
    else if (wish === 'train') trainer.resume()
    else if (wish === 'epoch') trainer.stepEpoch()
    else trainer.stepBatches(wish.batches)
  }

  async #create(sets: RunSets, start: TrainerStart): Promise<Trainer> {
    const listener: TrainerListener = {
      stepped: (firstStep, losses) => this.#stepped(firstStep, losses),
      epochEnded: (epoch) => this.#epochEnded(epoch),
      ratesChanged: (rates) => this.#library.setRates(this.#summary.id, rates),
      diagnosed: (diagnoses) => this.#diagnosed(diagnoses),
      stateChanged: (state, error) => {
        // One that another has replaced ends in silence.
        if (this.#trainer === trainer) this.#stateChanged(state, error)
      },
    }
    const trainer: Trainer = await Trainer.create(this.#specification, sets, listener, start)
    trainer.setSpeed(this.#library.readSettings().trainingSpeed)
    return trainer
  }

  async pause(): Promise<void> {
    if (this.#noted('pause')) return
    await this.#trainer?.pause()
  }

  async resume(): Promise<void> {
    if (this.#noted('train')) return
    await this.#going
    this.#trainer?.resume()
  }

  async step(batches: number): Promise<void> {
    if (this.#noted({ batches })) return
    await this.#going
    this.#trainer?.stepBatches(batches)
  }

  async stepEpoch(): Promise<void> {
    if (this.#noted('epoch')) return
    await this.#going
    this.#trainer?.stepEpoch()
  }

  /** True while it is prepared: the wish is carried out afterwards, and everyone sees at once that it was heard. */
  #noted(wish: Wish): boolean {
    if (this.#ready) return false
    this.#wish = wish
    if (!this.#ending) this.#change({ state: wish === 'pause' ? 'paused' : 'preparing' })
    return true
  }

  /** Back to this step, or this many mini-batches; waits there. Throws `train/wrong-state` while there is nothing to go back in. */
  async back(by: { readonly batches?: number | undefined; readonly toStep?: number | undefined }): Promise<void> {
    const gone = this.#going.then(() => this.#back(by))
    this.#going = Promise.allSettled([gone]).then(() => undefined)
    await gone
  }

  async #back({ batches = 0, toStep }: { batches?: number | undefined; toStep?: number | undefined }): Promise<void> {
    if (!this.#ready && this.#summary.state === 'paused') await this.#prepared
    const trainer = this.#ready ? this.#trainer : null
    const sets = this.#sets
    if (trainer === null || sets === null) {
      const { id, state } = this.#summary
      throw new AppError('train/wrong-state', `Run ${id} is ${state}: it has no mini-batch to go back from yet.`, {
        details: { run: id, state },
      })
    }
    await trainer.pause()
    const target = Math.min(trainer.step, Math.max(0, toStep ?? trainer.step - batches))
    if (target >= trainer.earliestStep) await trainer.back(trainer.step - target)
    else {
      // Further back than this trainer has been: another one takes over from an older checkpoint.
      const older = await this.#create(sets, await startBefore(this.#library, this.record, target))
      await older.goTo(target)
      await older.back(0)
      this.#trainer = older
      await trainer.dispose()
    }
    await this.#wentBack(target)
    this.#library.setRates(this.#summary.id, this.#trainer?.rates ?? [])
  }

  /** The record ends at `step` from now on, for everyone. */
  async #wentBack(step: number): Promise<void> {
    this.#progress.tell()
    const { id } = this.#summary
    this.#progress.truncate(step)
    this.#epochs = this.#epochs.filter((epoch) => epoch.step <= step)
    this.#library.rewindRun(id, step)
    this.#emit('run.wentBack', { run: id, step })
    this.#change({ accuracy: this.#epochs.at(-1)?.accuracy ?? null, diagnoses: [] })
    await this.#keeper.forgetAfter(step)
  }

  /** Resolves when the run has ended and its model is saved. */
  async stop(): Promise<void> {
    if (!this.#ready) return await this.#end('stopped')
    await this.#going
    if (this.#trainer === null) return await this.#end('stopped')
    await this.#trainer.stop()
    await this.ended
  }

  setLearningRate(learningRate: number): void {
    this.#wishedRate = learningRate
    this.#trainer?.setLearningRate(learningRate)
    if (this.#trainer !== null) this.#library.setRates(this.#summary.id, this.#trainer.rates)
    this.#change({ learningRate })
  }

  /** As `Trainer.setSpeed`; one that is still being built reads it from the settings. */
  setSpeed(speed: number | null): void {
    this.#trainer?.setSpeed(speed)
  }

  /** Throws `train/bad-specification`. */
  setStopAt(stopAt: StopAt | null): void {
    this.#trainer?.setStopAt(stopAt)
    this.#change({ stopAt })
  }

  /** The engine ends: keeps what there is, model included, as a run that was interrupted. */
  async interrupt(): Promise<void> {
    if (this.#ready) await this.#going
    await this.#trainer?.pause()
    await this.#end('interrupted')
  }

  #stateChanged(state: TrainerState, error: unknown): void {
    if (state === 'training') {
      this.#keeper.resumed()
      this.#progress.tellOften(true)
      this.#change({ state })
    } else if (state === 'paused') {
      if (this.#trainer !== null) this.#rests(this.#trainer)
      this.#progress.tellOften(false)
      this.#change({ state })
    } else {
      this.#finish(state, error)
    }
  }

  #rests(trainer: Trainer): void {
    this.#keeper.paused(trainer)
    // A learning rate that was set during the last slice holds from the next one on, wherever that has ended.
    this.#library.setRates(this.#summary.id, trainer.rates)
  }

  #finish(state: RunState, error: unknown = null): void {
    this.#end(state, error).catch((problem: unknown) => {
      console.error('Inkling engine: a run could not be ended in order:', problem)
    })
  }

  async #end(state: RunState, error: unknown = null): Promise<void> {
    if (this.#ending) return await this.ended
    this.#ending = true
    this.#progress.tellOften(false)
    const trainer = this.#trainer
    if (trainer !== null) this.#lastWeights = trainer.moment()
    try {
      // A run that failed half-way, as when a device was lost, has learned something too.
      const useful = trainer !== null && state !== 'diverged' && (state !== 'failed' || trainer.step > 0)
      if (useful) await this.#keeper.keep(trainer)
      await this.#keeper.end()
      if (trainer !== null) this.#library.setRates(this.#summary.id, trainer.rates)
      const saved = useful ? await this.#library.saveModel(this.#summary.id, trainer.exportModel()) : null
      this.#change({
        state,
        model: saved?.model ?? this.#summary.model,
        problem: state === 'failed' ? toErrorPayload(error) : null,
        endedBy: state === 'finished' ? (trainer?.endedBy ?? null) : null,
      })
      if (saved !== null) this.#emit('model.changed', {})
    } catch (problem) {
      // The library takes nothing more, as on a full disk: the run says so to those who look now.
      this.#show({ state: 'failed', problem: toErrorPayload(problem) })
    }
    this.#trainer = null
    this.#sets?.fresh?.close()
    this.#resolvePrepared()
    this.#resolveEnded()
    await trainer?.dispose()
  }

  #stepped(firstStep: number, losses: Float32Array): void {
    this.#progress.append(losses)
    this.#library.appendLosses(this.#summary.id, firstStep, losses)
  }

  #epochEnded(epoch: TrainerEpoch): void {
    this.#progress.tell()
    this.#epochs.push(epoch)
    this.#library.appendEpoch(this.#summary.id, epoch)
    this.#summary = { ...this.#summary, ...this.#figures(), accuracy: epoch.accuracy }
    this.#emit('run.epochEnded', { run: this.#summary.id, epoch })
    if (this.#trainer !== null) this.#keeper.epochEnded(this.#trainer)
  }

  #diagnosed(diagnoses: readonly Diagnosis[]): void {
    this.#change({ diagnoses })
    this.#emit('run.diagnosed', { run: this.#summary.id, diagnoses })
  }

  /** Throws when the library does not take it. */
  #change(change: Partial<RunSummary>): void {
    const next = { ...this.#summary, ...this.#figures(), ...change }
    this.#library.updateRun(next.id, factsOf(next))
    this.#show(change)
  }

  #show(change: Partial<RunSummary>): void {
    this.#progress.tell()
    this.#summary = { ...this.#summary, ...this.#figures(), ...change }
    this.#emit('run.changed', { run: this.#summary })
  }

  #figures(): Pick<RunSummary, 'step' | 'lastLoss' | 'imagesPerSecond' | 'learningRate'> {
    const { step, lastLoss, imagesPerSecond, learningRate } = this.#trainer ?? this.#summary
    return { step, lastLoss, imagesPerSecond, learningRate }
  }

  #tell(message: LossMessage): void {
    const { imagesPerSecond, secondsLeft, learningRate } = this.#trainer ?? {}
    this.#emit('run.progressed', {
      run: this.#summary.id,
      ...message,
      learningRate: learningRate ?? this.#summary.learningRate,
      imagesPerSecond: imagesPerSecond ?? 0,
      secondsLeft: secondsLeft ?? 0,
    })
  }
}

function factsOf(run: RunSummary): RunFacts<RunSpecification> {
  const { id: _id, createdAt: _createdAt, specification: _specification, model: _model, ...facts } = run
  return facts
}
