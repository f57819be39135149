/** The arguments of built-in functions: by place or by name, checked, and turned into what the function works with. */
import type { Operand } from './arithmetic.ts'
import type { DType } from './dtype.ts'
import { Mistake } from './mistake.ts'
import { didYouMean } from './suggest.ts'
import { scalar } from './tensor.ts'
import type { Tensor } from './tensor.ts'
import { describe, numberOf } from './values.ts'
import type { Call, Value } from './values.ts'

/**
 * The values of these parameters, in their order; undefined for those left out. The first `required` must be there.
 * Throws `tensor/wrong-type`.
 */
export function bind(
  { arguments: values, keywords }: Pick<Call, 'arguments' | 'keywords'>,
  name: string,
  parameters: readonly string[],
  required: number,
): readonly (Value | undefined)[] {
  if (values.length > parameters.length) {
    const most = parameters.length === 0 ? 'nothing' : `at most ${parameters.length} (${parameters.join(', ')})`
    throw new Mistake('tensor/wrong-type', `${name}() takes ${most} in its brackets; ${values.length} are given.`)
  }
  for (const keyword of keywords.keys()) {
    const place = parameters.indexOf(keyword)
    if (place === -1) {
      const known = parameters.length === 0 ? 'It has none.' : `It has ${parameters.join(', ')}.`
      throw new Mistake(
        'tensor/wrong-type',
        `${name}() has no setting called ${keyword}. ${known}${didYouMean(keyword, parameters)}`,
      )
    }
    if (place < values.length) throw new Mistake('tensor/wrong-type', `${name}() is given ${keyword} twice.`)
  }
  const bound = parameters.map((parameter, place) => values[place] ?? keywords.get(parameter))
  const missing = parameters.filter((_, place) => place < required && bound[place] === undefined)
  if (missing.length > 0) {
    throw new Mistake('tensor/wrong-type', `${name}() also needs ${missing.join(' and ')} in its brackets.`)
  }
  return bound
}

/** A tensor as it is; numbers, lists of numbers and truth values are made into one. */
export function toTensor(value: Value | undefined, what: string): Tensor {
  if (value?.kind === 'tensor') return value
  if (value?.kind === 'int') return scalar('int64', value.value)
  if (value?.kind === 'float') return scalar('float32', value.value)
  if (value?.kind === 'bool') return scalar('bool', value.value ? 1 : 0)
  throw new Mistake(
    'tensor/wrong-type',
    `${what} must be a tensor, and it is ${value === undefined ? 'missing' : describe(value)}.${value?.kind === 'list' ? ' Put it in tensor( ).' : ''}`,
  )
}

/** A side of a calculation: tensors as they are, plain numbers with the lesser weight that they have. */
export function toOperand(value: Value): Operand | null {
  if (value.kind === 'tensor') return value
  const number = numberOf(value)
  if (number === null) return null
  return { value: number, dtype: value.kind === 'int' ? 'int64' : value.kind === 'bool' ? 'bool' : 'float32' }
}

/** A whole number; a tensor of one whole number counts. */
export function toInt(value: Value | undefined, what: string): number {
  if (value?.kind === 'int') return value.value
  if (value?.kind === 'bool') return value.value ? 1 : 0
  if (value?.kind === 'tensor' && value.count === 1 && !value.dtype.startsWith('float'))
    return value.storage[value.offset] ?? 0
  throw new Mistake(
    'tensor/wrong-type',
    `${what} must be a whole number, and it is ${value === undefined ? 'missing' : describe(value)}.`,
  )
}

export function toNumber(value: Value | undefined, what: string): number {
  if (value?.kind === 'int' || value?.kind === 'float') return value.value
  if (value?.kind === 'bool') return value.value ? 1 : 0
  if (value?.kind === 'tensor' && value.count === 1) return value.storage[value.offset] ?? 0
  throw new Mistake(
    'tensor/wrong-type',
    `${what} must be a number, and it is ${value === undefined ? 'missing' : describe(value)}.`,
  )
}

export function toBool(value: Value | undefined, fallback: boolean, what: string): boolean {
  if (value === undefined) return fallback
  if (value.kind === 'bool') return value.value
  throw new Mistake('tensor/wrong-type', `${what} must be True or False, and it is ${describe(value)}.`)
}

export function toText(value: Value | undefined, what: string): string {
  if (value?.kind === 'string') return value.value
  throw new Mistake(
    'tensor/wrong-type',
    `${what} must be a text in quotes, and it is ${value === undefined ? 'missing' : describe(value)}.`,
  )
}

export function toDType(value: Value | undefined): DType | null {
  if (value === undefined || value.kind === 'none') return null
  if (value.kind === 'dtype') return value.dtype
  if (value.kind === 'builtin' && value.name === 'float') return 'float32'
  if (value.kind === 'builtin' && value.name === 'int') return 'int64'
  if (value.kind === 'builtin' && value.name === 'bool') return 'bool'
  throw new Mistake('tensor/wrong-type', `A type of numbers is torch.float32, torch.int64, torch.uint8 or torch.bool; this is ${describe(value)}.`) // prettier-ignore
}

/** One axis or several: `0`, `(-1, -2)`; null where none is named. */
export function toAxes(value: Value | undefined): readonly number[] | null {
  if (value === undefined || value.kind === 'none') return null
  if (value.kind === 'list' || value.kind === 'tuple') return value.items.map((item) => toInt(item, 'An axis'))
  return [toInt(value, 'An axis')]
}

/** Sizes given one by one, `(2, 3)`, or as one list, tuple or shape. */
export function toShape(values: readonly Value[], name: string): readonly number[] {
  const [first] = values
  const list = values.length === 1 && (first?.kind === 'list' || first?.kind === 'tuple') ? first.items : values
  if (list.length === 0 && first === undefined) {
    throw new Mistake('tensor/wrong-type', `${name}() needs at least one size in its brackets, such as ${name}(2, 3).`)
  }
  return list.map((item) => toInt(item, 'A size'))
}

/** Tensors in a list or tuple, or along the first axis of one. */
export function toTensors(value: Value | undefined, name: string): readonly Tensor[] {
  if (value?.kind === 'list' || value?.kind === 'tuple') {
    return value.items.map((item, index) => {
      if (item.kind === 'tensor') return item
      throw new Mistake(
        'tensor/wrong-type',
        `${name}() joins tensors, and number ${index} of the list is ${describe(item)}. Put it in tensor( ).`,
      )
    })
  }
  throw new Mistake(
    'tensor/wrong-type',
    `${name}() takes a list of tensors, as in ${name}([a, b]); this is ${value === undefined ? 'missing' : describe(value)}.`,
  )
}
