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

export type Model = {
  readonly parameters: readonly Parameter[]
  /** `pixels` are `[batch, 784]`, 0 to 1; the answer is `[batch, outputs]` logits. Parameters are given by name. */
  readonly logits: (pixels: Value, parameter: (name: string) => Value, purpose: Purpose, dropout: Dropout) => Value
}

/** For inference: all units stay. */
export const keepAll: Dropout = (units) => units

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
