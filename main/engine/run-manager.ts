/** All runs: the one that trains now, and those that the library keeps. One run trains at a time. */
import { AppError } from '../../data/error.ts'
import type { Datasets } from '../../data/datasets.ts'
import type { NewRun } from '../../data/library/index.ts'
import type { Split } from '../../data/image-set.ts'
import {
  countParameters,
  layerSizes,
  type DeviceName,
  type RunSpecification,
  type StopAt,
} from '../../native/learn/specification.ts'
import { requireValid } from '../../native/learn/validate.ts'
import type { Changes } from '../contract/specification-schema.ts'
import type { RunEvaluation, RunMoment, RunRecord, RunSummary, Settings, WeightPictures } from '../contract/types.ts'
import { ActiveRun, type ActiveRunOptions } from './active-run.ts'
import { branchOf, requireRecorded } from './branch.ts'
import type { Emit } from './events.ts'
import { readRecord, type EngineLibrary } from './library.ts'
import type { RunPoint } from './run-lens.ts'
import { evaluateModel, RunReplay, type Asked } from './run-replay.ts'
import { startBefore, startOfBranch } from './run-past.ts'
import { runTitle } from './run-title.ts'
import { keptWeights, WeightGallery } from './weight-pictures.ts'

export type RunManagerOptions = {
  readonly library: EngineLibrary
  readonly datasets: Datasets
  readonly emit: Emit
  /** A model's file goes away. */
  readonly onModelRemoved: (model: string) => Promise<void>
}

export class RunManager {
  readonly #options: RunManagerOptions
  /** Stays after its end, so that its figures and weights need not be read again. */
  #active: ActiveRun | null = null
  readonly #replay: RunReplay
  readonly #gallery: WeightGallery

  constructor(options: RunManagerOptions) {
    this.#options = options
    this.#gallery = new WeightGallery(options.datasets)
    this.#replay = new RunReplay(options.library, options.datasets, this.#gallery)
  }

  /** Answers at once; reading, building and training follow. Throws `train/busy`, and what `requireValid` throws. */
  start(specification: RunSpecification, paused: boolean): RunSummary {
    requireValid(specification)
    this.#requireIdle()
    // The settings of a branch, taken for a run that starts at its own beginning.
    const run = this.#options.library.createRun(firstFacts({ ...specification, from: null }))
    return this.#train({ record: readRecord(this.#options.library, run.id), start: async () => ({}), paused })
  }

