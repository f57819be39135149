/**
 * One training step as a graph: pick a mini-batch, predict, measure the loss, go back, update. This is what the seven
 * steps of the chapter become; native/trainer runs it.
 */
import {
  add,
  blocked,
  constant,
  dequantize,
  gatherRows,
  gradients,
  input,
  mul,
  portable,
  simplify,
  unroll,
  writeModel,
  writeRepeatedStep,
  nextName,
  type RepeatedStep,
  type Value,
} from '../graph/index.ts'
import { lossFunctions } from './losses.ts'
import { buildModel, keepAll, noteNothing, type Model, type ModelSpecification, type Note } from './models/index.ts'
import { dropoutFactor, dropoutOf, dropoutScalar } from './dropout.ts'
import { optimizerFunctions } from './optimizers.ts'
import type { RunSpecification } from './specification.ts'

/** Names of the inputs and outputs beside the state, which has its own names and leaves as `nextName(name)`. */
export const stepNames = {
  /** `[images, 784]` uint8: the whole data set. */
  images: 'images',
  /** `[images]` int32: the class index of each image, which its target is looked up by. */
  classes: 'classes',
  /** `[batch]` int32: which images this step takes; `[steps, batch]` when repeated. */
  indices: 'indices',
  /** Scalar; `[steps]` when repeated. */
  learningRate: 'learning_rate',
  /** Mean loss of the mini-batch before the update; `[steps]` when repeated. */
  loss: 'loss',
} as const

export type StepSpecification = ModelSpecification &
  Pick<RunSpecification, 'dropout' | 'forgetZeroGrad' | 'labelSmoothing' | 'optimizer' | 'weightDecay' | 'seed'>

/**
 * The numbers that a step gets anew beside the learning rate, by name: what the optimizer and dropout ask for. `step` is 1 for
 * the first. Scalars; `[steps]` when repeated.
 */
export function stepScalars(spec: StepSpecification, step: number): Readonly<Record<string, number>> {
  const dropout = spec.dropout > 0 ? { [dropoutScalar]: dropoutFactor(spec.seed, step) } : {}
  return { ...optimizerFunctions[spec.optimizer].scalars(step), ...dropout }
}

/** What goes from step to step: the parameters, and what the optimizer remembers of each. */
export function stateShapes(spec: StepSpecification): Map<string, readonly number[]> {
  const { parameters } = buildModel(spec)
  const slots = slotsOf(spec)
  const remembered = slots.flatMap((slot) =>
    parameters.map(({ name, shape }) => [memoryName(name, slot), shape] as const),
  )
  return new Map([...parameters.map(({ name, shape }) => [name, shape] as const), ...remembered])
}

/** Names of what the optimizer itself remembers of the parameters, none for plain SGD. */
export function optimizerMemory(spec: StepSpecification): string[] {
  const { slots } = optimizerFunctions[spec.optimizer]
  return slots.flatMap((slot) => buildModel(spec).parameters.map(({ name }) => memoryName(name, slot)))
}

/** Where gradients add up when nobody sets them to zero. */
const GRADIENT_SUM = 'gradient_sum'

const slotsOf = (spec: StepSpecification): readonly string[] => {
  const { slots } = optimizerFunctions[spec.optimizer]
  return spec.forgetZeroGrad ? [...slots, GRADIENT_SUM] : slots
}

const memoryName = (parameter: string, slot: string): string => `${parameter}.${slot}`

/** Sizes that the graph is built for. */
export type StepSizes = {
  readonly images: number
  readonly outputs: number
  readonly batch: number
  /** Channels that convolutions take as one block: what suits the processor that is to run the steps. None unless given. */
  readonly block?: number
}

/**
 * What the model should answer for each class, `[classes, outputs]`: with one output the class index itself, else a one at the
 * class. Smoothing takes its share off the one and spreads it over all outputs. Looked up by class, it stays in the cache.
 */
function targetRows(spec: StepSpecification, outputs: number): Value {
  const classCount = spec.digits.length
  const spread = spec.labelSmoothing / outputs
  const rows = Array.from({ length: classCount }, (_, index) =>
    outputs === 1
      ? [index]
      : Array.from({ length: outputs }, (_unused, output) => spread + (output === index ? 1 - spec.labelSmoothing : 0)),
  )
  return constant(rows.flat(), { shape: [classCount, outputs] })
}

/**
 * The step as it is thought: forward, back, update, before it is simplified for running. `note` is told of the pixels `[batch, 784]`,
 * what the model notes, the logits and the targets `[batch, outputs]`; `state` holds each value before and after.
 */
