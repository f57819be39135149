/** What a model tells of its inner values while its graph is built, and a graph that computes them for any images. */
import { dequantize, input, inputsOf, simplify, writeModel, type Shape, type Value } from '../graph/index.ts'
import { keepAll, type Model, type Note } from './models/index.ts'

/** An inner value as people know it. */
export type NotedValue = {
  readonly name: string
  readonly shape: Shape
  /** The ONNX operator that made it: `Relu` tells a ReLU. */
  readonly operator: string | null
  /** The noted values that it is computed from at once, without another one between. */
  readonly from: readonly string[]
}

type Entry = { readonly name: string; readonly value: Value; readonly arrange: (value: Value) => Value }

/** Collects notes, in the order in which they are told. */
export class Notes {
  readonly #entries = new Map<Value, Entry>()

  readonly take: Note = (name, value, arrange = (same) => same) => {
    // Without dropout what is kept is the activation itself: one name is enough.
    if (!this.#entries.has(value)) this.#entries.set(value, { name, value, arrange })
  }

  get entries(): readonly Entry[] {
    return [...this.#entries.values()]
  }

  get described(): NotedValue[] {
    return this.entries.map(({ name, value, arrange }) => ({
      name,
      shape: arrange(value).shape,
      operator: value.source.kind === 'operator' ? value.source.onnx : null,
      from: this.#nearest(value),
    }))
  }

  /** The names that one meets first on every way back from a value. */
  #nearest(value: Value): string[] {
    const found = new Set<string>()
    const seen = new Set<Value>()
    const ahead = [...inputsOf(value)]
    for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
      if (seen.has(next)) continue
      seen.add(next)
      const known = this.#entries.get(next)
      if (known === undefined) ahead.push(...inputsOf(next))
      else found.add(known.name)
    }
    return [...found]
  }
}

/**
 * A model file from uint8 `images` `[batch, 784]` and the parameters to every inner value `[batch, ...]` by its name, and `logits`,
 * as the model reads pictures: without dropout.
 */
export function writeInnerValues(model: Model): { readonly file: Uint8Array; readonly noted: readonly NotedValue[] } {
  const images = input('images', ['batch', 784], 'uint8')
  const weights = new Map(model.parameters.map(({ name, shape }) => [name, input(name, shape)]))
  const notes = new Notes()
  const parameter = (name: string): Value => {
    const value = weights.get(name)
    if (value === undefined) throw new Error(`the model has no parameter "${name}"`)
    return value
  }
  const logits = model.logits(dequantize(images, 1 / 255), parameter, 'inference', keepAll, notes.take)
  notes.take('logits', logits)
  const { entries } = notes
  const values = simplify(entries.map(({ value, arrange }) => arrange(value)))
  const file = writeModel({
    name: 'inner_values',
    inputs: [images, ...weights.values()],
    outputs: Object.fromEntries(entries.map(({ name }, position) => [name, values[position] ?? logits])),
  })
  return { file, noted: notes.described }
}
