/** All runs: the one that trains now, and those that the library keeps. One run trains at a time. */
import { AppError } from '../../data/error.ts'
import type { Datasets } from '../../data/datasets.ts'
import type { NewRun } from '../../data/library/index.ts'
import { countParameters, layerSizes, type RunSpecification } from '../../native/learn/specification.ts'
import { requireValid } from '../../native/learn/validate.ts'
import type { RunRecord, RunSummary, WeightPictures } from '../contract/types.ts'
import { ActiveRun } from './active-run.ts'
import type { Emit } from './events.ts'
import { savedFirstLayer, type EngineLibrary } from './library.ts'
import { runTitle } from './run-title.ts'

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

  constructor(options: RunManagerOptions) {
    this.#options = options
  }

  /** Answers at once; reading, building and training follow. Throws `train/busy`, and what `requireValid` throws. */
  start(specification: RunSpecification, paused: boolean): RunSummary {
    requireValid(specification)
    const busy = this.#active
    if (busy !== null && !hasEnded(busy.summary)) {
      throw new AppError(
        'train/busy',
        `Run ${busy.summary.id} is ${busy.summary.state}, and one run trains at a time. Stop it first; what it has learned is kept.`,
        { details: { run: busy.summary.id, state: busy.summary.state } },
      )
    }
    const { library, datasets, emit } = this.#options
    const summary = library.createRun(firstFacts(specification))
    const run = new ActiveRun({ summary, datasets, library, emit, paused })
    this.#active = run
    emit('run.changed', { run: summary })
    // Never rejects: whatever goes wrong becomes the run's own state.
    void run.start()
    return summary
  }

  async pause(id: number): Promise<RunSummary> {
    const run = this.#going(id, 'pause')
    await run.pause()
    return run.summary
  }

  resume(id: number): RunSummary {
    const run = this.#going(id, 'resume')
    run.resume()
    return run.summary
  }

  step(id: number, batches: number): RunSummary {
    const run = this.#going(id, 'step')
    run.step(batches)
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

  /** Newest first. */
  list(): readonly RunSummary[] {
    const active = this.#active
    return this.#options.library.listRuns().map((run) => (run.id === active?.summary.id ? active.summary : run))
  }

  /** Throws `train/unknown-run`. */
  read(id: number): RunRecord {
    return this.#active?.summary.id === id ? this.#active.record : this.#options.library.readRun(id)
  }

  /** Throws `train/unknown-run`, and `train/wrong-state` while there are no weights or when none were kept. */
  async weights(id: number): Promise<WeightPictures> {
    const active = this.#active
    const { run } = this.read(id)
    const layer = active?.summary.id === id ? active.firstLayer : await savedFirstLayer(this.#options.library, id)
    if (layer !== null) return { run: id, step: run.step, ...layer }
    throw new AppError('train/wrong-state', `Run ${id} has no weights yet: they are there when training begins.`, {
      details: { run: id },
    })
  }

  /** Throws `train/unknown-run`, and `train/wrong-state` for a run that has not ended. */
  async remove(id: number): Promise<void> {
    const active = this.#active
    if (active?.summary.id === id) {
      if (!hasEnded(active.summary)) throw wrongState(active.summary, 'remove')
      this.#active = null
    }
    const { library, emit, onModelRemoved } = this.#options
    const { model } = library.readRun(id).run
    await library.removeRun(id)
    if (model !== null) await onModelRemoved(model)
    emit('run.removed', { run: id })
    if (model !== null) emit('model.changed', {})
  }

  /** The engine ends: a run that has not ended is kept as interrupted. */
  async close(): Promise<void> {
    if (this.#active !== null && !hasEnded(this.#active.summary)) await this.#active.interrupt()
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
  }
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