export function stepGraph(spec: StepSpecification, sizes: StepSizes, note: Note = noteNothing) {
  const model = buildModel(spec)
  const images = input(stepNames.images, [sizes.images, 784], 'uint8')
  const classes = input(stepNames.classes, [sizes.images], 'int32')
  const indices = input(stepNames.indices, [sizes.batch], 'int32')
  const scalarNames = [stepNames.learningRate, ...Object.keys(stepScalars(spec, 1))]
  const scalars = new Map(scalarNames.map((name) => [name, input(name, [])]))
  const state = new Map([...stateShapes(spec)].map(([name, shape]) => [name, input(name, shape)]))
  const weights = model.parameters.map(({ name }) => known(state, name))

  const pixels = dequantize(gatherRows(images, indices), 1 / 255)
  note('pixels', pixels)
  const dropout = spec.dropout > 0 ? dropoutOf(spec.dropout, spec.seed, known(scalars, dropoutScalar)) : keepAll
  const logits = model.logits(pixels, (name) => known(state, name), 'training', dropout, note)
  const targets = gatherRows(targetRows(spec, sizes.outputs), gatherRows(classes, indices))
  note('logits', logits)
  note('targets', targets)
  const loss = lossFunctions[spec.loss].graph(logits, targets)
  const optimizer = optimizerFunctions[spec.optimizer]
  const learningRate = known(scalars, stepNames.learningRate)
  // A sum of gradients outlives its step's learning rate, so it holds the gradients themselves.
  const slopes = gradients(loss, weights, optimizer.scaled && !spec.forgetZeroGrad ? learningRate : undefined)

  const next = new Map<string, Value>()
  for (const [position, { name }] of model.parameters.entries()) {
    const weight = known(state, name)
    let gradient = slopes[position] ?? weight
    if (spec.forgetZeroGrad) {
      gradient = add(known(state, memoryName(name, GRADIENT_SUM)), gradient)
      next.set(memoryName(name, GRADIENT_SUM), gradient)
      if (optimizer.scaled) gradient = mul(gradient, learningRate)
    }
    const { weight: moved, memory } = optimizer.update({
      weight,
      gradient,
      memory: Object.fromEntries(optimizer.slots.map((slot) => [slot, known(state, memoryName(name, slot))])),
      scalar: (scalar) => known(scalars, scalar),
      weightDecay: spec.weightDecay,
    })
    next.set(name, moved)
    for (const [slot, value] of Object.entries(memory)) next.set(memoryName(name, slot), value)
  }

  const parameterNames = new Set(model.parameters.map(({ name }) => name))
  const moves = [...state].map(([name, before]) => {
    return { name, before, after: known(next, name), isParameter: parameterNames.has(name) }
  })
  return { images, classes, indices, scalars: [...scalars.values()], loss, state: moves }
}

/** The outputs in the form that is to be run: simplified, and as suits the processor. */
export function forRunning(outputs: readonly Value[], { block }: Pick<StepSizes, 'block'>): Value[] {
  const simple = simplify(outputs)
  return block === undefined ? simple : blocked(simple, block)
}

function buildStep(spec: StepSpecification, sizes: StepSizes) {
  const step = stepGraph(spec, sizes)
  const [loss = step.loss, ...after] = forRunning([step.loss, ...step.state.map((moves) => moves.after)], sizes)
  const state = step.state.map(({ before }, position) => ({ before, after: after[position] ?? before }))
  return { ...step, loss, state }
}

/** A model file that makes one step. */
export function writeTrainingStep(spec: StepSpecification, sizes: StepSizes): Uint8Array {
  const { images, classes, indices, scalars, loss, state } = buildStep(spec, sizes)
  return writeModel({
    name: 'training_step',
    inputs: [...state.map(({ before }) => before), indices, ...scalars, images, classes],
    outputs: {
      ...Object.fromEntries(state.map(({ before, after }) => [nextName(nameOf(before)), after])),
      [stepNames.loss]: loss,
    },
  })
}

/** A model file that makes as many steps in one run as the indices have rows. */
export function writeTrainingSteps(spec: StepSpecification, sizes: StepSizes): Uint8Array {
  return writeRepeatedStep(repeatedStep(buildStep(spec, sizes)))
}

/** The same for exactly `steps` steps and for GPU providers: no Scan, and no operator that they lack. */
export function writeUnrolledSteps(spec: StepSpecification, sizes: StepSizes, steps: number): Uint8Array {
  const step = buildStep(spec, sizes)
  const [loss = step.loss, ...after] = portable([step.loss, ...step.state.map((moves) => moves.after)])
  const state = step.state.map(({ before }, position) => ({ before, after: after[position] ?? before }))
  return writeModel(unroll(repeatedStep({ ...step, loss, state }), steps))
}

function repeatedStep({ images, classes, indices, scalars, loss, state }: ReturnType<typeof buildStep>): RepeatedStep {
  return {
    name: 'training_steps',
    state,
    sliced: [indices, ...scalars],
    shared: [images, classes],
    collected: { [stepNames.loss]: loss },
  }
}

/** A model file from uint8 images `[batch, 784]` and the parameters to `logits`, for evaluation while training. */
export function writeEvaluation(model: Model): Uint8Array {
  const images = input(stepNames.images, ['batch', 784], 'uint8')
  const weights = new Map(model.parameters.map(({ name, shape }) => [name, input(name, shape)]))
  const pixels = dequantize(images, 1 / 255)
  const logits = model.logits(pixels, (name) => known(weights, name), 'inference', keepAll, noteNothing)
  const [simple = logits] = simplify([logits])
  return writeModel({ name: 'evaluation', inputs: [images, ...weights.values()], outputs: { logits: simple } })
}

function known(weights: ReadonlyMap<string, Value>, name: string): Value {
  const weight = weights.get(name)
  if (weight === undefined) throw new Error(`the model has no parameter "${name}"`)
  return weight
}

function nameOf(leaf: Value): string {
  if (leaf.source.kind !== 'input') throw new Error('a parameter is an input leaf')
  return leaf.source.name
}
