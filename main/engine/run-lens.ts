/**
 * Looks into runs: the microscope and snapshots of what goes on inside a model. It computes beside the run, from a moment of it,
 * and keeps the instruments of the run that was looked at last for a while.
 */
import { AppError } from '../../data/error.ts'
import type { Datasets } from '../../data/datasets.ts'
import { imageAt, PIXELS, type ImageSet, type Split } from '../../data/image-set.ts'
import { buildModel } from '../../native/learn/models/index.ts'
import { gradientName } from '../../native/learn/microscope-step.ts'
import type { RunSpecification } from '../../native/learn/specification.ts'
import { ActivationReader } from '../../native/trainer/activations.ts'
import { pictureLayers, picturedParameters } from '../../native/trainer/first-layer.ts'
import { GradientReader } from '../../native/trainer/gradient-reader.ts'
import type { EpochImages } from '../../native/trainer/epoch-images.ts'
import { Microscope, type ObservedStep } from '../../native/trainer/microscope.ts'
import type { Moment } from '../../native/trainer/moment.ts'
import { countOf, histogramOf, partOf, summarize, type Numbers } from '../../native/trainer/named-values.ts'
import { classIndices } from '../../native/trainer/training-data.ts'
import type { ArgumentsOf } from '../contract/commands.ts'
import type {
  NamedSummary,
  ParameterReport,
  RunMicroscope,
  RunSnapshot,
  ValuePart,
  WeightPictures,
} from '../contract/types.ts'

/** A run as it is at some step. */
export type RunPoint = {
  readonly specification: RunSpecification
  readonly moment: Moment
  /** Where its images come from, if it sees new ones in each epoch. */
  readonly fresh: EpochImages | undefined
}

type Parts = NonNullable<ArgumentsOf<'run.microscope'>['values']>
type Chosen = {
  readonly split: Split
  readonly images: Int32Array
  readonly labels: Uint8Array
  /** `[images, 784]` */
  readonly pixels: Uint8Array
}

type Observed = {
  readonly moment: Moment
  readonly step: ObservedStep
  readonly summaries: readonly NamedSummary[]
}

/** What was built for one run. */
type Instruments = {
  readonly run: number
  readonly train: ImageSet
  readonly microscope: Microscope
  activations: ActivationReader | null
  gradients: GradientReader | null
  observed: Observed | null
}

/** Numbers in one answer: 16 MB. */
const MOST_NUMBERS = 4_000_000

/** Of a histogram, unless asked for otherwise. */
const BINS = 40

/** Images of a mini-batch whose activations are reported; more would only cost time. */
const MOST_IMAGES = 1000

/** Milliseconds that instruments are kept without being used; a mini-batch under the microscope can take 100 MB. */
const KEEP = 60_000

export class RunLens {
  readonly #datasets: Datasets
  readonly #pointOf: (run: number, step: number | undefined, before: boolean) => Promise<RunPoint>
  #held: Instruments | null = null
  #queue: Promise<unknown> = Promise.resolve()
  #timer: ReturnType<typeof setTimeout> | null = null

  /** `pointOf` finds a run at a step; with none the present one, and where a run has ended its last one, or with `before` the one before that. */
  constructor(
    datasets: Datasets,
    pointOf: (run: number, step: number | undefined, before: boolean) => Promise<RunPoint>,
  ) {
    this.#datasets = datasets
    this.#pointOf = pointOf
  }

