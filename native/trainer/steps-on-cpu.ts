/** Training steps on the CPU: several in one run of a Scan; data and weights are ordinary arrays, wrapped without copies. */
import { nextName } from '../graph/index.ts'
import { trainingOperations } from '../learn/arithmetic.ts'
import type { RunSpecification } from '../learn/specification.ts'
import {
  stepNames,
  writeEvaluation,
  writeTrainingStep,
  writeTrainingSteps,
  type StepSizes,
} from '../learn/training-step.ts'
import { blockFor } from '../runtime/channel-blocks.ts'
import { float32Of, Session, tensorOf, type Tensor } from '../runtime/session.ts'
import {
  columns,
  held,
  heldNumbers,
  tensorsOf,
  type Snapshot,
  type StepNumbers,
  type Steps,
  type StepsInput,
  type Tensors,
} from './steps.ts'

/** States whose memory waits for others. */
const MOST_SPARE = 4

export class StepsOnCpu implements Steps {
  readonly device = 'cpu'
  readonly #input: StepsInput
  readonly #repeated: Session
  /** Made when it is first needed, so that the first loss comes sooner. */
  #evaluation: Promise<Session> | null = null
  /** Sessions for mini-batches of another size: the short last one of an epoch. */
  readonly #odd = new Map<number, Session>()
  readonly #data: Tensors
  #state: Tensors
  /** Whether somebody else looks at the present state, so that later steps must leave it as it is. */
  #lent = true
  /**
   * Tensors of earlier states that nobody looks at. States come and go sixty times a second: new memory for each would leave
   * the process with gaps of three times their size.
   */
  readonly #spare: Tensors[] = []
  #steps = 0

  private constructor(start: StepsInput, repeated: Session) {
    this.#input = start
    this.#repeated = repeated
    this.#data = {
      [stepNames.images]: tensorOf(start.images, [start.imageCount, 784]),
      [stepNames.classes]: tensorOf(start.classes, [start.imageCount]),
    }
    this.#state = tensorsOf(start.state)
  }

  static async create(start: StepsInput): Promise<StepsOnCpu> {
    const { spec } = start
    const steps = writeTrainingSteps(spec, await sizesFor(start, spec.batchSize))
    return new StepsOnCpu(start, await Session.create(steps, { threads: threadsFor(spec, spec.batchSize) }))
  }

  get settledSteps(): number {
    return this.#steps
  }

  async run(indices: Int32Array, numbers: readonly StepNumbers[]): Promise<Float32Array> {
    const batch = indices.length / numbers.length
    if (batch === this.#input.spec.batchSize) {
      return this.#advance(this.#repeated, tensorOf(indices, [numbers.length, batch]), columns(numbers))
    }
    const session = await this.#sessionFor(batch)
    return this.#advance(session, tensorOf(indices, [batch]), columns(numbers, []))
  }

  async #advance(session: Session, indices: Tensor, numbers: Tensors): Promise<Float32Array> {
    const before = this.#state
    const after = this.#unused()
    const rates = held(numbers, stepNames.learningRate)
    const losses = new Float32Array(rates.size)
    const results = {
      ...Object.fromEntries(Object.entries(after).map(([name, tensor]) => [nextName(name), tensor])),
      [stepNames.loss]: tensorOf(losses, rates.dims),
    }
    await session.run({ ...before, ...this.#data, ...numbers, [stepNames.indices]: indices }, results)
    if (!this.#lent) this.#spare.push(before)
    this.#state = after
    this.#lent = false
    this.#steps += losses.length
    return losses
  }

  async #sessionFor(batch: number): Promise<Session> {
    const known = this.#odd.get(batch)
    if (known !== undefined) return known
    const { spec } = this.#input
    const session = await Session.create(writeTrainingStep(spec, await sizesFor(this.#input, batch)), {
      threads: threadsFor(spec, batch),
      // Once an epoch: not worth as much memory again as the steps of full size have.
      arena: false,
    })
    this.#odd.set(batch, session)
    return session
  }

  async setImages(images: Uint8Array): Promise<void> {
    this.#data[stepNames.images] = tensorOf(images, [this.#input.imageCount, 784])
  }

  async logits(pixels: Uint8Array, count: number): Promise<Float32Array> {
    const parameters = this.#input.model.parameters.map(({ name }) => [name, held(this.#state, name)] as const)
    const images = { [stepNames.images]: tensorOf(pixels, [count, 784]) }
    const { model, spec } = this.#input
    this.#evaluation ??= Session.create(writeEvaluation(model), { threads: spec.threads })
    const session = await this.#evaluation
    const results = await session.run({ ...Object.fromEntries(parameters), ...images })
    return float32Of(results['logits'])
  }

  async settle(): Promise<void> {
    // The numbers are here already.
  }

  async snapshot(): Promise<Snapshot> {
    return { steps: this.#steps, tensors: this.#copied(this.#state) }
  }

  recycle({ tensors }: Snapshot): void {
    if (this.#spare.length < MOST_SPARE) this.#spare.push({ ...tensors })
  }

  restore({ steps, tensors }: Snapshot): void {
    this.#steps = steps
    this.#state = this.#copied(tensors)
    this.#lent = false
  }

  #copied(tensors: Readonly<Tensors>): Tensors {
    const copy = this.#unused()
    for (const name of Object.keys(tensors)) heldNumbers(copy, name).set(heldNumbers(tensors, name))
    return copy
  }

  /** Tensors in the shape of the state, whose numbers may be written over. */
  #unused(): Tensors {
    const spare = this.#spare.pop()
    if (spare !== undefined) return spare
    const shapes = Object.entries(this.#state)
    return Object.fromEntries(shapes.map(([name, { dims, size }]) => [name, tensorOf(new Float32Array(size), dims)]))
  }

  numbers(name: string): Float32Array {
    this.#lent = true
    return heldNumbers(this.#state, name)
  }

  async close(): Promise<void> {
    for (const session of [this.#repeated, ...this.#odd.values()]) await session.close()
    await (await this.#evaluation)?.close()
  }
}

/**
 * Floating-point operations of a step below which a second thread costs more than it brings: 256 images take the linear model a
 * quarter of a millisecond, in a dozen operators, each of which would have to wake it.
 */
const LEAST_FOR_THREADS = 25e6

function threadsFor(spec: RunSpecification, batch: number): number {
  return trainingOperations(spec) * batch < LEAST_FOR_THREADS ? 1 : spec.threads
}

/** What the graph of mini-batches of that size is built for. */
async function sizesFor({ spec, imageCount: images, outputs }: StepsInput, batch: number): Promise<StepSizes> {
  return { images, outputs, batch, ...(await blockFor(spec.model)) }
}
