/** Runs training steps of a specification on the device that it asks for, and evaluates. Knows no epochs and no pause. */
import { AppError } from '../../data/error.ts'
import type { ImageSet } from '../../data/image-set.ts'
import { buildModel, type Model } from '../learn/models/index.ts'
import type { Parameter, Weights } from '../learn/parameters.ts'
import type { RunSpecification } from '../learn/specification.ts'
import { stateShapes } from '../learn/training-step.ts'
import { chooseDevice, onCpuInstead, type DeviceChoice } from '../runtime/devices.ts'
import { evaluateSet, type Evaluation } from './evaluation.ts'
import { firstState, stepNumbers, type Snapshot, type Steps, type StepsInput } from './steps.ts'
import { StepsOnCpu } from './steps-on-cpu.ts'
import { StepsOnDevice } from './steps-on-device.ts'
import { classIndices, outputCount } from './training-data.ts'

export class StepRunner {
  readonly model: Model
  /** Where it computes, and why. */
  readonly device: DeviceChoice
  readonly #spec: RunSpecification
  readonly #steps: Steps
  readonly #sample: Uint8Array
  readonly #test: { readonly set: ImageSet; readonly classes: Int16Array }

  private constructor(spec: RunSpecification, model: Model, steps: Steps, device: DeviceChoice, test: ImageSet) {
    this.model = model
    this.device = device
    this.#spec = spec
    this.#steps = steps
    this.#test = { set: test, classes: classIndices(test.labels, spec.digits) }
    this.#sample = evenSample(test, this.#test.classes, spec.digits.length)
  }

  /** Falls back to the CPU where the device does not work; `device` then holds the warning. */
  static async create(
    spec: RunSpecification,
    sets: { train: ImageSet; test: ImageSet },
    weights: Weights,
  ): Promise<StepRunner> {
    const model = buildModel(spec)
    const outputs = outputCount(spec)
    const start: StepsInput = {
      spec,
      model,
      images: sets.train.images,
      imageCount: sets.train.count,
      // Images of other digits are never picked; any class will do for them.
      classes: Int32Array.from(classIndices(sets.train.labels, spec.digits), (index) => Math.max(index, 0)),
      outputs,
      state: firstState(spec, weights),
    }
    const { steps, device } = await startSteps(start, await chooseDevice(spec))
    return new StepRunner(spec, model, steps, device, sets.test)
  }

  /** Steps after which the weights are what `weight` says; on a device these lag behind until `settle`. */
  get settledSteps(): number {
    return this.#steps.settledSteps
  }

  /**
   * Makes one step for each `batch` of indices and answers with their losses. `indices` holds them one after another; only a
   * single mini-batch may be short. `firstStep` is 1 for the first step of the run.
   */
  async run(indices: Int32Array, learningRateOf: (step: number) => number, firstStep: number): Promise<Float32Array> {
    const steps = indices.length / this.#spec.batchSize
    const count = Number.isInteger(steps) ? steps : 1
    return this.#steps.run(indices, stepNumbers(this.#spec, firstStep, count, learningRateOf))
  }

  /** Trains on these from now on: `[images, 784]`, of the same classes as those before. */
  async setImages(images: Uint8Array): Promise<void> {
    await this.#steps.setImages(images)
  }

  /** Makes the weights present; nothing to do on the CPU. */
  async settle(): Promise<void> {
    await this.#steps.settle()
  }

  /** `[images, outputs]` logits of a few test images, as many of each class, by the current weights. */
  async sample(): Promise<Float32Array> {
    return this.#steps.logits(this.#sample, this.#sample.length / 784)
  }

  /** Evaluates the current weights on the test images of the chosen digits. */
  async evaluate(): Promise<Evaluation> {
    const { set, classes } = this.#test
    const options = { outputs: outputCount(this.#spec), classCount: this.#spec.digits.length, loss: this.#spec.loss }
    return evaluateSet(set, classes, options, (pixels, count) => this.#steps.logits(pixels, count))
  }

  /** The numbers of a parameter now; a view that later steps leave as it is. */
  weight(parameter: Parameter): Float32Array {
    return this.#steps.numbers(parameter.name)
  }

  /** All that steps change, after the steps so far; later steps leave it as it is. */
  async snapshot(): Promise<Snapshot> {
    return this.#steps.snapshot()
  }

  /** Nobody will go back to this snapshot: its memory may be used for another. */
  recycle(snapshot: Snapshot): void {
    this.#steps.recycle(snapshot)
  }

  restore(snapshot: Snapshot): void {
    this.#steps.restore(snapshot)
  }

  /** Size of a snapshot. */
  get stateBytes(): number {
    const sizes = [...stateShapes(this.#spec).values()].map((shape) =>
      shape.reduce((product, size) => product * size, 4),
    )
    return sizes.reduce((total, bytes) => total + bytes, 0)
  }

  weights(): Map<string, Float32Array> {
    return new Map(this.model.parameters.map((parameter) => [parameter.name, this.weight(parameter)]))
  }

  /** All that steps change, by name, after `settledSteps` steps; later steps leave it as it is. */
  numbers(): Map<string, Float32Array> {
    return new Map([...stateShapes(this.#spec).keys()].map((name) => [name, this.#steps.numbers(name)]))
  }

  async close(): Promise<void> {
    await this.#steps.close()
  }
}

/** Test images to look at while training: enough that no model that learns reads all as one class. */
const SAMPLE = 30

/** The first images of each class, equally many, one after another. `[about SAMPLE, 784]` */
function evenSample(set: ImageSet, classes: Int16Array, classCount: number): Uint8Array {
  const each = Math.ceil(SAMPLE / classCount)
  const taken = new Array<number>(classCount).fill(0)
  const chosen: number[] = []
  for (const [image, index] of classes.entries()) {
    const soFar = taken[index]
    if (soFar === undefined || soFar >= each) continue
    taken[index] = soFar + 1
    chosen.push(image)
  }
  const pixels = new Uint8Array(chosen.length * 784)
  for (const [row, image] of chosen.entries()) {
    pixels.set(set.images.subarray(image * 784, (image + 1) * 784), row * 784)
  }
  return pixels
}

async function startSteps(start: StepsInput, device: DeviceChoice): Promise<{ steps: Steps; device: DeviceChoice }> {
  if (device.used === 'cpu') return { steps: await StepsOnCpu.create(withThreads(start, device)), device }
  try {
    return { steps: await StepsOnDevice.create(device.used, start), device }
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'device/unavailable')) throw error
    const instead = await onCpuInstead(start.spec, device, error.message)
    return { steps: await StepsOnCpu.create(withThreads(start, instead)), device: instead }
  }
}

/** With as many threads as were chosen, which the specification may leave open. */
const withThreads = (start: StepsInput, { threads }: DeviceChoice): StepsInput => ({
  ...start,
  spec: { ...start.spec, threads },
})