  /** Throws `train/no-such-value`, `train/too-many-numbers`, and what finding the run's step throws. */
  microscope({ run, step, values = [] }: ArgumentsOf<'run.microscope'>): Promise<RunMicroscope> {
    return this.#inTurn(async () => {
      const point = await this.#pointOf(run, step, true)
      const { step: observed, summaries } = await this.#observe(await this.#instrumentsFor(run, point), point)
      const { values: all, step: _number, ...facts } = observed
      return {
        ...facts,
        run,
        step: point.moment.step,
        summaries,
        values: partsOf(values, (name) => all.get(name)),
      }
    })
  }

  /** Throws as `microscope` does, and `dataset/no-such-image`. */
  snapshot(asked: ArgumentsOf<'run.snapshot'>): Promise<RunSnapshot> {
    return this.#inTurn(async () => {
      const { run, bins = BINS, values = [] } = asked
      const point = await this.#pointOf(run, asked.step, false)
      const { specification, moment } = point
      const held = await this.#instrumentsFor(run, point)
      const reader = (held.activations ??= await ActivationReader.create(specification))
      const { split, images, labels, pixels } = await this.#imagesFor(asked.images, held, point)
      const observed = asked.gradients === true ? await this.#observe(held, point) : null

      const layers = asked.layers ?? reader.layers
      const inner = reader.noted.map(({ name }) => name)
      const wanted = values.map(({ name }) => name).filter((name) => inner.includes(name))
      const activations = await reader.read(moment.numbers, pixels, images.length, [...new Set([...layers, ...wanted])])
      const parameters = new Map<string, Numbers>()
      const gradients = new Map<string, Numbers>()
      for (const { name, shape } of buildModel(specification).parameters) {
        parameters.set(name, { shape, data: moment.numbers.get(name) ?? new Float32Array(0) })
        const gradient = observed?.step.values.get(gradientName(name))
        if (gradient !== undefined) gradients.set(gradientName(name), gradient)
      }
      return {
        run,
        step: moment.step,
        split,
        images,
        labels,
        names: inner,
        layers: layers.flatMap((name) => {
          const numbers = activations.get(name)
          return numbers === undefined ? [] : [reader.report(name, numbers, bins)]
        }),
        parameters: reportsOf(parameters, bins),
        gradients: reportsOf(gradients, bins),
        values: partsOf(values, (name) => activations.get(name) ?? parameters.get(name) ?? gradients.get(name)),
      }
    })
  }

  /** Throws as `snapshot` does. */
  gradients({ run, step }: ArgumentsOf<'run.gradients'>): Promise<WeightPictures> {
    return this.#inTurn(async () => {
      const point = await this.#pointOf(run, step, false)
      const { specification, moment, fresh } = point
      const held = await this.#instrumentsFor(run, point)
      const { first, second } = picturedParameters(specification)
      held.gradients ??= new GradientReader(specification, second === null ? [first] : [first, second])
      const batch = held.microscope.miniBatch(moment.step + 1)
      const pixels = await held.microscope.pixelsOf(batch, fresh)
      const classes = classIndices(labelsOf(held.train, batch.images), specification.digits)
      const slopes = await held.gradients.read(moment, pixels, Int32Array.from(classes))
      const pictures = pictureLayers(specification, (name) => slopes.get(name))
      if (pictures === null) throw new Error('a model has at least one parameter')
      return { run, step: moment.step, ...pictures, firing: null }
    })
  }

  /** What was built for this run, or for any, is put away. */
  async forget(run?: number): Promise<void> {
    await this.#inTurn(async () => {
      if (run === undefined || this.#held?.run === run) await this.#putAway()
    })
  }

  #forgetLater(): void {
    this.forget().catch((error: unknown) => {
      console.error('Inkling engine: what looked into a run could not be put away:', error)
    })
  }

  async #observe(held: Instruments, { moment, fresh }: RunPoint): Promise<Observed> {
    const known = held.observed
    if (known !== null && sameMoment(known.moment, moment)) return known
    held.observed = null
    const step = await held.microscope.look(moment, fresh)
    const summaries = [...step.values].map(([name, numbers]) => ({ name, ...summarize(numbers) }))
    held.observed = { moment, step, summaries }
    return held.observed
  }

  async #instrumentsFor(run: number, { specification }: RunPoint): Promise<Instruments> {
    if (this.#held?.run === run) return this.#held
    await this.#putAway()
    const train = await this.#datasets.load(specification.dataset, 'train')
    const microscope = await Microscope.create(specification, train)
    this.#held = { run, train, microscope, activations: null, gradients: null, observed: null }
    return this.#held
  }

  async #imagesFor(
    wish: ArgumentsOf<'run.snapshot'>['images'],
    { train, microscope }: Instruments,
    { specification: { dataset, digits }, moment, fresh }: RunPoint,
  ): Promise<Chosen> {
    if (wish.kind === 'mini-batch') {
      const batch = microscope.miniBatch(moment.step + 1)
      const images = batch.images.slice(0, MOST_IMAGES)
      return {
        split: 'train',
        images,
        labels: labelsOf(train, images),
        pixels: await microscope.pixelsOf({ ...batch, images }, fresh),
      }
    }
    const { split } = wish
    const set = await this.#datasets.load(dataset, split)
    if (wish.kind === 'chosen') {
      const missing = wish.indices.find((index) => index >= set.count)
      if (missing === undefined) return chosenOf(split, set, Int32Array.from(wish.indices))
      throw new AppError(
        'dataset/no-such-image',
        `${dataset} has ${set.count} ${split} images, numbered from 0; there is no image ${missing}.`,
        { details: { dataset, split, index: missing, count: set.count } },
      )
    }
    const images: number[] = []
    for (const [image, label] of set.labels.entries()) {
      if (images.length === wish.count) break
      if (digits.includes(label)) images.push(image)
    }
    return chosenOf(split, set, Int32Array.from(images))
  }

  async #putAway(): Promise<void> {
    const held = this.#held
    this.#held = null
    await held?.microscope.close()
    await held?.activations?.close()
    await held?.gradients?.close()
  }

  /** One look after another; some time after the last one everything is put away. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    const done = this.#queue.then(work)
    this.#queue = Promise.allSettled([done]).then(() => {
      if (this.#timer !== null) clearTimeout(this.#timer)
      this.#timer = this.#held === null ? null : setTimeout(() => this.#forgetLater(), KEEP).unref()
    })
    return done
  }
}

/** The same numbers and the same rate: after a step the numbers are others, even where they are equal. */
function sameMoment(a: Moment, b: Moment): boolean {
  if (a.step !== b.step || a.learningRate !== b.learningRate || a.numbers.size !== b.numbers.size) return false
  return [...a.numbers].every(([name, numbers]) => b.numbers.get(name) === numbers)
}

