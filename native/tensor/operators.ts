/** What the signs of the language do with two values: numbers as in Python, tensors as in PyTorch, lists joined and repeated. */
import { toOperand } from './arguments.ts'
import { arithmetic, combineBits, compare, negate } from './arithmetic.ts'
import type { ComparisonName } from './arithmetic.ts'
import { LONGEST_STRING, spendList, tick } from './limits.ts'
import { matrixProduct } from './matrix.ts'
import { Mistake } from './mistake.ts'
import type { BinaryOperator, Comparison } from './syntax.ts'
import { mapOne } from './walk.ts'
import { bool, describe, float, int, isTrue, list, numberOf, tuple } from './values.ts'
import type { Value } from './values.ts'

/** Throws `tensor/wrong-type` where the two cannot be combined, and all that the operations throw. */
export function binary(operator: BinaryOperator, left: Value, right: Value): Value {
  if (left.kind === 'tensor' || right.kind === 'tensor') return withTensor(operator, left, right)
  const [a, b] = [numberOf(left), numberOf(right)]
  if (a !== null && b !== null) return numbers(operator, left, right, a, b)
  if (operator === '/' && left.kind === 'path' && right.kind === 'string') {
    return { ...left, parts: [...left.parts, ...right.value.split('/').filter((part) => part !== '')] }
  }
  const sequence = sequences(operator, left, right)
  if (sequence !== null) return sequence
  throw cannot(operator, left, right)
}

function withTensor(operator: BinaryOperator, left: Value, right: Value): Value {
  const [a, b] = [toOperand(left), toOperand(right)]
  if (a === null || b === null) throw cannot(operator, left, right)
  if (operator === '@') {
    if (left.kind === 'tensor' && right.kind === 'tensor') return matrixProduct(left, right)
    throw new Mistake('tensor/wrong-type', `@ multiplies matrices, and one side is ${describe(left.kind === 'tensor' ? right : left)}. Use * for a plain number.`) // prettier-ignore
  }
  if (operator === '&' || operator === '|' || operator === '^') return combineBits(operator, a, b)
  return arithmetic(operator, a, b)
}

function cannot(operator: BinaryOperator, left: Value, right: Value): Mistake {
  const lists = [left, right].some(({ kind }) => kind === 'list' || kind === 'tuple')
  const functions = [left, right].find(({ kind }) => kind === 'function' || kind === 'builtin')
  const advice = lists
    ? ' Lists do not calculate: put the list in tensor( ) first, or stack( ) a list of tensors.'
    : functions !== undefined && 'name' in functions
      ? ` To call the function, write ${functions.name}( ) with brackets.`
      : [left, right].some(({ kind }) => kind === 'none')
        ? ' None stands for nothing: look at where this value comes from.'
        : ''
  return new Mistake('tensor/wrong-type', `${operator} does not work between ${describe(left)} and ${describe(right)}.${advice}`) // prettier-ignore
}

function numbers(operator: BinaryOperator, left: Value, right: Value, a: number, b: number): Value {
  const whole = left.kind !== 'float' && right.kind !== 'float'
  const result = calculate(operator, a, b, whole)
  const staysWhole = whole && operator !== '/' && !(operator === '**' && b < 0)
  if (!staysWhole) return float(result)
  if (left.kind === 'bool' && right.kind === 'bool' && ['&', '|', '^'].includes(operator)) return bool(result !== 0)
  if (!Number.isSafeInteger(result)) {
    throw new Mistake('tensor/wrong-value', 'The result is larger than 9,007,199,254,740,991, the largest whole number on the bench. Write one side with a point, such as 2.0.') // prettier-ignore
  }
  return int(result)
}

function calculate(operator: BinaryOperator, a: number, b: number, whole: boolean): number {
  if (b === 0 && (operator === '/' || operator === '//' || operator === '%')) {
    throw new Mistake('tensor/wrong-value', `${a} is divided by 0 here, which has no result.`)
  }
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '//':
      return Math.floor(a / b)
    case '%':
      return a - b * Math.floor(a / b)
    case '**':
      return a ** b
    case '&':
    case '|':
    case '^':
      if (!whole) throw new Mistake('tensor/wrong-type', `${operator} combines true and false, or whole numbers.`)
      return operator === '&' ? a & b : operator === '|' ? a | b : a ^ b
    case '@':
      throw new Mistake('tensor/wrong-type', '@ multiplies matrices; for plain numbers write *.')
  }
}

