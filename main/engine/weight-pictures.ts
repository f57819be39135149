/** Weights as pictures, with how often their units fire at that very step; the meter of the run that was asked for last is kept. */
import { AppError } from '../../data/error.ts'
import type { Datasets } from '../../data/datasets.ts'
import { readWeight } from '../../native/graph/index.ts'
import { buildModel } from '../../native/learn/models/index.ts'
import type { Weights } from '../../native/learn/parameters.ts'
import type { RunSpecification } from '../../native/learn/specification.ts'
import { FiringMeter, type Firing } from '../../native/trainer/firing.ts'
import { pictureLayers } from '../../native/trainer/first-layer.ts'
import type { RunSummary, WeightPictures } from '../contract/types.ts'
import type { EngineLibrary } from './library.ts'

/** Weights of a run after `step` mini-batches. */
export type WeightsAt = { readonly step: number; readonly numbers: Weights }

export class WeightGallery {
  readonly #datasets: Datasets
  #held: { readonly run: number; readonly meter: FiringMeter | null } | null = null
  #queue: Promise<unknown> = Promise.resolve()

  constructor(datasets: Datasets) {
    this.#datasets = datasets
  }

  /** Null where the first layer's weights are not among them. */
  async picture(
    run: number,
    specification: RunSpecification,
    { step, numbers }: WeightsAt,
  ): Promise<WeightPictures | null> {
    const pictures = pictureLayers(specification, (name) => numbers.get(name))
    if (pictures === null) return null
    const complete = buildModel(specification).parameters.every(({ name }) => numbers.has(name))
    const firing = complete && Number.isFinite(pictures.range) ? this.#firing(run, specification, numbers) : null
    return { run, step, ...pictures, firing: await firing }
  }

  async close(): Promise<void> {
    await this.#inTurn(() => this.#putAway())
  }

  #firing(run: number, specification: RunSpecification, numbers: Weights): Promise<Firing | null> {
    return this.#inTurn(async () => {
      if (this.#held?.run !== run) {
        await this.#putAway()
        this.#held = { run, meter: await this.#meterFor(specification) }
      }
      return (await this.#held.meter?.measure(numbers)) ?? null
    })
  }

  /** Null where nothing can fire, and where the run's images are gone: its weights can be seen all the same. */
  async #meterFor(specification: RunSpecification): Promise<FiringMeter | null> {
    try {
      const test = await this.#datasets.load(specification.dataset, 'test')
      return await FiringMeter.create(specification, test)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      console.error('Inkling engine: how often units fire cannot be told:', error.message)
      return null
    }
  }

  async #putAway(): Promise<void> {
    const held = this.#held
    this.#held = null
    await held?.meter?.close()
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#queue.then(work)
    this.#queue = Promise.allSettled([done])
    return done
  }
}

/** The newest weights that the library has of a run: its last checkpoint's, or its model's; null when none were kept. Throws `model/unknown`. */
export async function keptWeights(library: EngineLibrary, run: RunSummary): Promise<WeightsAt | null> {
  const { id, specification, model, step } = run
  const found = await library.checkpoints.before(id, step, (error) =>
    console.error('Inkling engine: a checkpoint cannot be read, an older one is used:', error),
  )
  if (found !== null) {
    return { step: found.step, numbers: new Map([...found.tensors].map(([name, { numbers }]) => [name, numbers])) }
  }
  if (model === null) return null
  const bytes = await library.readModel(model)
  const numbers = new Map<string, Float32Array>()
  for (const { name } of buildModel(specification).parameters) {
    const weight = readWeight(bytes, name, model)
    if (weight !== null) numbers.set(name, weight)
  }
  return { step, numbers }
}
