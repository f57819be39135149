/**
 * How often the units fire whose weights are shown as pictures: the share of some test images on which each of them lets a gradient
 * through. The graph counts, so that a look costs a few milliseconds and no memory; it changes nothing.
 */
import { imageAt, PIXELS, type ImageSet } from '../../data/image-set.ts'
import {
  abs,
  cast,
  constant,
  dequantize,
  greater,
  inOrder,
  input,
  mul,
  simplify,
  sub,
  sum,
  writeModel,
  type Value,
} from '../graph/index.ts'
import { buildModel, keepAll } from '../learn/models/index.ts'
import { Notes } from '../learn/notes.ts'
import type { Parameter, Weights } from '../learn/parameters.ts'
import { isConvolutional, layerSizes, type RunSpecification } from '../learn/specification.ts'
import { float32Of, Session, tensorOf } from '../runtime/session.ts'
import { SATURATED } from './activations.ts'
import { picturedParameters } from './first-layer.ts'

/** How often units fire at a step. */
export type Firing = {
  /** A ReLU fires where it is above 0; a sigmoid or tanh counts as firing where it is not saturated. */
  readonly function: 'relu' | 'sigmoid' | 'tanh'
  /** `[units]`, 0 to 1: of the images for fully connected layers, of all places in them for convolutions. */
  readonly first: Float32Array
  /** The same of a second convolution; null where there is none. */
  readonly second: Float32Array | null
  /** How many test images that is about, taken evenly from all of the run's digits. */
  readonly images: number
}

type Wanted = { readonly name: string; readonly counts: Value; readonly places: number }

/** Floating-point operations of one look at fully connected layers: some three milliseconds. */
const OPERATIONS = 1e8
const FEWEST_IMAGES = 100
/** Round numbers of images, as many as that pays for. */
const roundCounts = [1000, 500, 200]

export class FiringMeter {
  /** How many test images are looked at. */
  readonly images: number
  readonly #function: Firing['function']
  readonly #session: Session
  readonly #parameters: readonly Parameter[]
  readonly #pixels: Uint8Array
  readonly #wanted: readonly Wanted[]

  private constructor(
    what: Firing['function'],
    session: Session,
    parameters: readonly Parameter[],
    pixels: Uint8Array,
    wanted: readonly Wanted[],
  ) {
    this.#function = what
    this.#session = session
    this.#parameters = parameters
    this.#pixels = pixels
    this.#wanted = wanted
    this.images = pixels.length / PIXELS
  }

  /** Null for a model whose first layer is its last: there is nothing that fires. */
  static async create(specification: RunSpecification, test: ImageSet): Promise<FiringMeter | null> {
    const convolutional = isConvolutional(specification.model)
    const sizes = layerSizes(specification)
    if (!convolutional && sizes.length === 2) return null
    const what = convolutional ? 'relu' : specification.activation
    const { model, parameters, wanted } = writeFiring(specification, what)
    const fitting = Math.floor(OPERATIONS / (2 * PIXELS * (sizes[1] ?? 1)))
    const count = convolutional ? FEWEST_IMAGES : (roundCounts.find((each) => each <= fitting) ?? FEWEST_IMAGES)
    const pixels = evenly(test, specification.digits, count)
    return new FiringMeter(what, await Session.create(model), parameters, pixels, wanted)
  }

  /** By these weights. */
  async measure(weights: Weights): Promise<Firing> {
    const feeds = this.#parameters.map(({ name, shape }) => {
      const numbers = weights.get(name)
      if (numbers === undefined) throw new Error(`the weights lack "${name}"`)
      return [name, tensorOf(numbers, shape)] as const
    })
    const images = tensorOf(this.#pixels, [this.images, PIXELS])
    const counts = await this.#session.run({ images, ...Object.fromEntries(feeds) })
    const [first = new Float32Array(0), second = null] = this.#wanted.map(({ name, places }) =>
      float32Of(counts[name]).map((count) => (this.images === 0 ? 0 : count / (this.images * places))),
    )
    return { function: this.#function, first, second, images: this.images }
  }

  async close(): Promise<void> {
    await this.#session.close()
  }
}

/** A model from `images` `[count, 784]` and the parameters to how many times each unit fires, `[units]`. */
function writeFiring(specification: RunSpecification, what: Firing['function']) {
  const model = buildModel(specification)
  const images = input('images', ['batch', PIXELS], 'uint8')
  const weights = new Map(model.parameters.map(({ name, shape }) => [name, input(name, shape)]))
  const notes = new Notes()
  const parameter = (name: string): Value => {
    const value = weights.get(name)
    if (value === undefined) throw new Error(`the model has no parameter "${name}"`)
    return value
  }
  model.logits(dequantize(images, 1 / 255), parameter, 'inference', keepAll, notes.take)
  const { first, second } = picturedParameters(specification)
  const wanted = [first, ...(second === null ? [] : [second])].flatMap((weight): Wanted[] => {
    const name = weight.replace(/\.weight$/, '.activation')
    const entry = notes.entries.find((each) => each.name === name)
    if (entry === undefined) return []
    const activation = entry.arrange(entry.value)
    const [, , ...places] = activation.shape
    const axes = [0, ...places.map((_, place) => place + 2)]
    const count = places.map(Number).reduce((product, size) => product * size, 1)
    return [{ name, counts: sum(cast(fires(activation, what), 'float32'), { axes }), places: count }]
  })
  const simple = simplify(wanted.map((each) => each.counts))
  const used = new Set(inOrder(simple))
  const parameters = model.parameters.filter(({ name }) => used.has(parameter(name)))
  return {
    model: writeModel({
      name: 'firing',
      inputs: [images, ...parameters.map(({ name }) => parameter(name))],
      outputs: Object.fromEntries(wanted.map(({ name, counts: plain }, at) => [name, simple[at] ?? plain])),
    }),
    parameters,
    wanted,
  }
}

/** Whether the function lets a gradient through, number by number: as `LayerReport.firing` has it. */
function fires(activation: Value, what: Firing['function']): Value {
  if (what === 'relu') return greater(activation, constant(0))
  const size = abs(what === 'tanh' ? activation : sub(mul(activation, constant(2)), constant(1)))
  return greater(constant(SATURATED), size)
}

/** Images of these digits, as many as wanted where there are so many, taken at equal distances. `[count, 784]` */
function evenly(set: ImageSet, digits: readonly number[], wanted: number): Uint8Array {
  const chosen: number[] = []
  for (const [image, label] of set.labels.entries()) if (digits.includes(label)) chosen.push(image)
  const count = Math.min(wanted, chosen.length)
  const pixels = new Uint8Array(count * PIXELS)
  for (let row = 0; row < count; row += 1) {
    pixels.set(imageAt(set, chosen[Math.floor((row * chosen.length) / count)] ?? 0), row * PIXELS)
  }
  return pixels
}
