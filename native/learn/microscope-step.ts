/**
 * The graph of the microscope: one training step with every value between the pixels and the next weights as an output of its
 * own. It is the step of training-step.ts, asked for more; nothing is computed by other rules.
 */
import {
  input,
  reachedGradients,
  reshape,
  sigmoid,
  simplify,
  softmax,
  writeModel,
  writeRepeatedStep,
  type Value,
} from '../graph/index.ts'
import { lossFunctions } from './losses.ts'
import { Notes, type NotedValue } from './notes.ts'
import { forRunning, stepGraph, type StepSizes, type StepSpecification } from './training-step.ts'

/** Names of what goes with a value. */
export const gradientName = (name: string): string => `${name}.gradient`
export const afterName = (name: string): string => `${name}.after`
export const updateName = (name: string): string => `${name}.update`

/** A value between the pixels and the loss. */
export type ObservedValue = NotedValue & {
  /** Whether `gradientName(name)` is there: not where the graph goes another way to the loss. */
  readonly hasGradient: boolean
}

export type MicroscopeStep = {
  /**
   * Inputs: images and classes of the mini-batch alone, indices, scalars and state, as the training step has them. Outputs: `loss`,
   * `probabilities`, and by their names `outputs`.
   */
  readonly model: Uint8Array
  readonly noted: readonly ObservedValue[]
  /** Every output with its shape. */
  readonly outputs: ReadonlyMap<string, readonly number[]>
}

/**
 * Outputs: what the model noted, `pixels`, `logits`, `targets`; with `.gradient` the slope of the loss by it (not yet times the
 * learning rate), of each parameter too; with `.after` each parameter and what the optimizer remembers after the step.
 */
export function writeMicroscopeStep(spec: StepSpecification, sizes: StepSizes): MicroscopeStep {
  const notes = new Notes()
  const step = stepGraph(spec, sizes, notes.take)
  const parameters = step.state.filter(({ isParameter }) => isParameter)
  const entries = notes.entries
  const slopes = reachedGradients(step.loss, [
    ...parameters.map(({ before }) => before),
    ...entries.map(({ value }) => value),
  ])

  const outputs = new Map<string, Value>([['loss', step.loss]])
  for (const { name, value, arrange } of entries) outputs.set(name, arrange(value))
  const logits = entries.find(({ name }) => name === 'logits')?.value
  if (logits !== undefined) outputs.set('probabilities', probabilitiesOf(spec, logits))
  for (const [position, { name }] of parameters.entries()) {
    const slope = slopes[position]
    if (slope !== null && slope !== undefined) outputs.set(gradientName(name), slope)
  }
  for (const [position, { name, arrange }] of entries.entries()) {
    const slope = slopes[parameters.length + position]
    if (slope !== null && slope !== undefined && name !== 'targets') outputs.set(gradientName(name), arrange(slope))
  }
  for (const { name, after } of step.state) outputs.set(afterName(name), after)

  const names = [...outputs.keys()]
  const values = forRunning([...outputs.values()], sizes)
  const model = writeModel({
    name: 'microscope',
    inputs: [...step.state.map(({ before }) => before), step.indices, ...step.scalars, step.images, step.classes],
    outputs: Object.fromEntries(names.map((name, position) => [name, values[position] ?? step.loss])),
  })
  return {
    model,
    noted: notes.described.map((value) => ({ ...value, hasGradient: outputs.has(gradientName(value.name)) })),
    outputs: new Map([...outputs].map(([name, value]) => [name, value.shape.map(Number)])),
  }
}

/** What the loss takes the logits for: with one output, or where each output is a yes or no, their sigmoids, else softmax. */
function probabilitiesOf(spec: StepSpecification, logits: Value): Value {
  return logits.shape[1] === 1 || spec.loss === 'binary_cross_entropy' ? sigmoid(logits) : softmax(logits)
}

/** A model from `logits` and `targets` `[images, outputs]` to `losses` `[images]`: of each image the loss of a mini-batch of it alone. */
export function writeLossOfImages(spec: StepSpecification, outputs: number): Uint8Array {
  const logits = input('logits', [outputs])
  const targets = input('targets', [outputs])
  const loss = lossFunctions[spec.loss].graph(reshape(logits, [1, outputs]), reshape(targets, [1, outputs]))
  const [losses = loss] = simplify([loss])
  return writeRepeatedStep({
    name: 'loss_of_images',
    state: [],
    sliced: [logits, targets],
    shared: [],
    collected: { losses },
  })
}
