/** A device tried on made-up images: whether it computes what the CPU computes, and how fast it trains a model. */
import { buildModel } from '../learn/models/index.ts'
import { initialize } from '../learn/parameters.ts'
import { Random } from '../learn/random.ts'
import { devices, type Device, type RunSpecification } from '../learn/specification.ts'
import { SlicePace } from './pace.ts'
import { firstState, stepNumbers, type Steps, type StepsInput } from './steps.ts'
import { StepsOnCpu } from './steps-on-cpu.ts'
import { StepsOnDevice } from './steps-on-device.ts'
import { outputCount } from './training-data.ts'

/** Losses that differ by more than this are not the same computation (single precision, a few steps). */
const TOLERANCE = 1e-3

/** A data set of any size trains as fast. */
const IMAGES = 4096

export function stepsOn(device: Device, start: StepsInput): Promise<Steps> {
  return device === 'cpu' ? StepsOnCpu.create(start) : StepsOnDevice.create(device, start)
}

/** Null when the device gives the losses of the CPU, else a sentence about how they differ. */
export async function compareWithCpu(device: Device, spec: RunSpecification): Promise<string | null> {
  const here = await losses('cpu', spec)
  const there = await losses(device, spec)
  const difference = here.reduce((most, loss, step) => Math.max(most, Math.abs(loss - (there[step] ?? Infinity))), 0)
  if (difference <= TOLERANCE) return null
  return `${devices[device].title} computes losses that differ from the CPU's by ${difference.toPrecision(2)}.`
}

async function losses(device: Device, spec: RunSpecification): Promise<Float32Array> {
  const steps = await stepsOn(device, madeUp(spec))
  const answer = await run(steps, spec, 4, 1)
  await steps.close()
  return answer
}

/** How fast training is with so many threads; on a device other than the CPU these only feed it. */
export type ThreadSpeed = { readonly threads: number; readonly imagesPerSecond: number }

/**
 * Images per second while training for about so many `seconds` with each of these numbers of `threads`, once everything is
 * compiled. They take turns, so that what else the machine does hits them alike, and the middle one of their speeds counts.
 */
export async function measureSpeed(
  device: Device,
  spec: RunSpecification,
  { seconds, threads }: { readonly seconds: number; readonly threads: readonly number[] },
): Promise<ThreadSpeed[]> {
  const runners: SpeedRunner[] = []
  for (const count of threads) runners.push(await SpeedRunner.create(device, { ...spec, threads: count }))
  while (runners.some((runner) => runner.seconds < seconds)) {
    for (const runner of runners) await runner.slice()
  }
  const speeds = runners.map((runner) => ({ threads: runner.threads, imagesPerSecond: runner.imagesPerSecond }))
  for (const runner of runners) await runner.close()
  return speeds
}

/** Trains in slices as long as those of a run, and keeps the speed of each. */
class SpeedRunner {
  readonly #steps: Steps
  readonly #spec: RunSpecification
  readonly #speeds: number[] = []
  #stepsPerSlice = 1
  #done = 0
  #seconds = 0

  private constructor(steps: Steps, spec: RunSpecification) {
    this.#steps = steps
    this.#spec = spec
  }

  static async create(device: Device, spec: RunSpecification): Promise<SpeedRunner> {
    const runner = new SpeedRunner(await stepsOn(device, madeUp(spec)), spec)
    // As many steps a slice as training would take; what they need is built and compiled before time counts.
    await runner.#time(1)
    const pace = new SlicePace()
    pace.record(1, 0, await runner.#time(1))
    runner.#stepsPerSlice = pace.steps
    await runner.#time(pace.steps)
    return runner
  }

  get threads(): number {
    return this.#spec.threads
  }

  /** Of training that counted. */
  get seconds(): number {
    return this.#seconds
  }

  get imagesPerSecond(): number {
    const { [this.#speeds.length >> 1]: middle = 0 } = this.#speeds.toSorted((a, b) => a - b)
    return middle
  }

  async slice(): Promise<void> {
    const seconds = await this.#time(this.#stepsPerSlice)
    this.#seconds += seconds
    this.#speeds.push((this.#stepsPerSlice * this.#spec.batchSize) / seconds)
  }

  async close(): Promise<void> {
    await this.#steps.close()
  }

  /** Seconds that these steps take in one run. */
  async #time(count: number): Promise<number> {
    const began = performance.now()
    await run(this.#steps, this.#spec, count, this.#done + 1)
    this.#done += count
    return (performance.now() - began) / 1000
  }
}

/** Mini-batches one after another out of the made-up images. */
function run(steps: Steps, spec: RunSpecification, count: number, firstStep: number): Promise<Float32Array> {
  const { batchSize, learningRate } = spec
  const start = (firstStep - 1) * batchSize
  const indices = Int32Array.from({ length: count * batchSize }, (_, i) => (start + i) % IMAGES)
  return steps.run(
    indices,
    stepNumbers(spec, firstStep, count, () => learningRate),
  )
}

/** Images of noise in which the first pixels tell the class, so that there is something to learn. */
function madeUp(spec: RunSpecification): StepsInput {
  const imageCount = IMAGES
  const random = new Random(spec.seed)
  const outputs = outputCount(spec)
  const images = Uint8Array.from({ length: imageCount * 784 }, () => (random.uniform() < 0.2 ? 255 : 0))
  const classes = new Int32Array(imageCount)
  for (let image = 0; image < imageCount; image += 1) {
    const index = image % Math.max(outputs, 2)
    images[image * 784 + index] = 255
    classes[image] = index
  }
  const model = buildModel(spec)
  // What the weights begin as does not change the speed; made-up images have no averages.
  const how = spec.initialization === 'averages' ? 'linear' : spec.initialization
  const weights = initialize(model.parameters, how, spec.seed)
  return { spec, model, images, imageCount, classes, outputs, state: firstState(spec, weights) }
}