/** Lists and texts: joined with +, repeated with *. Null for all else. */
function sequences(operator: BinaryOperator, left: Value, right: Value): Value | null {
  if (operator === '+') {
    if (left.kind === 'string' && right.kind === 'string') return text(left.value + right.value)
    if (left.kind === 'list' && right.kind === 'list') return joined([...left.items, ...right.items], 'list')
    if (left.kind === 'tuple' && right.kind === 'tuple') return joined([...left.items, ...right.items], 'tuple')
    return null
  }
  if (operator !== '*') return null
  const [sequence, times] =
    left.kind === 'int' ? [right, left.value] : [left, right.kind === 'int' ? right.value : null]
  if (times === null) return null
  const count = Math.max(0, times)
  if (sequence.kind === 'string') {
    if (sequence.value.length * count > LONGEST_STRING) throw tooLong()
    return text(sequence.value.repeat(count))
  }
  if (sequence.kind !== 'list' && sequence.kind !== 'tuple') return null
  const { items } = sequence
  spendList(items.length * count)
  const repeated = Array.from({ length: items.length * count }, (_, index) => items[index % items.length])
  return joined(
    repeated.filter((value) => value !== undefined),
    sequence.kind,
  )
}

function joined(items: Value[], kind: 'list' | 'tuple'): Value {
  spendList(items.length)
  return kind === 'list' ? list(items) : tuple(items)
}

function text(value: string): Value {
  if (value.length > LONGEST_STRING) throw tooLong()
  return { kind: 'string', value }
}

function tooLong(): Mistake {
  return new Mistake('tensor/too-large', `A text on the bench has at most ${LONGEST_STRING.toLocaleString('en-US')} letters.`) // prettier-ignore
}

export function unary(operator: '+' | '-' | '~' | 'not', value: Value): Value {
  if (operator === 'not') return bool(!isTrue(value))
  if (value.kind === 'tensor') {
    if (operator === '+') return value
    if (operator === '-') return negate(value)
    if (value.dtype === 'bool') return mapOne(value, 'bool', (x) => (x ? 0 : 1))
    if (value.dtype.startsWith('float')) throw new Mistake('tensor/wrong-type', `~ turns true and false over, and these are ${value.dtype}.`) // prettier-ignore
    return mapOne(value, value.dtype, (x) => -x - 1)
  }
  const number = numberOf(value)
  if (number === null || (operator === '~' && value.kind === 'float')) {
    throw new Mistake('tensor/wrong-type', `${operator} works on numbers and tensors, and this is ${describe(value)}.${value.kind === 'list' ? ' Put it in tensor( ) first.' : ''}`) // prettier-ignore
  }
  if (operator === '~') return int(-number - 1)
  const result = operator === '-' ? -number : number
  return value.kind === 'float' ? float(result) : int(result + 0)
}

/** One comparison. With a tensor it gives true and false, number by number. */
export function comparison(operator: Comparison, left: Value, right: Value): Value {
  if (operator === 'is' || operator === 'is not') return bool(isSame(left, right) === (operator === 'is'))
  if (operator === 'in' || operator === 'not in') return bool(contains(left, right) === (operator === 'in'))
  return ordered(operator, left, right)
}

function isSame(left: Value, right: Value): boolean {
  if (left.kind === 'none' || right.kind === 'none') return left.kind === right.kind
  return left === right || (left.kind === 'bool' && right.kind === 'bool' && left.value === right.value)
}

function contains(value: Value, inside: Value): boolean {
  if (inside.kind === 'string' && value.kind === 'string') return inside.value.includes(value.value)
  if (inside.kind === 'list' || inside.kind === 'tuple') return inside.items.some((item) => equal(value, item))
  throw new Mistake('tensor/wrong-type', `in looks into a list or a text, and this is ${describe(inside)}.`)
}

function ordered(operator: ComparisonName, left: Value, right: Value): Value {
  if (left.kind === 'tensor' || right.kind === 'tensor') {
    const [a, b] = [toOperand(left), toOperand(right)]
    if (a !== null && b !== null) return compare(operator, a, b)
  }
  if (operator === '==' || operator === '!=') return bool(equal(left, right) === (operator === '=='))
  const [a, b] = [numberOf(left), numberOf(right)]
  if (a !== null && b !== null) {
    return bool(operator === '<' ? a < b : operator === '<=' ? a <= b : operator === '>' ? a > b : a >= b)
  }
  throw new Mistake('tensor/wrong-type', `${operator} compares numbers and tensors; here are ${describe(left)} and ${describe(right)}.`) // prettier-ignore
}

/** As Python's == of anything but tensors. */
function equal(left: Value, right: Value): boolean {
  tick()
  const [a, b] = [numberOf(left), numberOf(right)]
  if (a !== null && b !== null) return a === b
  if (left.kind === 'string' && right.kind === 'string') return left.value === right.value
  if (left.kind === 'dtype' && right.kind === 'dtype') return left.dtype === right.dtype
  if ((left.kind === 'list' && right.kind === 'list') || (left.kind === 'tuple' && right.kind === 'tuple')) {
    const other = right.items
    return left.items.length === other.length && left.items.every((item, index) => equal(item, other[index] ?? item))
  }
  return isSame(left, right)
}
