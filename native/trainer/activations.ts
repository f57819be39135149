/**
 * What goes on inside a model on some images: the activations of its layers, how often each unit fires, and which units never
 * do. It reads with weights that it is given and changes nothing.
 */
import { AppError } from '../../data/error.ts'
import { buildModel } from '../learn/models/index.ts'
import { writeInnerValues, type NotedValue } from '../learn/notes.ts'
import type { Parameter, Weights } from '../learn/parameters.ts'
import type { RunSpecification } from '../learn/specification.ts'
import { Session, tensorOf, type Tensor } from '../runtime/session.ts'
import { histogramOf, summarize, type Histogram, type Numbers, type Summary } from './named-values.ts'

/**
 * One layer on some images. A unit of a fully connected layer is one number, a unit of a convolution one channel, all its places
 * together.
 */
export type LayerReport = {
  /** `layer1.activation` */
  readonly name: string
  /** Its shape is `[images, units, ...]`. */
  readonly summary: Summary
  readonly histogram: Histogram
  /** What the units do; `other` where a layer has no function that could stop a gradient. */
  readonly function: 'relu' | 'sigmoid' | 'tanh' | 'other'
  /**
   * `[units]`: the share of images for which the unit lets a gradient through, at one place at least: a ReLU above 0, a sigmoid or
   * tanh that is not saturated.
   */
  readonly firing: Float32Array
  /** Share of the units that let none through for any of the images; null for `other`. */
  readonly dead: number | null
  /** Share of all numbers that are saturated; null but for sigmoid and tanh. */
  readonly saturated: number | null
}

/** Images that one run of the graph takes: a few milliseconds even of a convolution. */
const CHUNK = 100

/** A sigmoid or tanh within this share of its range counts as saturated beyond it: 2 s - 1, or the tanh itself, above .99 in size. */
export const SATURATED = 0.99

const functions: Readonly<Record<string, LayerReport['function']>> = { Relu: 'relu', Sigmoid: 'sigmoid', Tanh: 'tanh' }

export class ActivationReader {
  /** Every inner value of the model, from the first layer to the logits. */
  readonly noted: readonly NotedValue[]
  readonly #parameters: readonly Parameter[]
  readonly #session: Session

  private constructor(parameters: readonly Parameter[], noted: readonly NotedValue[], session: Session) {
    this.#parameters = parameters
    this.noted = noted
    this.#session = session
  }

  static async create(spec: RunSpecification): Promise<ActivationReader> {
    const model = buildModel(spec)
    const { file, noted } = writeInnerValues(model)
    return new ActivationReader(model.parameters, noted, await Session.create(file))
  }

  /** The names of the layers' activations; without hidden layers there are none. */
  get layers(): string[] {
    return this.noted.filter(({ name }) => name.endsWith('.activation')).map(({ name }) => name)
  }

  /**
   * The inner values of those names, `[count, ...]`, for images `[count, 784]`, without dropout. Between chunks of images the event
   * loop gets its turn. Throws `train/no-such-value` for a name that the model does not have.
   */
  async read(
    weights: Weights,
    images: Uint8Array,
    count: number,
    names: readonly string[],
  ): Promise<Map<string, Numbers>> {
    const wanted = names.map((name) => this.#wanted(name, count))
    const parameters = this.#tensors(weights)
    for (let start = 0; start < count && wanted.length > 0; start += CHUNK) {
      const rows = Math.min(CHUNK, count - start)
      const feeds = { images: tensorOf(images.subarray(start * 784, (start + rows) * 784), [rows, 784]) }
      const outputs = wanted.map(({ name, shape, size, data }) => {
        return [name, tensorOf(data.subarray(start * size, (start + rows) * size), [rows, ...shape])] as const
      })
      await this.#session.run({ ...parameters, ...feeds }, Object.fromEntries(outputs))
      await new Promise((resolve) => setImmediate(resolve))
    }
    return new Map(wanted.map(({ name, shape, data }) => [name, { shape: [count, ...shape], data }]))
  }

  /** One layer's figures, from what `read` answered for it. */
  report(name: string, numbers: Numbers, bins: number): LayerReport {
    const what = functions[this.#described(name).operator ?? ''] ?? 'other'
    const summary = summarize(numbers)
    const firing = firingOf(numbers, what)
    const saturating = what === 'sigmoid' || what === 'tanh'
    return {
      name,
      summary,
      histogram: histogramOf(numbers.data, bins),
      function: what,
      firing,
      dead: what === 'other' ? null : firing.filter((share) => share === 0).length / firing.length,
      saturated: saturating ? shareOf(numbers.data, (value) => isStopped(value, what)) : null,
    }
  }

  async close(): Promise<void> {
    await this.#session.close()
  }

  #described(name: string): NotedValue {
    const found = this.noted.find((value) => value.name === name)
    if (found !== undefined) return found
    const there = this.noted.map((value) => value.name).join(', ')
    throw new AppError('train/no-such-value', `The model has no inner value "${name}". It has ${there}.`, {
      details: { name },
    })
  }

  #wanted(name: string, count: number) {
    const shape = this.#described(name).shape.slice(1).map(Number)
    const size = shape.reduce((product, length) => product * length, 1)
    return { name, shape, size, data: new Float32Array(count * size) }
  }

  #tensors(weights: Weights): Record<string, Tensor> {
    return Object.fromEntries(
      this.#parameters.map(({ name, shape }) => {
        const numbers = weights.get(name)
        if (numbers === undefined) throw new Error(`the weights lack "${name}"`)
        return [name, tensorOf(numbers, shape)]
      }),
    )
  }
}

/** Whether the function's slope is 0 there, or nearly. */
function isStopped(value: number, what: LayerReport['function']): boolean {
  switch (what) {
    case 'relu':
      return value === 0
    case 'sigmoid':
      return Math.abs(2 * value - 1) > SATURATED
    case 'tanh':
      return Math.abs(value) > SATURATED
    case 'other':
      return false
  }
}

/** Of each unit the share of images for which it is not stopped at some place. */
function firingOf({ shape, data }: Numbers, what: LayerReport['function']): Float32Array {
  const [images = 0, units = 1, ...places] = shape
  const size = places.reduce((product, length) => product * length, 1)
  const firing = new Float32Array(units)
  for (let image = 0; image < images; image += 1) {
    for (let unit = 0; unit < units; unit += 1) {
      const start = (image * units + unit) * size
      let fires = false
      for (let place = start; place < start + size && !fires; place += 1) fires = !isStopped(data[place] ?? 0, what)
      if (fires) firing[unit] = (firing[unit] ?? 0) + 1
    }
  }
  return firing.map((count) => (images === 0 ? 0 : count / images))
}

function shareOf(data: Float32Array, is: (value: number) => boolean): number {
  let count = 0
  for (const value of data) if (is(value)) count += 1
  return data.length === 0 ? 0 : count / data.length
}
