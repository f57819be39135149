/** Runs as they were: a trainer of the run that was looked at last, which goes to whatever recorded step is asked for. */
import type { Datasets } from '../../data/datasets.ts'
import type { ImageSet } from '../../data/image-set.ts'
import { classMetrics } from '../../native/learn/metrics.ts'
import { Classifier } from '../../native/runtime/classifier.ts'
import type { Trainer } from '../../native/trainer/trainer.ts'
import type { RunEvaluation, RunMoment, RunRecord } from '../contract/types.ts'
import type { EngineLibrary } from './library.ts'
import { trainerAt } from './run-past.ts'
import type { RunPoint } from './run-lens.ts'
import { loadRunSets, type RunSets } from './run-sets.ts'

export class RunReplay {
  readonly #library: EngineLibrary
  readonly #datasets: Datasets
  #held: { readonly run: number; readonly rates: string; readonly trainer: Trainer; readonly sets: RunSets } | null =
    null
  #queue: Promise<unknown> = Promise.resolve()

  constructor(library: EngineLibrary, datasets: Datasets) {
    this.#library = library
    this.#datasets = datasets
  }

  /** One step after another. Throws what `startBefore` and loading the images throw. */
  at(record: RunRecord, step: number): Promise<RunMoment> {
    return this.#inTurn(() => this.#at(record, step))
  }

  /** What mini-batch `step + 1` of the run was, or would be, computed from. Throws as `at` does. */
  point(record: RunRecord, step: number): Promise<RunPoint> {
    return this.#inTurn(async () => {
      const moment = (await this.#trainerAt(record, step)).moment()
      return { specification: record.run.specification, moment, fresh: this.#held?.sets.fresh }
    })
  }

  /** The record of this run, or of any, has changed. */
  forget(run?: number): void {
    this.#inTurn(async () => {
      if (this.#held === null || (run !== undefined && this.#held.run !== run)) return
      await this.#putAway()
    }).catch((error: unknown) => console.error('Inkling engine: a replayed run could not be closed:', error))
  }

  async #at(record: RunRecord, step: number): Promise<RunMoment> {
    const { id, specification } = record.run
    const trainer = await this.#trainerAt(record, step)
    const digits = specification.digits.toSorted((a, b) => a - b)
    const evaluation = await trainer.evaluate()
    const measured = { ...evaluation, digits, classes: classMetrics(evaluation.confusion, digits) }
    return {
      evaluation: { run: id, step, split: 'test', ...measured },
      weights: { run: id, ...trainer.firstLayer() },
    }
  }

  async #trainerAt(record: RunRecord, step: number): Promise<Trainer> {
    const { id, specification } = record.run
    const held = this.#held
    const rates = JSON.stringify(record.rates)
    if (held?.run === id && held.rates === rates && step >= held.trainer.earliestStep) {
      const nearest = (await this.#library.checkpoints.steps(id)).findLast((kept) => kept <= step) ?? 0
      // From a checkpoint it is nearer than from where this trainer stands.
      const far = step > held.trainer.step && nearest > held.trainer.step + 2 * record.run.stepsPerEpoch
      if (!far) {
        await held.trainer.goTo(step)
        return held.trainer
      }
    }
    await this.#putAway()
    const sets = await loadRunSets(this.#datasets, specification)
    try {
      const trainer = await trainerAt(this.#library, record, sets, step)
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
