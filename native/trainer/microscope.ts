/**
 * The microscope: the next mini-batch of a run with every number visible, from its pixels to the weights after it. It computes
 * beside the run, from a moment of it, and changes nothing there.
 */
import { AppError } from '../../data/error.ts'
import type { ImageSet } from '../../data/image-set.ts'
import { classFromLogits } from '../learn/losses.ts'
import {
  afterName,
  updateName,
  writeLossOfImages,
  writeMicroscopeStep,
  type MicroscopeStep,
} from '../learn/microscope-step.ts'
import { sevenSteps, type StepOfSeven } from '../learn/seven-steps.ts'
import { classesOf, type RunSpecification } from '../learn/specification.ts'
import { stateShapes, stepNames } from '../learn/training-step.ts'
import { blockFor } from '../runtime/channel-blocks.ts'
import { float32Of, Session, tensorOf, type Tensor } from '../runtime/session.ts'
import type { EpochImages } from './epoch-images.ts'
import { MiniBatches, type MiniBatch, type Moment } from './moment.ts'
import type { Numbers } from './named-values.ts'
import { columns, held, stepNumbers, type Tensors } from './steps.ts'
import { classIndices, outputCount } from './training-data.ts'

/** One mini-batch, observed. Digits are those on the images and those that the model reads in them. */
export type ObservedStep = MiniBatch & {
  readonly learningRate: number
  readonly labels: Uint8Array
  /** Before the step, and on the same images after it. */
  readonly answers: Uint8Array
  readonly answersAfter: Uint8Array
  /** Mean over the mini-batch before the step, and after it. */
  readonly loss: number
  readonly lossAfter: number
  /** The seven steps, each with its formulas and the names of the values in them. */
  readonly steps: readonly StepOfSeven[]
  /** Every number of this step by its name. */
  readonly values: ReadonlyMap<string, Numbers>
}

/** Inner values of one mini-batch: 256 MB. */
const MOST_NUMBERS = 64_000_000

/** A graph for one mini-batch size. */
type Instrument = { readonly graph: MicroscopeStep; readonly session: Session }

export class Microscope {
  readonly #spec: RunSpecification
  readonly #train: ImageSet
  readonly #classes: Int16Array
  readonly #batches: MiniBatches
  readonly #lossOfImages: Session
  readonly #instruments = new Map<number, Instrument>()

  private constructor(spec: RunSpecification, train: ImageSet, lossOfImages: Session) {
    this.#spec = spec
    this.#train = train
    this.#classes = classIndices(train.labels, spec.digits)
    this.#batches = new MiniBatches(spec, train)
    this.#lossOfImages = lossOfImages
  }

  /** Throws what MiniBatches throws. */
  static async create(spec: RunSpecification, train: ImageSet): Promise<Microscope> {
    const lossOfImages = await Session.create(writeLossOfImages(spec, outputCount(spec)))
    return new Microscope(spec, train, lossOfImages)
  }

  /** Mini-batch number `step`, 1 for the first; beyond the run's end the one that would come. */
  miniBatch(step: number): MiniBatch {
    return this.#batches.at(step)
  }

