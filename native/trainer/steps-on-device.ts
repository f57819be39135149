/**
 * Training steps on a device that is not the CPU: the steps of a run are unrolled. On WebGPU the data set is uploaded once and
 * the weights stay there; the JavaScript interface of ONNX Runtime keeps nothing on the others, so these get the images of
 * each run and give the weights back (docs/decisions/005-devices.md).
 */
import { AppError } from '../../data/error.ts'
import { devices, type Device } from '../learn/specification.ts'
import { input, nextName, writeModel, type ElementType } from '../graph/index.ts'
import { stateShapes, stepNames, writeEvaluation, writeUnrolledSteps } from '../learn/training-step.ts'
import { inPlainWords } from '../runtime/device-words.ts'
import { float32Of, releaseTensor, Session, tensorOf, type Tensor } from '../runtime/session.ts'
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

/** Steps of one run of a graph, largest first: any number of steps is made of these. More would take longer to build. */
const unrolledCounts = [16, 4, 1] as const

/** The numbers of the state are fetched at most this often while training. */
const SETTLE_MILLISECONDS = 100

/** What every WebGPU device takes as one buffer (its least maxStorageBufferBindingSize): 171,196 images. */
const MOST_BYTES = 128 * 1024 * 1024

/** Only WebGPU's tensors can stay on the device. */
const keepsTensors = (device: Device, { images }: StepsInput): boolean =>
  device === 'webgpu' && images.length <= MOST_BYTES

export class StepsOnDevice implements Steps {
  readonly device: Device
  readonly #input: StepsInput
  readonly #resident: boolean
  readonly #evaluation: Session
  readonly #download: Session | null
  /** Of the images, of the classes. A tensor on the device dies with the session that made it, and using it then ends the process. */
  readonly #uploads: Session[]
  #images: Uint8Array
  /** By steps and mini-batch size. */
  readonly #sessions = new Map<string, Session>()
  readonly #data: Tensors
  #state: Tensors
  #settled: Readonly<Tensors>
  #steps = 0
  #settledSteps = 0
  #settledAt = 0

  private constructor(
    device: Device,
    start: StepsInput,
    sessions: { evaluation: Session; download: Session | null; uploads: Session[] },
    data: Tensors,
  ) {
    this.device = device
    this.#input = start
    this.#resident = sessions.download !== null
    this.#evaluation = sessions.evaluation
    this.#download = sessions.download
    this.#uploads = sessions.uploads
    this.#data = data
    this.#images = start.images
    this.#state = tensorsOf(start.state)
    this.#settled = this.#state
  }

  /**
   * Uploads the data and makes one step that does not count, which compiles the device's programs and shows whether it works.
   * Throws `device/unavailable`. `keep: false` feeds the data from outside where the device could keep them.
   */
  static async create(
    device: Device,
    start: StepsInput,
    { keep = keepsTensors(device, start) } = {},
  ): Promise<StepsOnDevice> {
    const steps = await onDevice(device, async () => {
      const evaluation = await Session.create(writeEvaluation(start.model), { device })
      if (!keep) return new StepsOnDevice(device, start, { evaluation, download: null, uploads: [] }, {})
      const download = await Session.create(writeDownload(start), { device })
      const images = await upload(device, start.images, [start.imageCount, 784], 'uint8')
      const classes = await upload(device, start.classes, [start.imageCount], 'int32')
      const data = { [stepNames.images]: images.tensor, [stepNames.classes]: classes.tensor }
      return new StepsOnDevice(
        device,
        start,
        { evaluation, download, uploads: [images.session, classes.session] },
        data,
      )
    })
    try {
      await onDevice(device, () => steps.#rehearse())
    } catch (error) {
      await steps.close()
      throw error
    }
    return steps
  }

  get settledSteps(): number {
    return this.#settledSteps
  }

  async run(indices: Int32Array, numbers: readonly StepNumbers[]): Promise<Float32Array> {
    return this.#working(async () => {
      const batch = indices.length / numbers.length
      const losses = new Float32Array(numbers.length)
      let done = 0
      while (done < numbers.length) {
        const left = numbers.length - done
        const count = unrolledCounts.find((steps) => steps <= left) ?? 1
        const part = indices.subarray(done * batch, (done + count) * batch)
        const results = await this.#results(part, numbers.slice(done, done + count))
        losses.set(float32Of(results[stepNames.loss]), done)
        this.#take(results)
        done += count
        this.#steps += count
      }
      if (performance.now() - this.#settledAt > SETTLE_MILLISECONDS) await this.#settle()
      return losses
    })
  }