function chosenOf(split: Split, set: ImageSet, images: Int32Array): Chosen {
  const pixels = new Uint8Array(images.length * PIXELS)
  for (const [row, image] of images.entries()) pixels.set(imageAt(set, image), row * PIXELS)
  return { split, images, labels: labelsOf(set, images), pixels }
}

const labelsOf = ({ labels }: ImageSet, images: Int32Array): Uint8Array =>
  Uint8Array.from(images, (image) => labels[image] ?? 0)

function reportsOf(values: ReadonlyMap<string, Numbers>, bins: number): ParameterReport[] {
  return [...values].map(([name, numbers]) => ({
    name,
    summary: summarize(numbers),
    histogram: histogramOf(numbers.data, bins),
  }))
}

/** What was asked for. Throws `train/no-such-value`, and `train/too-many-numbers` before anything is copied. */
function partsOf(asked: Parts, find: (name: string) => Numbers | undefined): ValuePart[] {
  const found = asked.map(({ name, at = [] }) => {
    const numbers = find(name)
    if (numbers === undefined) {
      throw new AppError(
        'train/no-such-value',
        `There is no value "${name}" here. Its names are in the answer without it.`,
        {
          details: { name },
        },
      )
    }
    return { name, at, numbers }
  })
  const count = found.reduce((total, { numbers, at }) => total + countOf(numbers.shape, at), 0)
  if (count > MOST_NUMBERS) {
    throw new AppError(
      'train/too-many-numbers',
      `These are ${count.toLocaleString('en-US')} numbers, and one answer holds ${MOST_NUMBERS.toLocaleString('en-US')}. Ask for parts of the values, or for fewer.`,
      { details: { count, most: MOST_NUMBERS } },
    )
  }
  return found.map(({ name, at, numbers }) => ({ name, ...partOf(numbers, at, name) }))
}
