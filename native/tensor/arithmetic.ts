/**
 * Operations on two tensors, number by number: the rule and its two derivatives side by side. Types of results follow PyTorch;
 * shapes are broadcast.
 */
import { isFloating, resultType } from './dtype.ts'
import type { DType, Part } from './dtype.ts'
import { sumTo } from './fold.ts'
import { record } from './gradient.ts'
import { Mistake } from './mistake.ts'
import { Tensor } from './tensor.ts'
import { each, mapOne, mapThree, mapTwo } from './walk.ts'

/** A plain number beside a tensor: true is 1. Its type weighs less than a tensor's. */
export type Plain = { readonly value: number; readonly dtype: 'bool' | 'int64' | 'float32' }
export type Operand = Tensor | Plain

export type ArithmeticName = '+' | '-' | '*' | '/' | '//' | '%' | '**' | 'maximum' | 'minimum'
export type ComparisonName = '==' | '!=' | '<' | '<=' | '>' | '>='
export type BitName = '&' | '|' | '^'

type Derivative = (gradient: Tensor, a: Tensor, b: Tensor, result: Tensor) => Tensor

type Rule = {
  readonly compute: (a: number, b: number) => number
  /** The chain rule for the left and for the right side; missing where there is none to speak of. */
  readonly left?: Derivative
  readonly right?: Derivative
  /** Whole numbers give fractions. */
  readonly fractions?: true
}

const times = (a: Tensor, b: Tensor): Tensor => mapTwo(a, b, a.dtype, (x, y) => x * y)
const over = (a: Tensor, b: Tensor): Tensor => mapTwo(a, b, a.dtype, (x, y) => x / y)
const minus = (a: Tensor): Tensor => mapOne(a, a.dtype, (x) => -x)
/** The gradient where the condition holds; half of it where both sides are equal, as in PyTorch. */
const share = (gradient: Tensor, a: Tensor, b: Tensor, wins: (a: number, b: number) => boolean): Tensor =>
  times(
    gradient,
    mapTwo(a, b, gradient.dtype, (x, y) => (x === y ? 0.5 : wins(x, y) ? 1 : 0)),
  )

const rules: Readonly<Record<ArithmeticName, Rule>> = {
  '+': { compute: (a, b) => a + b, left: (g) => g, right: (g) => g },
  '-': { compute: (a, b) => a - b, left: (g) => g, right: minus },
  '*': { compute: (a, b) => a * b, left: (g, _, b) => times(g, b), right: (g, a) => times(g, a) },
  '/': {
    compute: (a, b) => a / b,
    fractions: true,
    left: (g, _, b) => over(g, b),
    // d(a / b)/db = -(a / b) / b
    right: (g, _, b, result) => minus(over(times(g, result), b)),
  },
  '//': { compute: (a, b) => Math.floor(a / b) },
  // The result has the sign of b.
  '%': { compute: (a, b) => a - b * Math.floor(a / b), left: (g) => g },
  '**': {
    compute: power,
    // d(a^b)/da = b a^(b - 1)
    left: (g, a, b) =>
      times(
        g,
        mapTwo(a, b, g.dtype, (x, y) => (y === 0 ? 0 : y * power(x, y - 1))),
      ),
    // d(a^b)/db = a^b ln a
    right: (g, a, _, result) =>
      times(
        g,
        mapTwo(result, a, g.dtype, (y, x) => (y === 0 ? 0 : y * Math.log(x))),
      ),
  },
  maximum: {
    compute: (a, b) => (Number.isNaN(a) || a > b ? a : b),
    left: (g, a, b) => share(g, a, b, (x, y) => x > y),
    right: (g, a, b) => share(g, a, b, (x, y) => x < y),
  },
  minimum: {
    compute: (a, b) => (Number.isNaN(a) || a < b ? a : b),
    left: (g, a, b) => share(g, a, b, (x, y) => x < y),
    right: (g, a, b) => share(g, a, b, (x, y) => x > y),
  },
}

/** JavaScript says 1 ** NaN is not a number; elsewhere it is 1. */
function power(a: number, b: number): number {
  return a === 1 ? 1 : a ** b
}

const comparisons: Readonly<Record<ComparisonName, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}

const bits: Readonly<Record<BitName, (a: number, b: number) => number>> = {
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
}

/**
 * Shape: broadcast. Throws `tensor/shape-mismatch`, `tensor/wrong-value` (whole numbers divided by zero, or to a negative
 * power), `tensor/wrong-type` (true and false subtracted).
 */
export function arithmetic(name: ArithmeticName, a: Operand, b: Operand): Tensor {
  const rule = rules[name]
  const common = commonType(a, b)
  const dtype = rule.fractions === true && !isFloating(common) ? 'float32' : common
  checkTypes(name, dtype, a, b)
  const [left, right] = [asTensor(a, dtype), asTensor(b, dtype)]
  const result = mapTwo(left, right, dtype, rule.compute)
  return record(result, name, [left, right], (gradient) => [
    left.requiresGrad && rule.left ? sumTo(rule.left(gradient, left, right, result), left.shape) : null,
    right.requiresGrad && rule.right ? sumTo(rule.right(gradient, left, right, result), right.shape) : null,
  ])
}

