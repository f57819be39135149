/** Gradients of a mini-batch's loss by a few parameters, at a moment of a run: as much work as one training step, and nothing is changed. */
import { writeGradients } from '../learn/gradient-step.ts'
import { gradientName } from '../learn/microscope-step.ts'
import type { RunSpecification } from '../learn/specification.ts'
import { stateShapes, stepNames } from '../learn/training-step.ts'
import { blockFor } from '../runtime/channel-blocks.ts'
import { float32Of, Session, tensorOf } from '../runtime/session.ts'
import type { Moment } from './moment.ts'
import { columns, stepNumbers, type Tensors } from './steps.ts'
import { outputCount } from './training-data.ts'

export class GradientReader {
  readonly #spec: RunSpecification
  readonly #parameters: readonly string[]
  /** By the size of the mini-batch. */
  readonly #sessions = new Map<number, Session>()

  constructor(spec: RunSpecification, parameters: readonly string[]) {
    this.#spec = spec
    this.#parameters = parameters
  }

  /** `pixels` are `[images, 784]`, `classes` the class index of each image. Where the loss does not depend on a parameter: zeros. */
  async read(moment: Moment, pixels: Uint8Array, classes: Int32Array): Promise<Map<string, Float32Array>> {
    const count = classes.length
    const session = await this.#sessionFor(count)
    const shapes = stateShapes(this.#spec)
    const step = moment.step + 1 - moment.memorySince
    const [scalars = {}] = stepNumbers(this.#spec, step, 1, () => moment.learningRate)
    const rows = Int32Array.from(classes, (_, row) => row)
    const all: Tensors = {
      ...columns([scalars], []),
      [stepNames.images]: tensorOf(pixels, [count, 784]),
      [stepNames.classes]: tensorOf(classes, [count]),
      [stepNames.indices]: tensorOf(rows, [count]),
    }
    for (const [name, shape] of shapes) {
      const numbers = moment.numbers.get(name)
      if (numbers !== undefined) all[name] = tensorOf(numbers, shape)
    }
    const feeds = Object.fromEntries(Object.entries(all).filter(([name]) => session.inputNames.includes(name)))
    const results = await session.run(feeds)
    return new Map(
      this.#parameters.map((name) => {
        const slope = results[gradientName(name)]
        const size = (shapes.get(name) ?? []).reduce((product, length) => product * length, 1)
        return [name, slope === undefined ? new Float32Array(size) : float32Of(slope)]
      }),
    )
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.values()) await session.close()
  }

  async #sessionFor(batch: number): Promise<Session> {
    const known = this.#sessions.get(batch)
    if (known !== undefined) return known
    const sizes = { images: batch, outputs: outputCount(this.#spec), batch, ...(await blockFor(this.#spec.model)) }
    const session = await Session.create(writeGradients(this.#spec, sizes, this.#parameters), { arena: false })
    this.#sessions.set(batch, session)
    return session
  }
}