  async setImages(images: Uint8Array): Promise<void> {
    this.#images = images
    if (!this.#resident) return
    await this.#working(async () => {
      const fresh = await upload(this.device, images, [this.#input.imageCount, 784], 'uint8')
      releaseTensor(held(this.#data, stepNames.images))
      this.#data[stepNames.images] = fresh.tensor
      const [old] = this.#uploads.splice(0, 1, fresh.session)
      await old?.close()
    })
  }

  async logits(pixels: Uint8Array, count: number): Promise<Float32Array> {
    return this.#working(async () => {
      const parameters = this.#input.model.parameters.map(({ name }) => [name, held(this.#state, name)] as const)
      const images = { [stepNames.images]: tensorOf(pixels, [count, 784]) }
      const results = await this.#evaluation.run({ ...Object.fromEntries(parameters), ...images })
      return float32Of(results['logits'])
    })
  }

  async settle(): Promise<void> {
    await this.#working(() => this.#settle())
  }

  async snapshot(): Promise<Snapshot> {
    await this.settle()
    return { steps: this.#settledSteps, tensors: this.#settled }
  }

  recycle(): void {
    // A snapshot is the numbers as they were fetched; the garbage collector takes them.
  }

  restore({ steps, tensors }: Snapshot): void {
    for (const tensor of Object.values(this.#state)) releaseTensor(tensor)
    // Wrapped anew, since the tensors of a state are released once a step has taken them on.
    const shapes = stateShapes(this.#input.spec)
    this.#state = Object.fromEntries(
      [...shapes].map(([name, shape]) => [name, tensorOf(heldNumbers(tensors, name), shape)]),
    )
    this.#settled = tensors
    this.#steps = steps
    this.#settledSteps = steps
  }

  numbers(name: string): Float32Array {
    return heldNumbers(this.#settled, name)
  }

  async close(): Promise<void> {
    for (const tensor of [...Object.values(this.#state), ...Object.values(this.#data)]) releaseTensor(tensor)
    const all = [this.#evaluation, this.#download, ...this.#uploads, ...this.#sessions.values()]
    for (const session of all) await session?.close()
  }

  #working<T>(work: () => Promise<T>): Promise<T> {
    return onDevice(this.device, work, ' Start the run again on the CPU.')
  }

  async #rehearse(): Promise<void> {
    const { spec, state } = this.#input
    // Whatever numbers a step wants anew, 1 will do: the results are thrown away.
    const graph = await this.#sessionFor(1, spec.batchSize)
    const wanted = graph.inputNames.filter((name) => !state.has(name) && !dataNames.has(name))
    const numbers = Object.fromEntries(wanted.map((name) => [name, 1]))
    const results = await this.#results(new Int32Array(spec.batchSize), [numbers])
    for (const tensor of Object.values(results)) releaseTensor(tensor)
  }

  async #results(indices: Int32Array, numbers: readonly StepNumbers[]): Promise<Tensors> {
    const steps = numbers.length
    const batch = indices.length / steps
    const session = await this.#sessionFor(steps, batch)
    const data = this.#resident
      ? { ...this.#data, [stepNames.indices]: tensorOf(indices, [steps, batch]) }
      : this.#gathered(indices, steps)
    return session.run({ ...this.#state, ...data, ...columns(numbers) })
  }

  /** The images and classes of these steps alone, numbered in their order. */
  #gathered(indices: Int32Array, steps: number): Tensors {
    const { classes } = this.#input
    const images = this.#images
    const count = indices.length
    const pixels = new Uint8Array(count * 784)
    const answers = new Int32Array(count)
    for (const [position, index] of indices.entries()) {
      pixels.set(images.subarray(index * 784, (index + 1) * 784), position * 784)
      answers[position] = classes[index] ?? 0
    }
    return {
      [stepNames.images]: tensorOf(pixels, [count, 784]),
      [stepNames.classes]: tensorOf(answers, [count]),
      [stepNames.indices]: tensorOf(
        Int32Array.from({ length: count }, (_, position) => position),
        [steps, count / steps],
      ),
    }
  }

  #take(results: Readonly<Tensors>): void {
    const before = Object.values(this.#state)
    this.#state = Object.fromEntries(Object.keys(this.#state).map((name) => [name, held(results, nextName(name))]))
    for (const tensor of before) releaseTensor(tensor)
  }

  async #settle(): Promise<void> {
    if (this.#settledSteps !== this.#steps) {
      this.#settled = this.#download === null ? this.#state : await downloaded(this.#download, this.#state)
    }
    this.#settledSteps = this.#steps
    this.#settledAt = performance.now()
  }

  async #sessionFor(steps: number, batch: number): Promise<Session> {
    const key = `${steps} x ${batch}`
    const known = this.#sessions.get(key)
    if (known !== undefined) return known
    const { spec, imageCount, outputs } = this.#input
    const images = this.#resident ? imageCount : steps * batch
    const session = await Session.create(writeUnrolledSteps(spec, { images, outputs, batch }, steps), {
      device: this.device,
      kept: this.#resident ? Object.keys(this.#state).map(nextName) : [],
    })
    this.#sessions.set(key, session)
    return session
  }
}

const dataNames: ReadonlySet<string> = new Set([stepNames.images, stepNames.classes, stepNames.indices])

const downloadName = (name: string): string => `${name}.here`

/** A graph that changes nothing: its results lie in ordinary memory. A device's tensors can be read in no other way. */
function writeDownload({ spec }: StepsInput): Uint8Array {
  const leaves = [...stateShapes(spec)].map(([name, shape]) => [name, input(name, shape)] as const)
  const outputs = Object.fromEntries(leaves.map(([name, leaf]) => [downloadName(name), leaf]))
  return writeModel({ name: 'download', inputs: leaves.map(([, leaf]) => leaf), outputs })
}

async function downloaded(session: Session, state: Readonly<Tensors>): Promise<Tensors> {
  const results = await session.run(state)
  return Object.fromEntries(Object.keys(state).map((name) => [name, held(results, downloadName(name))]))
}

/** The other way round: ordinary numbers in, a tensor on the device out. It needs the session as long as it is used. */
async function upload(
  device: Device,
  data: Uint8Array | Int32Array,
  shape: readonly number[],
  type: ElementType,
): Promise<{ tensor: Tensor; session: Session }> {
  const leaf = input('here', shape, type)
  const model = writeModel({ name: 'upload', inputs: [leaf], outputs: { there: leaf } })
  const session = await Session.create(model, { device, kept: ['there'] })
  const results = await session.run({ here: tensorOf(data, shape) })
  return { tensor: held(results, 'there'), session }
}

/** What fails in there is the device's failure, in words for the person. */
async function onDevice<T>(device: Device, work: () => Promise<T>, advice = ''): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof AppError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new AppError(
      'device/unavailable',
      `${devices[device].title} does not compute. ${inPlainWords(device, reason)}${advice}`,
      { details: { device }, cause },
    )
  }
}