/** True and false, number by number. Shape: broadcast. */
export function compare(name: ComparisonName, a: Operand, b: Operand): Tensor {
  const dtype = commonType(a, b)
  const holds = comparisons[name]
  return mapTwo(asTensor(a, dtype), asTensor(b, dtype), 'bool', (x, y) => (holds(x, y) ? 1 : 0))
}

/** And, or, exclusive or: of truth values, or of the bits of whole numbers. */
export function combineBits(name: BitName, a: Operand, b: Operand): Tensor {
  const dtype = commonType(a, b)
  if (isFloating(dtype)) {
    throw new Mistake(
      'tensor/wrong-type',
      `${name} combines true and false, or whole numbers; here is ${dtype}. Put each comparison in brackets, as in (x > 0) ${name} (x < 1).`,
    )
  }
  return mapTwo(asTensor(a, dtype), asTensor(b, dtype), dtype, bits[name])
}

/** `a` where the condition holds, else `b`. Shape: all three broadcast. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  if (condition.dtype !== 'bool') {
    throw new Mistake(
      'tensor/wrong-type',
      `where() chooses by true and false, and its first argument is ${condition.dtype}. Make it a comparison, such as targets==1.`,
    )
  }
  const dtype = commonType(a, b)
  const [left, right] = [asTensor(a, dtype), asTensor(b, dtype)]
  const result = mapThree(condition, left, right, dtype, (holds, one, other) => (holds ? one : other))
  return record(result, 'where', [left, right], (gradient) => [
    sumTo(
      mapTwo(gradient, condition, dtype, (g, yes) => (yes ? g : 0)),
      left.shape,
    ),
    sumTo(
      mapTwo(gradient, condition, dtype, (g, yes) => (yes ? 0 : g)),
      right.shape,
    ),
  ])
}

export function negate(input: Tensor): Tensor {
  if (input.dtype === 'bool') {
    throw new Mistake('tensor/wrong-type', 'True and false have no negative. To turn them over, write ~ before it.')
  }
  return record(minus(input), 'neg', [input], (gradient) => [minus(gradient)])
}

/** A tensor in another type of numbers; fractions are cut off where it is whole. */
export function cast(input: Tensor, dtype: DType): Tensor {
  if (input.dtype === dtype) return input
  const cut = isFloating(input.dtype) && !isFloating(dtype)
  const result = mapOne(
    input,
    dtype,
    dtype === 'bool' ? (x) => (x === 0 ? 0 : 1) : cut ? (x) => (Number.isFinite(x) ? Math.trunc(x) : 0) : (x) => x,
  )
  return record(result, 'cast', [input], (gradient) => [cast(gradient, input.dtype)])
}

function commonType(a: Operand, b: Operand): DType {
  const array = [a, b].some((side) => side instanceof Tensor && side.isArray)
  const dtype = resultType([partOf(a), partOf(b)])
  // NumPy's fractions are double.
  const touched = [a, b].every((side) => !(side instanceof Tensor) || side.dtype !== 'float32')
  return array && dtype === 'float32' && touched ? 'float64' : dtype
}

function partOf(side: Operand): Part {
  if (side instanceof Tensor) return { dtype: side.dtype, strength: side.rank === 0 ? 'rank0' : 'axes' }
  return { dtype: side.dtype, strength: 'number' }
}

/** The operand in the type of the calculation; a plain number becomes a tensor of rank 0. */
function asTensor(side: Operand, dtype: DType): Tensor {
  if (side instanceof Tensor) return side.dtype === dtype || !isFloating(dtype) || !side.requiresGrad ? side : cast(side, dtype) // prettier-ignore
  const value = dtype === 'float32' ? Math.fround(side.value) : side.value
  return new Tensor('float64', Float64Array.of(value), { shape: [], strides: [], offset: 0 }, true)
}

function checkTypes(name: ArithmeticName, dtype: DType, a: Operand, b: Operand): void {
  if (name === '-' && [a, b].some((side) => side instanceof Tensor && side.dtype === 'bool')) {
    throw new Mistake(
      'tensor/wrong-type',
      'True and false cannot be subtracted. Call .float() on them first, as in 1 - is_3.float().',
    )
  }
  if (isFloating(dtype)) return
  const divides = name === '//' || name === '%'
  if (divides && some(b, (value) => value === 0)) {
    throw new Mistake('tensor/wrong-value', 'Whole numbers are divided by zero here, which has no whole result.')
  }
  if (name === '**' && some(b, (value) => value < 0)) {
    throw new Mistake(
      'tensor/wrong-value',
      'Whole numbers have no negative powers, since the results would be fractions. Call .float() on them first.',
    )
  }
}

function some(side: Operand, holds: (value: number) => boolean): boolean {
  if (!(side instanceof Tensor)) return holds(side.value)
  let found = false
  each(side, (value) => {
    found ||= holds(value)
  })
  return found
}
