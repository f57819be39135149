/** What a model is to the rest of native: named parameters, and a graph from pixels to logits. */
import type { Value } from '../../graph/index.ts'
import type { Parameter } from '../parameters.ts'

/**
 * `training` graphs are built for one batch size and have gradients. `inference` graphs take any batch and use the operators
 * that a reader of the file expects.
 */
export type Purpose = 'training' | 'inference'

/** Leaves out a share of the units, in training alone; `place` numbers the places where a model does so. */
export type Dropout = (units: Value, place: number) => Value

/**
 * A model tells its inner values by the names that people know: `layer1.sum` (weighted sums), `layer1.activation`, and
 * `layer1.kept` where dropout may have left some out; the microscope and the pictures of activations are made of these. The
 * same names in training and inference. `arrange` gives a value, and then its gradient, the form that people expect, where it
 * is computed in another order; it may only move numbers.
 */
export type Note = (name: string, value: Value, arrange?: (value: Value) => Value) => void

export type Model = {
  readonly parameters: readonly Parameter[]
  /** `pixels` are `[batch, 784]`, 0 to 1; the answer is `[batch, outputs]` logits. Parameters are given by name. */
  readonly logits: (
    pixels: Value,
    parameter: (name: string) => Value,
    purpose: Purpose,
    dropout: Dropout,
    note: Note,
  ) => Value
}

/** For inference: all units stay. */
export const keepAll: Dropout = (units) => units

/** For whoever wants the logits alone. */
export const noteNothing: Note = () => undefined

/** A fully connected layer's parameters: weight `[inputs, outputs]` and bias `[outputs]`. */
export function linearParameters(name: string, inputs: number, outputs: number): Parameter[] {
  return [
    { name: `${name}.weight`, shape: [inputs, outputs], role: 'weight', inputs, outputs },
    { name: `${name}.bias`, shape: [outputs], role: 'bias', inputs, outputs },
  ]
}

/** A convolution's parameters: weight `[outputs, channels, size, size]` and bias `[outputs]`. */
export function convolutionParameters(name: string, channels: number, outputs: number, size: number): Parameter[] {
  const fans = { inputs: channels * size * size, outputs: outputs * size * size }
  return [
    { name: `${name}.weight`, shape: [outputs, channels, size, size], role: 'weight', ...fans },
    { name: `${name}.bias`, shape: [outputs], role: 'bias', ...fans },
  ]
}

/** A convolution without bias, and the normalization after it: weight, gain and shift `[outputs]`. */
export function normalizedConvolutionParameters(
  name: string,
  channels: number,
  outputs: number,
  size: number,
): Parameter[] {
  const fans = { inputs: channels * size * size, outputs: outputs * size * size }
  return [
    { name: `${name}.weight`, shape: [outputs, channels, size, size], role: 'weight', ...fans },
    { name: `${name}.gain`, shape: [outputs], role: 'gain', ...fans },
    { name: `${name}.shift`, shape: [outputs], role: 'shift', ...fans },
  ]
}
