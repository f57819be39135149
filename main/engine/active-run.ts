/**
 * The run that trains now: drives its trainer, keeps its figures in memory and in the library, and passes them on to the
 * clients at most 20 times a second.
 */
import { toErrorPayload } from '../../data/error.ts'
import type { Datasets } from '../../data/datasets.ts'
import type { RunFacts } from '../../data/library/index.ts'
import { Trainer, type FirstLayer, type TrainerEpoch, type TrainerState } from '../../native/trainer/trainer.ts'
import type { EpochRecord, RunRecord, RunState, RunSummary } from '../contract/types.ts'
import type { Emit } from './events.ts'
import type { EngineLibrary } from './library.ts'
import { LossLog } from './loss-log.ts'

const PROGRESS_MILLISECONDS = 50

export type ActiveRunOptions = {
  readonly summary: RunSummary
  readonly datasets: Datasets
  readonly library: EngineLibrary
  readonly emit: Emit
  /** Waits before its first mini-batch. */
  readonly paused: boolean
}

export class ActiveRun {
  /** Resolves when the run has ended and all of it is kept. */
  readonly ended: Promise<void>

  readonly #datasets: Datasets
  readonly #library: EngineLibrary
  readonly #emit: Emit
  #summary: RunSummary
  readonly #losses = new LossLog()
  readonly #epochs: EpochRecord[] = []
  #trainer: Trainer | null = null
  /** What was asked for while the data was still read and the graph built. */
  #wish: 'train' | 'pause' | { readonly batches: number }
  #told = 0
  #sequence = 0
  #progressTimer: ReturnType<typeof setInterval> | null = null
  #resolveEnded: () => void = () => undefined
  #lastLayer: FirstLayer | null = null
  #ending = false

