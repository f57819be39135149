/** What makes training steps: on the CPU (steps-on-cpu.ts) or on another device (steps-on-device.ts). */
import type { Model } from '../learn/models/index.ts'
import type { Device, RunSpecification } from '../learn/specification.ts'
import type { Weights } from '../learn/parameters.ts'
import { stateShapes, stepNames, stepScalars } from '../learn/training-step.ts'
import { float32Of, tensorOf, type Tensor } from '../runtime/session.ts'

/** What a step gets anew, by name: the learning rate and what the optimizer and dropout ask for. */
export type StepNumbers = Readonly<Record<string, number>>

/** Keeps data, parameters and sessions on one device. */
export type Steps = {
  readonly device: Device
  /** Steps from the start after which `numbers` are what they are: on a device they lag behind until settled. */
  readonly settledSteps: number
  /**
   * Makes one step for each of `numbers`, with the indices of as many equally large mini-batches one after another. Answers
   * with the loss of each.
   */
  run(indices: Int32Array, numbers: readonly StepNumbers[]): Promise<Float32Array>
  /** Trains on these from now on, `[imageCount, 784]`; the classes stay as they are. */
  setImages(images: Uint8Array): Promise<void>
  /** `[count, outputs]` for images `[count, 784]`, by the present parameters. */
  logits(pixels: Uint8Array, count: number): Promise<Float32Array>
  /** Makes `numbers` and `settledSteps` present. */
  settle(): Promise<void>
  /** A parameter, or what the optimizer remembers of one; a view that later steps leave as it is. */
  numbers(name: string): Float32Array
  /** All that steps change, after the steps so far; later steps leave it as it is. */
  snapshot(): Promise<Snapshot>
  /** Nobody will look at this snapshot any more: its memory may be used for another. */
  recycle(snapshot: Snapshot): void
  /** Goes back to a snapshot, as if the steps after it had never been. */
  restore(snapshot: Snapshot): void
  close(): Promise<void>
}

/** The parameters and what the optimizer remembers of them, after so many steps. */
export type Snapshot = { readonly steps: number; readonly tensors: Readonly<Tensors> }

/** What there is to learn, and from where. */
export type StepsInput = {
  readonly spec: RunSpecification
  readonly model: Model
  /** `[imageCount, 784]` */
  readonly images: Uint8Array
  readonly imageCount: number
  /** Class index of each image. */
  readonly classes: Int32Array
  readonly outputs: number
  /** The parameters and what the optimizer remembers of them. */
  readonly state: ReadonlyMap<string, { readonly shape: readonly number[]; readonly numbers: Float32Array }>
}

/** Weights as the state that steps start from; what is not given (the optimizer's memory) is 0. */
export function firstState(spec: RunSpecification, weights: Weights): StepsInput['state'] {
  const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1)
  return new Map(
    [...stateShapes(spec)].map(([name, shape]) => [
      name,
      { shape, numbers: weights.get(name) ?? new Float32Array(sizeOf(shape)) },
    ]),
  )
}

/** The numbers of `count` steps; `firstStep` is 1 for the first of the run. */
export function stepNumbers(
  spec: RunSpecification,
  firstStep: number,
  count: number,
  learningRateOf: (step: number) => number,
): StepNumbers[] {
  return Array.from({ length: count }, (_, index) => ({
    ...stepScalars(spec, firstStep + index),
    [stepNames.learningRate]: learningRateOf(firstStep + index),
  }))
}

export type Tensors = Record<string, Tensor>

export function tensorsOf(state: StepsInput['state']): Tensors {
  return Object.fromEntries([...state].map(([name, { shape, numbers }]) => [name, tensorOf(numbers, shape)]))
}

/** Each number of several steps as one tensor `[steps]`; of a single step as a scalar where `shape` is []. */
export function columns(numbers: readonly StepNumbers[], shape: readonly number[] = [numbers.length]): Tensors {
  const names = Object.keys(numbers[0] ?? {})
  return Object.fromEntries(
    names.map((name) => [
      name,
      tensorOf(
        Float32Array.from(numbers, (step) => step[name] ?? 0),
        shape,
      ),
    ]),
  )
}

/** An entry that must be there. */
export function held(tensors: Readonly<Record<string, Tensor>>, name: string): Tensor {
  const tensor = tensors[name]
  if (tensor === undefined) throw new Error(`there is no tensor "${name}"`)
  return tensor
}

export function heldNumbers(tensors: Readonly<Record<string, Tensor>>, name: string): Float32Array {
  return float32Of(held(tensors, name))
}
