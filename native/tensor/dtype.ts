/** Types of numbers: how they are stored, and which type the result of two has, as in PyTorch. */
import { Mistake } from './mistake.ts'

export type DType = 'bool' | 'uint8' | 'int32' | 'int64' | 'float32' | 'float64'
/** int64 is kept in doubles: exact up to 2^53, beyond which the bench says so. */
export type Storage = Uint8Array | Int32Array | Float32Array | Float64Array

type Facts = {
  readonly bytes: number
  readonly make: (length: number) => Storage
  /** What `.type()` says. */
  readonly typeName: string
}

const facts: Readonly<Record<DType, Facts>> = {
  bool: { bytes: 1, make: (length) => new Uint8Array(length), typeName: 'torch.BoolTensor' },
  uint8: { bytes: 1, make: (length) => new Uint8Array(length), typeName: 'torch.ByteTensor' },
  int32: { bytes: 4, make: (length) => new Int32Array(length), typeName: 'torch.IntTensor' },
  int64: { bytes: 8, make: (length) => new Float64Array(length), typeName: 'torch.LongTensor' },
  float32: { bytes: 4, make: (length) => new Float32Array(length), typeName: 'torch.FloatTensor' },
  float64: { bytes: 8, make: (length) => new Float64Array(length), typeName: 'torch.DoubleTensor' },
}

export const dtypes = Object.keys(facts) as readonly DType[]

export function bytesOf(dtype: DType): number {
  return facts[dtype].bytes
}

export function makeStorage(dtype: DType, length: number): Storage {
  return facts[dtype].make(length)
}

export function typeName(dtype: DType): string {
  return facts[dtype].typeName
}

export function isFloating(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64'
}

/** Types from narrow to wide: of two, the wider one holds both. */
const widths: readonly DType[] = ['bool', 'uint8', 'int32', 'int64', 'float32', 'float64']

export function wider(a: DType, b: DType): DType {
  return widths.indexOf(a) >= widths.indexOf(b) ? a : b
}

/** Kind of number: bool 0, whole 1, floating 2. */
function category(dtype: DType): number {
  return isFloating(dtype) ? 2 : dtype === 'bool' ? 0 : 1
}

/**
 * A value's part in the type of a result: tensors with axes decide, then tensors of rank 0, then plain numbers; a weaker part
 * counts only where it is of a higher kind (PyTorch, "Tensor Attributes", type promotion).
 */
export type Part = { readonly dtype: DType; readonly strength: 'axes' | 'rank0' | 'number' }

export function resultType(parts: readonly Part[]): DType {
  const of = (strength: Part['strength']): DType | null =>
    parts
      .filter((part) => part.strength === strength)
      .map(({ dtype }) => dtype)
      .reduce<DType | null>((all, dtype) => (all === null ? dtype : wider(all, dtype)), null)
  return combine(of('axes'), combine(of('rank0'), of('number'))) ?? 'float32'
}

function combine(stronger: DType | null, weaker: DType | null): DType | null {
  if (stronger === null || weaker === null) return stronger ?? weaker
  return category(weaker) > category(stronger) ? weaker : category(stronger) === 0 ? wider(stronger, weaker) : stronger
}

/** Checks a whole number's size. Throws `tensor/wrong-value` where int64 would no longer be exact. */
export function checkWhole(value: number): number {
  if (Number.isSafeInteger(value)) return value + 0
  throw new Mistake(
    'tensor/wrong-value',
    'A whole number became larger than 9,007,199,254,740,991, the largest that the bench keeps exactly. Use .float() first.',
  )
}