  constructor({ summary, datasets, library, emit, paused }: ActiveRunOptions) {
    this.#summary = summary
    this.#datasets = datasets
    this.#library = library
    this.#emit = emit
    this.#wish = paused ? 'pause' : 'train'
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve
    })
  }

  get summary(): RunSummary {
    return this.#summary
  }

  get record(): RunRecord {
    return { run: this.#summary, losses: this.#losses.since(0), epochs: [...this.#epochs] }
  }

  /** Null until the graph is built. */
  get firstLayer(): FirstLayer | null {
    return this.#trainer?.firstLayer() ?? this.#lastLayer
  }

  /** Reads the data, builds the graph, and trains unless something else was asked for meanwhile. Never rejects. */
  async start(): Promise<void> {
    try {
      const { specification } = this.#summary
      const train = await this.#datasets.load(specification.dataset, 'train')
      const test = await this.#datasets.load(specification.dataset, 'test')
      if (this.#ending) return
      const trainer = await Trainer.create(
        specification,
        { train, test },
        {
          stepped: (firstStep, losses) => this.#stepped(firstStep, losses),
          epochEnded: (epoch) => this.#epochEnded(epoch),
          stateChanged: (state, error) => this.#stateChanged(state, error),
        },
      )
      if (this.#ending) return await trainer.dispose()
      this.#trainer = trainer
      trainer.setLearningRate(this.#summary.learningRate)
      const { stepsPerEpoch, totalSteps, parameters, sizes, trainCount, testCount } = trainer
      this.#change({ stepsPerEpoch, totalSteps, parameters, sizes, trainCount, testCount })
      this.#carryOut(trainer)
    } catch (error) {
      this.#finish('failed', error)
    }
  }

  #carryOut(trainer: Trainer): void {
    const wish = this.#wish
    if (wish === 'pause') this.#change({ state: 'paused' })
    else if (wish === 'train') trainer.resume()
    else trainer.stepBatches(wish.batches)
  }

  async pause(): Promise<void> {
    this.#wish = 'pause'
    await this.#trainer?.pause()
  }

  resume(): void {
    this.#wish = 'train'
    this.#trainer?.resume()
  }

  step(batches: number): void {
    this.#wish = { batches }
    this.#trainer?.stepBatches(batches)
  }

  /** Resolves when the run has ended and its model is saved. */
  async stop(): Promise<void> {
    if (this.#trainer === null) return await this.#end('stopped')
    await this.#trainer.stop()
    await this.ended
  }

  setLearningRate(learningRate: number): void {
    this.#trainer?.setLearningRate(learningRate)
    this.#change({ learningRate })
  }

  /** The engine ends: keeps what there is, model included, as a run that was interrupted. */
  async interrupt(): Promise<void> {
    await this.#trainer?.pause()
    await this.#end('interrupted')
  }

  #stateChanged(state: TrainerState, error: unknown): void {
    if (state === 'training') {
      this.#tellOften(true)
      this.#change({ state })
    } else if (state === 'paused') {
      this.#tellOften(false)
      this.#change({ state })
    } else {
      this.#finish(state, error)
    }
  }

  #finish(state: RunState, error: unknown = null): void {
    this.#end(state, error).catch((problem: unknown) => {
      console.error('Inkling engine: a run could not be ended in order:', problem)
    })
  }

  async #end(state: RunState, error: unknown = null): Promise<void> {
    if (this.#ending) return await this.ended
    this.#ending = true
    this.#tellOften(false)
    const trainer = this.#trainer
    if (trainer !== null) this.#lastLayer = trainer.firstLayer()
    try {
      const useful = trainer !== null && state !== 'diverged' && state !== 'failed'
      const saved = useful ? await this.#library.saveModel(this.#summary.id, trainer.exportModel()) : null
      this.#change({ state, model: saved?.model ?? null, problem: state === 'failed' ? toErrorPayload(error) : null })
      if (saved !== null) this.#emit('model.changed', {})
    } catch (problem) {
      // The library takes nothing more, as on a full disk: the run says so to those who look now.
      this.#show({ state: 'failed', problem: toErrorPayload(problem) })
    }
    this.#trainer = null
    this.#resolveEnded()
    await trainer?.dispose()
  }

  #stepped(firstStep: number, losses: Float32Array): void {
    this.#losses.append(losses)
    this.#library.appendLosses(this.#summary.id, firstStep, losses)
  }

  #epochEnded(epoch: TrainerEpoch): void {
    this.#tell()
    this.#epochs.push(epoch)
    this.#library.appendEpoch(this.#summary.id, epoch)
    this.#summary = { ...this.#summary, ...this.#figures(), accuracy: epoch.accuracy }
    this.#emit('run.epochEnded', { run: this.#summary.id, epoch })
  }

  /** Throws when the library does not take it. */
  #change(change: Partial<RunSummary>): void {
    const next = { ...this.#summary, ...this.#figures(), ...change }
    this.#library.updateRun(next.id, factsOf(next))
    this.#show(change)
  }

  #show(change: Partial<RunSummary>): void {
    this.#tell()
    this.#summary = { ...this.#summary, ...this.#figures(), ...change }
    this.#emit('run.changed', { run: this.#summary })
  }

  #figures(): Pick<RunSummary, 'step' | 'lastLoss' | 'imagesPerSecond'> {
    const { step, lastLoss, imagesPerSecond } = this.#trainer ?? this.#summary
    return { step, lastLoss, imagesPerSecond }
  }

  /** Losses since the last time, to the clients. */
  #tell(): void {
    const losses = this.#losses.since(this.#told)
    if (losses.length === 0) return
    const { imagesPerSecond, secondsLeft, learningRate } = this.#trainer ?? {}
    this.#sequence += 1
    this.#emit('run.progressed', {
      run: this.#summary.id,
      sequence: this.#sequence,
      firstStep: this.#told + 1,
      losses,
      learningRate: learningRate ?? this.#summary.learningRate,
      imagesPerSecond: imagesPerSecond ?? 0,
      secondsLeft: secondsLeft ?? 0,
    })
    this.#told += losses.length
  }

  #tellOften(often: boolean): void {
    if (this.#progressTimer !== null) clearInterval(this.#progressTimer)
    this.#progressTimer = often ? setInterval(() => this.#tell(), PROGRESS_MILLISECONDS) : null
  }
}

function factsOf(run: RunSummary): RunFacts {
  const { id: _id, createdAt: _createdAt, specification: _specification, model: _model, ...facts } = run
  return facts
}
