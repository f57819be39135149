/** The graph of a mini-batch's gradients by some parameters: the training step's own way there, without the update and without inner values. */
import { inOrder, reachedGradients, writeModel, type Value } from '../graph/index.ts'
import { gradientName } from './microscope-step.ts'
import { forRunning, stepGraph, type StepSizes, type StepSpecification } from './training-step.ts'

/**
 * Outputs: `gradientName` of each of these parameters, the slope of the loss by it, not times the learning rate. Inputs: of the training
 * step's those that this takes. A parameter that the loss does not depend on has no output.
 */
export function writeGradients(spec: StepSpecification, sizes: StepSizes, parameters: readonly string[]): Uint8Array {
  const step = stepGraph(spec, sizes)
  const befores = step.state.filter(({ name }) => parameters.includes(name))
  const slopes = reachedGradients(
    step.loss,
    befores.map(({ before }) => before),
  )
  const reached = befores.flatMap(({ name }, position): { name: string; slope: Value }[] => {
    const slope = slopes[position] ?? null
    return slope === null ? [] : [{ name, slope }]
  })
  const values = forRunning(
    reached.map(({ slope }) => slope),
    sizes,
  )
  const used = new Set(inOrder(values))
  const all = [...step.state.map(({ before }) => before), step.indices, ...step.scalars, step.images, step.classes]
  return writeModel({
    name: 'gradients',
    inputs: all.filter((value) => used.has(value)),
    outputs: Object.fromEntries(reached.map(({ name, slope }, at) => [gradientName(name), values[at] ?? slope])),
  })
}