  /**
   * Goes on with a run that has ended before its last mini-batch, from its last checkpoint. Throws `train/busy`,
   * `train/unknown-run`, `train/wrong-state`.
   */
  continue(
    id: number,
    { device, paused }: { readonly device: DeviceName | undefined; readonly paused: boolean },
  ): RunSummary {
    const { library } = this.#options
    const { run, ...record } = this.read(id)
    if (!hasEnded(run)) throw wrongState(run, 'continue')
    if (run.state === 'diverged') {
      throw new AppError(
        'train/wrong-state',
        `The loss of run ${id} is no number any more, so it cannot go on. Start a branch from an earlier step, with a lower learning rate.`,
        { details: { run: id, state: run.state } },
      )
    }
    if (run.totalSteps > 0 && run.step >= run.totalSteps) {
      throw new AppError(
        'train/wrong-state',
        `Run ${id} has trained all its epochs. Start a branch from its last step, with more epochs.`,
        { details: { run: id, state: run.state } },
      )
    }
    this.#requireIdle()
    // What has ended it would end it again.
    const stopAt = run.endedBy === 'metric' ? null : run.stopAt
    const facts = { state: 'preparing', problem: null, endedBy: null, diagnoses: [], stopAt } as const
    const present: RunRecord = { ...record, run: library.updateRun(id, facts) }
    return this.#train({
      record: present,
      start: () => startBefore(library, present, present.run.step),
      device,
      paused,
    })
  }

  /** Starts a run from a recorded step of another. Throws `train/busy`, `train/unknown-run`, and what `branchOf` throws. */
  branch(
    id: number,
    { step, changes, paused }: { readonly step: number; readonly changes: Changes; readonly paused: boolean },
  ): RunSummary {
    const { library } = this.#options
    const origin = this.read(id)
    const branch = branchOf(origin, step, changes)
    this.#requireIdle()
    const { trainCount, testCount } = origin.run
    const { stepsPerEpoch, specification } = branch
    const accuracy = origin.epochs.findLast((epoch) => epoch.step <= step)?.accuracy ?? null
    const { id: own } = library.createRun({
      ...firstFacts(specification),
      step: branch.step,
      stepsPerEpoch,
      totalSteps: stepsPerEpoch * specification.epochs,
      trainCount,
      testCount,
      accuracy,
    })
    library.copyPast(id, own, step, stepsPerEpoch)
    library.setRates(own, branch.rates)
    const record = readRecord(library, own)
    return this.#train({
      record,
      start: async () => startOfBranch(await this.#replay.state(origin, step), record),
      paused,
    })
  }

  #requireIdle(): void {
    const busy = this.#active
    if (busy === null || hasEnded(busy.summary)) return
    throw new AppError(
      'train/busy',
      `Run ${busy.summary.id} is ${busy.summary.state}, and one run trains at a time. Stop it first; what it has learned is kept.`,
      { details: { run: busy.summary.id, state: busy.summary.state } },
    )
  }

  #train(options: Pick<ActiveRunOptions, 'record' | 'start' | 'device' | 'paused'>): RunSummary {
    const { library, datasets, emit } = this.#options
    const run = new ActiveRun({ ...options, datasets, library, emit })
    this.#active = run
    emit('run.changed', { run: run.summary })
    // Never rejects: whatever goes wrong becomes the run's own state.
    void run.start()
    return run.summary
  }

  async pause(id: number): Promise<RunSummary> {
    const run = this.#going(id, 'pause')
    await run.pause()
    return run.summary
  }

  async resume(id: number): Promise<RunSummary> {
    const run = this.#going(id, 'resume')
    await run.resume()
    return run.summary
  }

  async step(id: number, batches: number): Promise<RunSummary> {
    const run = this.#going(id, 'step')
    await run.step(batches)
    return run.summary
  }

  async stepEpoch(id: number): Promise<RunSummary> {
    const run = this.#going(id, 'step')
    await run.stepEpoch()
    return run.summary
  }

  /** Throws `train/wrong-state` while it prepares, too. */
  async back(
    id: number,
    by: { readonly batches?: number | undefined; readonly toStep?: number | undefined },
  ): Promise<RunSummary> {
    const run = this.#going(id, 'go back')
    this.#replay.forget(id)
    await run.back(by)
    return run.summary
  }

  async stop(id: number): Promise<RunSummary> {
    const run = this.#going(id, 'stop')
    await run.stop()
    return run.summary
  }

  setLearningRate(id: number, learningRate: number): RunSummary {
    const run = this.#going(id, 'change')
    run.setLearningRate(learningRate)
    return run.summary
  }

  /** Holds for the run that trains and those to come. */
  setSpeed(speed: number | null): Settings {
    const { library, emit } = this.#options
    const settings = library.changeSettings({ trainingSpeed: speed })
    this.#active?.setSpeed(speed)
    emit('settings.changed', {})
    return settings
  }

  setStopAt(id: number, stopAt: StopAt | null): RunSummary {
    const run = this.#going(id, 'change')
    run.setStopAt(stopAt)
    return run.summary
  }

  /** The run as it was at a recorded step. Throws `train/unknown-run`, and `train/wrong-state` for a step that it has not. */
  async at(id: number, asked: Asked): Promise<RunMoment> {
    const record = this.read(id)
    requireRecorded(record, asked.step)
    return await this.#replay.at(record, asked)
  }

  /**
   * A run as it is, or as it was after `step` mini-batches; of one that has ended, unless told, its end, or with `before` its last
   * mini-batch's beginning. Throws `train/unknown-run`, and `train/wrong-state` where there is no such step.
   */
  async pointOf(id: number, step: number | undefined, before = false): Promise<RunPoint> {
    const record = this.read(id)
    const { state } = record.run
    const present = this.#active?.summary.id === id ? this.#active.point : null
    if (present !== null && (step === undefined || step === present.moment.step)) return present
    if (state === 'preparing') throw noWeights(id)
    const end = state === 'diverged' ? lastFinite(record) : record.run.step
    const wanted = step ?? Math.max(0, before ? end - 1 : end)
    requireRecorded(record, wanted)
    return await this.#replay.point(record, wanted)
  }

  /** Measures the present weights, or those that were kept. Throws `train/unknown-run`, and `train/wrong-state` where there are none. */
  async evaluate(id: number, split: Split): Promise<RunEvaluation> {
    const { run } = this.read(id)
    const { library, datasets } = this.#options
    const present = this.#active?.summary.id === id ? this.#active.model : null
    const bytes = present?.bytes ?? (run.model === null ? null : await library.readModel(run.model))
    if (bytes === null) throw noWeights(id)
    const set = await datasets.load(run.specification.dataset, split)
    return { run: id, step: present?.step ?? run.step, split, ...(await evaluateModel(bytes, set)) }
  }

  /** Newest first. */
  list(): readonly RunSummary[] {
    const active = this.#active
    return this.#options.library.listRuns().map((run) => (run.id === active?.summary.id ? active.summary : run))
  }

  /** Throws `train/unknown-run`. */
  read(id: number): RunRecord {
    return this.#active?.summary.id === id ? this.#active.record : readRecord(this.#options.library, id)
  }

  /** Throws `train/unknown-run`, and `train/wrong-state` while there are no weights or when none were kept. */
  async weights(id: number): Promise<WeightPictures> {
    const active = this.#active
    const { run } = this.read(id)
    const weights = active?.summary.id === id ? active.weights : await keptWeights(this.#options.library, run)
    const pictures = weights === null ? null : await this.#gallery.picture(id, run.specification, weights)
    if (pictures === null) throw noWeights(id)
    return pictures
  }

  /** Throws `train/unknown-run`, and `train/wrong-state` for a run that has not ended. */
  async remove(id: number): Promise<void> {
    const active = this.#active
    if (active?.summary.id === id) {
      if (!hasEnded(active.summary)) throw wrongState(active.summary, 'remove')
      this.#active = null
    }
    const { library, emit, onModelRemoved } = this.#options
    this.#replay.forget(id)
    const { model } = library.readRun(id).run
    await library.removeRun(id)
    if (model !== null) await onModelRemoved(model)
    emit('run.removed', { run: id })
    if (model !== null) emit('model.changed', {})
  }

  /** The engine ends: a run that has not ended is kept as interrupted. */
  async close(): Promise<void> {
    this.#replay.forget()
    if (this.#active !== null && !hasEnded(this.#active.summary)) await this.#active.interrupt()
    await this.#gallery.close()
  }

  /** The run, which must be going on. Throws `train/unknown-run`, `train/wrong-state`. */
  #going(id: number, wish: string): ActiveRun {
    if (this.#active?.summary.id === id && !hasEnded(this.#active.summary)) return this.#active
    throw wrongState(this.read(id).run, wish)
  }
}

/** What is known of a run before its data was read. */
function firstFacts(specification: RunSpecification): NewRun<RunSpecification> {
  const sizes = layerSizes(specification)
  return {
    title: runTitle(specification),
    specification,
    state: 'preparing',
    step: 0,
    stepsPerEpoch: 0,
    totalSteps: 0,
    learningRate: specification.learningRate,
    parameters: countParameters(specification),
    sizes,
    trainCount: 0,
    testCount: 0,
    imagesPerSecond: null,
    accuracy: null,
    lastLoss: null,
    problem: null,
    endedBy: null,
    stopAt: specification.stopAt,
    device: null,
    diagnoses: [],
  }
}

function noWeights(id: number): AppError {
  return new AppError('train/wrong-state', `Run ${id} has no weights yet: they are there when training begins.`, {
    details: { run: id },
  })
}

/** Mini-batches up to the last one whose loss was a number. */
function lastFinite({ losses }: RunRecord): number {
  return losses.findLastIndex((loss) => Number.isFinite(loss)) + 1
}

function hasEnded({ state }: RunSummary): boolean {
  return state !== 'preparing' && state !== 'training' && state !== 'paused'
}

function wrongState({ id, state }: RunSummary, wish: string): AppError {
  const advice = wish === 'remove' ? 'Stop it first.' : 'Start a new run with its settings.'
  return new AppError('train/wrong-state', `Run ${id} is ${state}, so it cannot ${wish} now. ${advice}`, {
    details: { run: id, state },
  })
}
