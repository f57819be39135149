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

/** Images per second while training for about so many seconds, once everything is compiled. */
export async function measureSpeed(device: Device, spec: RunSpecification, seconds: number): Promise<number> {
  const steps = await stepsOn(device, madeUp(spec))
  let done = 0
  /** Seconds that these steps take in one run. */
  const time = async (count: number): Promise<number> => {
    const began = performance.now()
    await run(steps, spec, count, done + 1)
    done += count
    return (performance.now() - began) / 1000
  }
  // As many steps a run as training would take; what they need is built and compiled before time counts.
  await time(1)
  const pace = new SlicePace()
  pace.record(1, 0, await time(1))
  const count = pace.steps
  await time(count)
  let total = 0
  let images = 0
  while (total < seconds) {
    total += await time(count)
    images += count * spec.batchSize
  }
  await steps.close()
  return images / total
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
  const weights = initialize(model.parameters, spec.initialization, spec.seed)
  return { spec, model, images, imageCount, classes, outputs, state: firstState(spec, weights) }
}
