/** Functions of one number, applied to each number of a tensor: the rule and its derivative side by side. */
import { isFloating } from './dtype.ts'
import { record } from './gradient.ts'
import { Mistake } from './mistake.ts'
import type { Tensor } from './tensor.ts'
import { mapOne, mapThree } from './walk.ts'

type Rule = {
  readonly compute: (x: number) => number
  /** By what the gradient is multiplied, at x with the value y. */
  readonly derivative: (x: number, y: number) => number
  /** Keeps whole numbers whole; others make fractions of them. */
  readonly keepsWhole?: true
}

/** To add one: an entry here, which is then a method of tensors and a function of torch. */
const rules = {
  abs: { compute: Math.abs, derivative: (x) => Math.sign(x), keepsWhole: true },
  relu: { compute: (x) => (x < 0 ? 0 : x), derivative: (x) => (x > 0 ? 1 : 0), keepsWhole: true },
  square: { compute: (x) => x * x, derivative: (x) => 2 * x, keepsWhole: true },
  sign: { compute: Math.sign, derivative: () => 0, keepsWhole: true },
  round: { compute: roundHalfToEven, derivative: () => 0, keepsWhole: true },
  floor: { compute: Math.floor, derivative: () => 0, keepsWhole: true },
  ceil: { compute: Math.ceil, derivative: () => 0, keepsWhole: true },
  sqrt: { compute: Math.sqrt, derivative: (_, y) => 0.5 / y },
  exp: { compute: Math.exp, derivative: (_, y) => y },
  log: { compute: Math.log, derivative: (x) => 1 / x },
  sigmoid: { compute: (x) => 1 / (1 + Math.exp(-x)), derivative: (_, y) => y * (1 - y) },
  tanh: { compute: Math.tanh, derivative: (_, y) => 1 - y * y },
  sin: { compute: Math.sin, derivative: Math.cos },
  cos: { compute: Math.cos, derivative: (x) => -Math.sin(x) },
} as const satisfies Readonly<Record<string, Rule>>

export type FunctionName = keyof typeof rules
export const functionNames = Object.keys(rules) as readonly FunctionName[]

/** Shape: the input's. Throws `tensor/wrong-type` for true and false where that has no meaning. */
export function applyFunction(name: FunctionName, input: Tensor): Tensor {
  const rule: Rule = rules[name]
  if (input.dtype === 'bool' && rule.keepsWhole === true) {
    throw new Mistake(
      'tensor/wrong-type',
      `${name}() needs numbers, and these are true and false. Call .float() first.`,
    )
  }
  const fractions = input.isArray ? 'float64' : 'float32'
  const dtype = isFloating(input.dtype) || rule.keepsWhole === true ? input.dtype : fractions
  const result = mapOne(input, dtype, rule.compute)
  return record(result, name, [input], (gradient) => [
    mapThree(gradient, input, result, gradient.dtype, (g, x, y) => g * rule.derivative(x, y)),
  ])
}

function roundHalfToEven(x: number): number {
  const rounded = Math.round(x)
  return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded
}
