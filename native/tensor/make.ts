/** Tensors from Python's numbers and lists, and back. */
import type { DType } from './dtype.ts'
import { checkWhole, wider } from './dtype.ts'
import { cast } from './arithmetic.ts'
import { stack } from './arrange.ts'
import { Mistake } from './mistake.ts'
import type { Shape } from './tensor.ts'
import { spendList, spendTensor } from './limits.ts'
import { countOf, Tensor, zeros } from './tensor.ts'
import { bool, describe, float, int, list, numberOf } from './values.ts'
import type { Value } from './values.ts'
import { copy } from './walk.ts'

/** Lists within lists, at most. */
const DEEPEST = 8

/**
 * As `torch.tensor(value)`, or `numpy.array(value)`: whole numbers are int64, others float32 (arrays: float64).
 * Throws `tensor/shape-mismatch` for lists of different lengths, `tensor/wrong-type` for what holds no numbers.
 */
export function tensorFrom(value: Value, dtype: DType | null, isArray: boolean): Tensor {
  if (value.kind === 'tensor') {
    const own = copy(new Tensor(value.dtype, value.storage, value, isArray))
    return dtype === null ? own : cast(own, dtype)
  }
  const items = value.kind === 'list' || value.kind === 'tuple' ? value.items : null
  if (items?.some((item) => item.kind === 'tensor') === true) return ofTensors(items, dtype, isArray)
  const shape = shapeOf(value)
  spendTensor(countOf(shape) * 8, shape)
  const numbers: number[] = []
  const types = new Set<DType>()
  fill(value, shape, numbers, types, isArray)
  const found = [...types].reduce<DType | null>((all, own) => (all === null ? own : wider(all, own)), null)
  const wanted = dtype ?? found ?? (isArray ? 'float64' : 'float32')
  const whole = wanted !== 'float32' && wanted !== 'float64' && wanted !== 'bool'
  const result = zeros(wanted, shape, isArray)
  numbers.forEach((number, index) => {
    const own = wanted === 'bool' ? Number(number !== 0) : whole ? Math.trunc(number) : number
    result.storage[index] = wanted === 'int64' ? checkWhole(own) : own
  })
  return result
}

/** A list of tensors: fastai's tensor() stacks them. */
function ofTensors(items: readonly Value[], dtype: DType | null, isArray: boolean): Tensor {
  const tensors = items.map((item) => (item.kind === 'tensor' ? item : tensorFrom(item, null, isArray)))
  const stacked = stack(tensors, 0)
  const own = new Tensor(stacked.dtype, stacked.storage, stacked, isArray)
  return dtype === null ? own : cast(own, dtype)
}

function shapeOf(value: Value): Shape {
  const shape: number[] = []
  let inner: Value | undefined = value
  while (inner !== undefined && (inner.kind === 'list' || inner.kind === 'tuple')) {
    if (shape.length >= DEEPEST) {
      throw new Mistake('tensor/wrong-value', `Lists stand within each other more than ${DEEPEST} levels deep.`)
    }
    shape.push(inner.items.length)
    inner = inner.items[0]
  }
  return shape
}

function fill(value: Value, shape: Shape, numbers: number[], types: Set<DType>, isArray: boolean): void {
  const [size, ...inner] = shape
  if (size === undefined) {
    const number = plain(value, types, isArray)
    numbers.push(number)
    return
  }
  const items = value.kind === 'list' || value.kind === 'tuple' ? value.items : null
  if (items?.length !== size) {
    const found = items === null ? describe(value) : `one of ${items.length}`
    throw new Mistake(
      'tensor/shape-mismatch',
      `The rows of a tensor are equally long. Expected a list of ${size} like the first one, found ${found}.`,
    )
  }
  for (const item of items) fill(item, inner, numbers, types, isArray)
}

function plain(value: Value, types: Set<DType>, isArray: boolean): number {
  if (value.kind === 'list' || value.kind === 'tuple') {
    throw new Mistake(
      'tensor/shape-mismatch',
      'The rows of a tensor are equally long and equally deep. Here a list stands where the first row has a number.',
    )
  }
  const number = numberOf(value)
  if (number === null) throw new Mistake('tensor/wrong-type', `A tensor holds numbers, and here is ${describe(value)}.`)
  types.add(value.kind === 'int' ? 'int64' : value.kind === 'bool' ? 'bool' : isArray ? 'float64' : 'float32')
  return number
}

/** The one number of a tensor. Throws `tensor/wrong-value` where there are more. */
export function itemOf(input: Tensor): Value {
  if (input.count !== 1) {
    throw new Mistake(
      'tensor/wrong-value',
      `item() takes the number out of a tensor that holds one; ${describe(input)} holds ${input.count.toLocaleString('en-US')}. Use .tolist() for all of them, or choose one with [ ].`,
    )
  }
  return one(input, input.storage[input.offset] ?? 0)
}

/** Nested lists of plain numbers. */
export function toList(input: Tensor): Value {
  if (input.rank === 0) return itemOf(input)
  spendList(input.count)
  const nested = (axis: number, offset: number): Value => {
    if (axis === input.rank) return one(input, input.storage[offset] ?? 0)
    const stride = input.strides[axis] ?? 0
    return list(Array.from({ length: input.shape[axis] ?? 0 }, (_, index) => nested(axis + 1, offset + index * stride)))
  }
  return nested(0, input.offset)
}

function one(input: Tensor, value: number): Value {
  switch (input.dtype) {
    case 'bool':
      return bool(value !== 0)
    case 'float32':
    case 'float64':
      return float(value)
    case 'uint8':
    case 'int32':
    case 'int64':
      return int(value)
  }
}
