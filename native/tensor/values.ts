/** The values of the little language: Python's numbers, lists and functions, and tensors. */
import type { Random } from '../learn/random.ts'
import type { DType } from './dtype.ts'
import { spendList } from './limits.ts'
import { Mistake } from './mistake.ts'
import type { Place } from './mistake.ts'
import type { Expression, Parameter, Statement } from './syntax.ts'
import { row } from './select.ts'
import { shapeText } from './tensor.ts'
import type { Tensor } from './tensor.ts'

export type Value =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'none' }
  | { readonly kind: 'ellipsis' }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'list'; readonly items: Value[] }
  /** `isSize`: the shape of a tensor, which calls itself torch.Size. */
  | { readonly kind: 'tuple'; readonly items: readonly Value[]; readonly isSize?: true }
  | { readonly kind: 'slice'; readonly from: number | null; readonly to: number | null; readonly step: number | null }
  | { readonly kind: 'dtype'; readonly dtype: DType }
  | { readonly kind: 'module'; readonly name: string; readonly members: ReadonlyMap<string, Value> }
  | { readonly kind: 'noGrad' }
  /** A folder of the data set, as the chapter names it: path/'train'/'3'. */
  | { readonly kind: 'path'; readonly parts: readonly string[]; readonly list: (parts: readonly string[]) => Value }
  | Builtin
  | OwnFunction
  | Tensor

/** What a built-in function is called with. */
export type Call = {
  readonly arguments: readonly Value[]
  readonly keywords: ReadonlyMap<string, Value>
  readonly host: Host
}

/** What the language gives its functions to work with. */
export type Host = {
  readonly print: (text: string) => void
  readonly show: (picture: Tensor) => void
  /** The session's random numbers; `seed` begins them anew. */
  readonly random: () => Random
  readonly seed: (seed: number) => void
}

export type Builtin = {
  readonly kind: 'builtin'
  readonly name: string
  readonly run: (call: Call) => Value
}

/** A function that a person wrote, with the text that it stands in. */
export type OwnFunction = {
  readonly kind: 'function'
  readonly name: string
  readonly parameters: readonly Parameter[]
  readonly body: { readonly statements: readonly Statement[] } | { readonly expression: Expression }
  readonly fallbacks: ReadonlyMap<string, Value>
  /** Names around it, where it was written inside another function. */
  readonly around: ReadonlyMap<string, Value> | null
  readonly source: string
  readonly place: Place
}

export const none: Value = { kind: 'none' }
export const int = (value: number): Value => ({ kind: 'int', value })
export const float = (value: number): Value => ({ kind: 'float', value })
export const bool = (value: boolean): Value => ({ kind: 'bool', value })
export const list = (items: Value[]): Value => ({ kind: 'list', items })
export const tuple = (items: readonly Value[]): Value => ({ kind: 'tuple', items })
export const sizeOf = (shape: readonly number[]): Value => ({ kind: 'tuple', items: shape.map(int), isSize: true })

/** "a tensor of shape [3]", "a list": for messages. */
export function describe(value: Value): string {
  switch (value.kind) {
    case 'tensor':
      return value.rank === 0
        ? `${value.isArray ? 'an array' : 'a tensor'} of one number`
        : `${value.isArray ? 'an array' : 'a tensor'} of shape ${shapeText(value.shape)}`
    case 'int':
      return `the whole number ${value.value}`
    case 'float':
      return `the number ${value.value}`
    case 'bool':
      return value.value ? 'True' : 'False'
    case 'none':
      return 'None'
    case 'string':
      return value.value.length > 20 ? 'a text' : `the text '${value.value}'`
    case 'list':
      return 'a list'
    case 'tuple':
      return value.isSize === true ? 'a shape' : 'a tuple'
    case 'slice':
      return 'a slice'
    case 'ellipsis':
      return '...'
    case 'dtype':
      return `the type ${value.dtype}`
    case 'module':
      return `the module ${value.name}`
    case 'builtin':
    case 'function':
      return `the function ${value.name}`
    case 'noGrad':
      return 'torch.no_grad()'
    case 'path':
      return `the folder ${value.parts.join('/')}`
  }
}

/** As Python's `type()` names it. */
export function kindName(value: Value): string {
  switch (value.kind) {
    case 'int':
    case 'float':
    case 'bool':
    case 'list':
    case 'module':
    case 'slice':
    case 'ellipsis':
      return value.kind
    case 'tuple':
      return value.isSize === true ? 'torch.Size' : 'tuple'
    case 'string':
      return 'str'
    case 'none':
      return 'NoneType'
    case 'tensor':
      return value.isArray ? 'numpy.ndarray' : 'torch.Tensor'
    case 'dtype':
      return 'torch.dtype'
    case 'builtin':
    case 'function':
    case 'noGrad':
      return 'function'
    case 'path':
      return 'Path'
  }
}

/** Whether `if` goes in. Throws `tensor/wrong-value` for tensors of many numbers. */
export function isTrue(value: Value): boolean {
  const number = numberOf(value)
  if (number !== null) return number !== 0
  if (value.kind === 'none') return false
  if (value.kind === 'string') return value.value !== ''
  if (value.kind === 'list' || value.kind === 'tuple') return value.items.length > 0
  if (value.kind !== 'tensor') return true
  if (value.count === 1) return (value.storage[value.offset] ?? 0) !== 0
  throw new Mistake(
    'tensor/wrong-value',
    `Yes or no is asked here, and ${describe(value)} holds ${value.count} answers. Use .all() or .any(), & instead of and, or ask for one number.`,
  )
}

/** A value as a plain number, where it is one; null for others. Tensors are others. */
export function numberOf(value: Value): number | null {
  if (value.kind === 'int' || value.kind === 'float') return value.value
  if (value.kind === 'bool') return value.value ? 1 : 0
  return null
}

/** What can be gone through: the items of lists and tuples, the first axis of tensors, the letters of texts. */
export function itemsOf(value: Value, what = 'This'): readonly Value[] {
  if (value.kind === 'list' || value.kind === 'tuple') return value.items
  if (value.kind === 'string') return Array.from(value.value, (letter) => ({ kind: 'string', value: letter }))
  if (value.kind === 'tensor' && value.rank > 0) return rowsOf(value)
  throw new Mistake(
    'tensor/wrong-type',
    `${what} goes through the items of a list, a tuple or a tensor, and this is ${describe(value)}.`,
  )
}

function rowsOf(tensor: Tensor): Tensor[] {
  spendList(tensor.shape[0] ?? 0)
  return Array.from({ length: tensor.shape[0] ?? 0 }, (_, index) => row(tensor, index))
}
