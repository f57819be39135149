/** Runs as they were: a trainer of the run that was looked at last, which goes to whatever recorded step is asked for. */
import type { Datasets } from '../../data/datasets.ts'
import type { Drawing } from '../../data/drawing.ts'
import type { ImageSet } from '../../data/image-set.ts'
import { drawingToPixels } from '../../data/ink/index.ts'
import { classMetrics } from '../../native/learn/metrics.ts'
import { Classifier } from '../../native/runtime/classifier.ts'
import type { TrainerCheckpoint } from '../../native/trainer/checkpoint.ts'
import type { Trainer } from '../../native/trainer/trainer.ts'
import type { RunEvaluation, RunMoment, RunRecord } from '../contract/types.ts'
import type { EngineLibrary } from './library.ts'
import { holderOf, requireHeld, trainerOf, wayTo } from './run-past.ts'
import type { RunPoint } from './run-lens.ts'
import { loadRunSets, type RunSets } from './run-sets.ts'
import type { WeightGallery } from './weight-pictures.ts'

/** What is asked of a step. */
export type Asked = {
  readonly step: number
  /** Milliseconds after which it answers with how far it is. */
  readonly within?: number | undefined
  readonly drawing?: Omit<Drawing, 'label'> | undefined
}

type Held = { readonly run: number; readonly rates: string; readonly trainer: Trainer; readonly sets: RunSets }

export class RunReplay {
  readonly #library: EngineLibrary
  readonly #datasets: Datasets
  readonly #gallery: WeightGallery
  #held: Held | null = null
  #queue: Promise<unknown> = Promise.resolve()

  constructor(library: EngineLibrary, datasets: Datasets, gallery: WeightGallery) {
    this.#library = library
    this.#datasets = datasets
    this.#gallery = gallery
  }

  /** One step after another. Throws what `startBefore` and loading the images throw. */
  at(record: RunRecord, asked: Asked): Promise<RunMoment> {
    return this.#inTurn(() => this.#at(record, asked))
  }

  /** What mini-batch `step + 1` of the run was, or would be, computed from. Throws as `at` does. */
  point(record: RunRecord, step: number): Promise<RunPoint> {
    return this.#inTurn(async () => {
      const moment = (await this.#trainerAt(record, { step })).moment()
      return { specification: record.run.specification, moment, fresh: this.#held?.sets.fresh }
    })
  }

  /** Everything that the steps after this one depend on. Throws as `at` does. */
  state(record: RunRecord, step: number): Promise<TrainerCheckpoint> {
    return this.#inTurn(async () => (await this.#trainerAt(record, { step })).checkpoint())
  }

  /** The record of this run, or of any, has changed. */
  forget(run?: number): void {
    this.#inTurn(async () => {
      if (this.#held === null || (run !== undefined && this.#held.run !== run)) return
      await this.#putAway()
    }).catch((error: unknown) => console.error('Inkling engine: a replayed run could not be closed:', error))
  }

  async #at(record: RunRecord, asked: Asked): Promise<RunMoment> {
    const { id, specification } = record.run
    const trainer = await this.#trainerAt(record, asked)
    const { learningRate, step } = trainer
    const weights = await this.#gallery.picture(id, specification, trainer.moment())
    if (weights === null) throw new Error('a model has at least one parameter')
    if (step !== asked.step) return { weights, learningRate, evaluation: null, reading: null }
    const digits = specification.digits.toSorted((a, b) => a - b)
    const evaluation = await trainer.evaluate()
    const measured = { ...evaluation, digits, classes: classMetrics(evaluation.confusion, digits) }
    const reading = asked.drawing === undefined ? null : await readingOf(trainer, asked.drawing)
    return { weights, learningRate, evaluation: { run: id, step, split: 'test', ...measured }, reading }
  }

  /** The trainer at that step, or, where it may not take so long, on the way there. */
  async #trainerAt(record: RunRecord, { step, within = Infinity }: Asked): Promise<Trainer> {
    const holder = await holderOf(this.#library, record, step)
    const { id } = holder.run
    const trainer = await this.#trainerOf(holder)
    requireHeld(holder, trainer, step)
    const way = await wayTo(this.#library, id, step)
    // From here on: each question comes some way nearer.
    const until = performance.now() + within
    await trainer.goTo(step, { ...way, mayGoOn: () => performance.now() < until })
    return trainer
  }

  async #trainerOf(record: RunRecord): Promise<Trainer> {
    const { id, specification } = record.run
    const rates = JSON.stringify(record.rates)
    if (this.#held?.run === id && this.#held.rates === rates) return this.#held.trainer
    await this.#putAway()
    const sets = await loadRunSets(this.#datasets, specification)
    try {
      const trainer = await trainerOf(this.#library, record, sets)
      this.#held = { run: id, rates, trainer, sets }
      return trainer
    } catch (error) {
      sets.fresh?.close()
      throw error
    }
  }

  async #putAway(): Promise<void> {
    const held = this.#held
    this.#held = null
    await held?.trainer.dispose()
    held?.sets.fresh?.close()
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#queue.then(work)
    this.#queue = Promise.allSettled([done])
    return done
  }
}

/** What the trainer's weights read in a drawing; null where there is no ink. */
async function readingOf(trainer: Trainer, drawing: Omit<Drawing, 'label'>): Promise<RunMoment['reading']> {
  const { pixels, blank } = drawingToPixels(drawing)
  if (blank) return null
  const classifier = await Classifier.load(trainer.exportModel())
  try {
    const values = [...(await classifier.probabilities(pixels))]
    const { digits } = classifier
    return { digits, values, digit: digits[values.indexOf(Math.max(...values))] ?? -1 }
  } finally {
    await classifier.close()
  }
}

/** A model's figures on a set, digits ascending. Throws what Classifier throws. */
export async function evaluateModel(
  bytes: Uint8Array,
  set: ImageSet,
): Promise<Omit<RunEvaluation, 'run' | 'step' | 'split'>> {
  const classifier = await Classifier.load(bytes)
  try {
    const evaluation = await classifier.evaluate(set)
    const { digits } = classifier
    return { ...evaluation, digits, classes: classMetrics(evaluation.confusion, digits) }
  } finally {
    await classifier.close()
  }
}
