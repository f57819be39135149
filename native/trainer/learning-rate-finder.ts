/**
 * The learning-rate finder: trains a copy of the weights while the learning rate grows from mini-batch to mini-batch, and looks
 * where the loss falls. After Smith 2015, https://arxiv.org/abs/1506.01186, in the form of fastai's lr_find.
 */
import { AppError } from '../../data/error.ts'
import type { ImageSet } from '../../data/image-set.ts'
import { buildModel } from '../learn/models/index.ts'
import type { Weights } from '../learn/parameters.ts'
import { rateRange, type RunSpecification } from '../learn/specification.ts'
import { requireValid } from '../learn/validate.ts'
import { firstWeights } from './first-weights.ts'
import { SlicePace } from './pace.ts'
import { suggestionOf, suggestionsOf, type RateSuggestions } from './rate-suggestions.ts'
import { requireMemory } from './require-memory.ts'
import { firstState, stepNumbers } from './steps.ts'
import { StepsOnCpu } from './steps-on-cpu.ts'
import { classIndices, epochOrder, outputCount } from './training-data.ts'

/** What was measured: at each rate the loss of one mini-batch. All arrays are equally long. */
export type RateCurve = {
  readonly rates: Float32Array
  readonly losses: Float32Array
  /** Exponential averages of the losses, as fastai's: what stops the search and what a suggestion is read from. */
  readonly smoothed: Float32Array
}

export type RateSearch = RateCurve & {
  /** `diverged`: the loss rose to four times its best or was no number. `end`: the whole range was tried. */
  readonly outcome: 'diverged' | 'end' | 'cancelled'
  readonly suggestions: RateSuggestions
  /** What to train with, to two digits; null where the loss never clearly fell, or the search was cancelled. */
  readonly suggestion: number | null
}

export type RateSearchOptions = {
  /** Mini-batches from the lowest to the highest rate. */
  readonly steps?: number
  readonly from?: number
  readonly to?: number
  /** What a run has learned so far, by the names of its parameters; the first weights unless given. What an optimizer remembers is left out. */
  readonly weights?: Weights
  /** Called after each few mini-batches, with all so far. */
  readonly onProgress?: (curve: RateCurve, fraction: number) => void
  readonly signal?: AbortSignal
}

const STEPS = 100
/** The search is over when the smoothed loss is this many times its lowest. */
const WORST = 4
/** Share that the smoothed loss keeps of itself at each mini-batch. */
const INERTIA = 0.98
/**
 * Searches on the CPU, with the specification's model, loss, optimizer and batch size. Its learning rate does not matter, its schedule for
 * the suggestion alone. The images always come shuffled: in the book's order the curve would show how the classes change. Throws
 * what requireValid and epochOrder throw, and `train/bad-specification` for weights of another model.
 */
export async function findRate(
  specification: RunSpecification,
  train: ImageSet,
  options: RateSearchOptions = {},
): Promise<RateSearch> {
  requireValid(specification)
  const spec: RunSpecification = { ...specification, order: 'shuffled', device: 'cpu', threads: 1 }
  const { steps = STEPS, from, to } = { ...rateRange(spec), ...definedOf(options) }
  const rateOf = (step: number) => from * (to / from) ** ((step - 1) / Math.max(1, steps - 1))
  const batches = fullBatches(spec, train)
  requireMemory(spec)
  const runner = await StepsOnCpu.create({
    spec,
    model: buildModel(spec),
    images: train.images,
    imageCount: train.count,
    classes: Int32Array.from(classIndices(train.labels, spec.digits), (index) => Math.max(index, 0)),
    outputs: outputCount(spec),
    state: firstState(spec, parametersOf(spec, options.weights ?? firstWeights(spec, train))),
  })
  const meter = new Meter()
  const pace = new SlicePace()
  try {
    let outcome: RateSearch['outcome'] = 'end'
    let step = 1
    while (step <= steps && outcome === 'end') {
      const count = Math.min(pace.steps, steps - step + 1)
      const began = performance.now()
      const losses = await runner.run(batches.take(count), stepNumbers(spec, step, count, rateOf))
      pace.record(count, count * spec.batchSize, (performance.now() - began) / 1000)
      for (const [at, loss] of losses.entries()) {
        if (meter.add(rateOf(step + at), loss)) continue
        outcome = 'diverged'
        break
      }
      step += count
      options.onProgress?.(meter.curve, meter.curve.rates.length / steps)
      await new Promise((resolve) => setImmediate(resolve))
      if (options.signal?.aborted === true) outcome = 'cancelled'
    }
    const { curve } = meter
    const suggestion = outcome === 'cancelled' ? null : suggestionOf(curve, steps, spec.schedule)
    return {
      ...curve,
      outcome,
      suggestions: suggestionsOf(curve, steps),
      suggestion: suggestion === null ? null : Number(suggestion.toPrecision(2)),
    }
  } finally {
    await runner.close()
  }
}

/** Throws `train/bad-specification` where the weights are those of another model. */
function parametersOf(spec: RunSpecification, weights: Weights): Weights {
  return new Map(
    buildModel(spec).parameters.map(({ name, shape }) => {
      const numbers = weights.get(name)
      if (numbers?.length === shape.reduce((product, size) => product * size, 1)) return [name, numbers]
      throw new AppError(
        'train/bad-specification',
        `The weights are of another model: "${name}" should be ${shape.join(' x ')} numbers. Choose the model that the run has.`,
        { details: { field: 'model' } },
      )
    }),
  )
}

function definedOf({ steps, from, to }: RateSearchOptions) {
  return {
    ...(steps === undefined ? {} : { steps }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  }
}

/** Collects rates and losses, and tells when the search is over. */
class Meter {
  readonly #rates: number[] = []
  readonly #losses: number[] = []
  readonly #smoothed: number[] = []
  #average = 0
  #best = Infinity

  /** False when the loss is no number or far above its best. */
  add(rate: number, loss: number): boolean {
    if (!Number.isFinite(loss)) return false
    this.#rates.push(rate)
    this.#losses.push(loss)
    this.#average = INERTIA * this.#average + (1 - INERTIA) * loss
    // An average that began at 0, freed of that beginning.
    const smooth = this.#average / (1 - INERTIA ** this.#losses.length)
    this.#smoothed.push(smooth)
    this.#best = Math.min(this.#best, smooth)
    return smooth <= WORST * this.#best
  }

  get curve(): RateCurve {
    return {
      rates: Float32Array.from(this.#rates),
      losses: Float32Array.from(this.#losses),
      smoothed: Float32Array.from(this.#smoothed),
    }
  }
}

/** Full mini-batches, one after another, through as many epochs as it takes. */
function fullBatches(spec: RunSpecification, train: ImageSet): { take(count: number): Int32Array } {
  const order = epochOrder(spec, train)
  const { batchSize } = spec
  let epoch = 0
  let images = order(epoch)
  let at = 0
  return {
    take(count) {
      const taken = new Int32Array(count * batchSize)
      for (let batch = 0; batch < count; batch += 1) {
        if (at + batchSize > images.length) {
          epoch += 1
          images = order(epoch)
          at = 0
        }
        taken.set(images.subarray(at, at + batchSize), batch * batchSize)
        at += batchSize
      }
      return taken
    },
  }
}