  /**
   * The mini-batch that comes next at that moment of the run, which must be one of this specification; `fresh` are the images of a run
   * that sees new ones in each epoch. Throws `train/too-many-numbers` for a mini-batch that is too large to look into.
   */
  async look(moment: Moment, fresh?: EpochImages): Promise<ObservedStep> {
    const batch = this.#batches.at(moment.step + 1)
    const { graph, session } = await this.#instrumentFor(batch.images.length)
    const [scalars = {}] = stepNumbers(this.#spec, batch.step - moment.memorySince, 1, () => moment.learningRate)
    const shapes = stateShapes(this.#spec)
    const before: Tensors = {}
    for (const [name, shape] of shapes) before[name] = tensorOf(numbersOf(moment, name), shape)
    const feeds = { ...(await this.#feedsOf(batch, fresh)), ...columns([scalars], []) }

    const results = await session.run({ ...before, ...feeds })
    const after = Object.fromEntries([...shapes.keys()].map((name) => [name, held(results, afterName(name))]))
    const later = await session.run({ ...after, ...feeds }, wanted(graph, ['loss', 'logits', 'probabilities']))

    const values = new Map<string, Numbers>()
    const keep = (name: string, tensor: Tensor | undefined) =>
      values.set(name, { shape: (tensor?.dims ?? []).map(Number), data: float32Of(tensor) })
    for (const [name, tensor] of Object.entries(before)) keep(name, tensor)
    for (const name of graph.outputs.keys()) keep(name, results[name])
    keep('losses', await this.#lossesOf(results['logits'], results['targets']))
    for (const name of ['loss', 'logits', 'probabilities']) keep(afterName(name), later[name])
    keep(afterName('losses'), await this.#lossesOf(later['logits'], results['targets']))
    for (const [name, value] of Object.entries(scalars)) values.set(name, { shape: [], data: Float32Array.of(value) })
    for (const name of shapes.keys()) values.set(updateName(name), difference(values, afterName(name), name))

    return {
      ...batch,
      learningRate: moment.learningRate,
      labels: Uint8Array.from(batch.images, (image) => this.#train.labels[image] ?? 0),
      answers: this.#answersOf(results['logits']),
      answersAfter: this.#answersOf(later['logits']),
      loss: float32Of(results['loss'])[0] ?? Number.NaN,
      lossAfter: float32Of(later['loss'])[0] ?? Number.NaN,
      steps: sevenSteps(this.#spec, graph.noted, [...values.keys()]),
      values,
    }
  }

  async close(): Promise<void> {
    await this.#lossOfImages.close()
    for (const { session } of this.#instruments.values()) await session.close()
  }

  /** Its images' pixels, `[images, 784]`, one after another. */
  async pixelsOf({ images, epoch }: MiniBatch, fresh?: EpochImages): Promise<Uint8Array> {
    const all = (await fresh?.images(epoch - 1)) ?? this.#train.images
    const pixels = new Uint8Array(images.length * 784)
    for (const [row, image] of images.entries()) pixels.set(all.subarray(image * 784, (image + 1) * 784), row * 784)
    return pixels
  }

  /** The images of the mini-batch alone, numbered in their order. */
  async #feedsOf(batch: MiniBatch, fresh: EpochImages | undefined): Promise<Tensors> {
    const { images } = batch
    const count = images.length
    const pixels = await this.pixelsOf(batch, fresh)
    const rows = Int32Array.from({ length: count }, (_, row) => row)
    const classes = Int32Array.from(images, (image) => this.#classes[image] ?? 0)
    return {
      [stepNames.images]: tensorOf(pixels, [count, 784]),
      [stepNames.classes]: tensorOf(classes, [count]),
      [stepNames.indices]: tensorOf(rows, [count]),
    }
  }

  async #lossesOf(logits: Tensor | undefined, targets: Tensor | undefined): Promise<Tensor | undefined> {
    if (logits === undefined || targets === undefined) return undefined
    return (await this.#lossOfImages.run({ logits, targets }))['losses']
  }

  #answersOf(logits: Tensor | undefined): Uint8Array {
    const outputs = outputCount(this.#spec)
    const classes = classesOf(this.#spec.digits)
    const numbers = float32Of(logits)
    return Uint8Array.from({ length: numbers.length / outputs }, (_, row) => {
      return classes[classFromLogits(numbers.subarray(row * outputs, (row + 1) * outputs))] ?? 0
    })
  }

  async #instrumentFor(batch: number): Promise<Instrument> {
    const known = this.#instruments.get(batch)
    if (known !== undefined) return known
    const graph = await this.#graphFor(batch)
    const instrument = { graph, session: await Session.create(graph.model) }
    this.#instruments.set(batch, instrument)
    return instrument
  }

  async #graphFor(batch: number): Promise<MicroscopeStep> {
    const sizes = { images: batch, outputs: outputCount(this.#spec), batch, ...(await blockFor(this.#spec.model)) }
    const graph = writeMicroscopeStep(this.#spec, sizes)
    let count = 0
    for (const shape of graph.outputs.values()) count += shape.reduce((product, size) => product * size, 1)
    if (count <= MOST_NUMBERS) return graph
    throw new AppError(
      'train/too-many-numbers',
      `A mini-batch of ${batch} images has ${count.toLocaleString('en-US')} inner values here, and the microscope holds ${MOST_NUMBERS.toLocaleString('en-US')}. Branch the run with a smaller batch size to look into it.`,
      { details: { batch, count, most: MOST_NUMBERS } },
    )
  }
}

function numbersOf({ numbers }: Moment, name: string): Float32Array {
  const found = numbers.get(name)
  if (found === undefined) throw new Error(`a moment of the run lacks "${name}"`)
  return found
}

/** Room for some outputs, which leaves the others out. */
function wanted({ outputs }: MicroscopeStep, names: readonly string[]): Tensors {
  return Object.fromEntries(
    names.map((name) => {
      const shape = outputs.get(name) ?? []
      return [name, tensorOf(new Float32Array(shape.reduce((product, size) => product * size, 1)), shape)]
    }),
  )
}

function difference(values: ReadonlyMap<string, Numbers>, after: string, before: string): Numbers {
  const first = values.get(before)
  const last = values.get(after)
  if (first === undefined || last === undefined) throw new Error(`the step does not tell of "${before}"`)
  return { shape: first.shape, data: last.data.map((value, at) => value - (first.data[at] ?? 0)) }
}
