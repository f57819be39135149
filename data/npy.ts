/** NumPy's arrays on disk, `.npy` (numpy.org/neps/nep-0001-npy-format): numbers alone, never objects, which would be Python programs. */
import { AppError } from './error.ts'

export type NpyArray = {
  readonly shape: readonly number[]
  /** The values in the order of the array's rows, or null where they are no bytes: use `at`. */
  readonly bytes: Uint8Array | null
  /** Value `index`, counted over the whole array, row after row. */
  at(index: number): number
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const
/** Dimensions that an array of pictures can have. */
const MOST_DIMENSIONS = 5

/** Bytes of a value, and how it is read; `true` for the lower byte first. */
type Kind = { readonly size: number; read(view: DataView, at: number, isLittle: boolean): number }

const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['u1', { size: 1, read: (view, at) => view.getUint8(at) }],
  ['b1', { size: 1, read: (view, at) => view.getUint8(at) }],
  ['i1', { size: 1, read: (view, at) => view.getInt8(at) }],
  ['u2', { size: 2, read: (view, at, isLittle) => view.getUint16(at, isLittle) }],
  ['i2', { size: 2, read: (view, at, isLittle) => view.getInt16(at, isLittle) }],
  ['u4', { size: 4, read: (view, at, isLittle) => view.getUint32(at, isLittle) }],
  ['i4', { size: 4, read: (view, at, isLittle) => view.getInt32(at, isLittle) }],
  ['u8', { size: 8, read: (view, at, isLittle) => Number(view.getBigUint64(at, isLittle)) }],
  ['i8', { size: 8, read: (view, at, isLittle) => Number(view.getBigInt64(at, isLittle)) }],
  ['f4', { size: 4, read: (view, at, isLittle) => view.getFloat32(at, isLittle) }],
  ['f8', { size: 8, read: (view, at, isLittle) => view.getFloat64(at, isLittle) }],
])

export function isNpy(start: Uint8Array): boolean {
  return MAGIC.every((byte, index) => start[index] === byte)
}

/** Reads an array; `name` is what errors call it. Takes no memory of its own. @throws import/bad-array */
export function readNpy(bytes: Uint8Array, name: string): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const wide = (bytes[6] ?? 0) >= 2
  const begin = wide ? 12 : 10
  if (!isNpy(bytes) || bytes.length < begin)
    throw badArray(name, 'it has no header of NumPy', 'Save it again by numpy.save')
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true)
  const header = new TextDecoder('latin1').decode(bytes.subarray(begin, Math.min(bytes.length, begin + length)))
  const type = /'descr':\s*'([<>|=])([a-zA-Z]\d*)'/.exec(header)
  const kind = kinds.get(type?.[2] ?? '')
  if (type === null || kind === undefined) {
    throw badArray(
      name,
      `its values are ${type === null ? 'not plain numbers' : `of the type ${type[0].slice(10)}`}`,
      'Save it with numbers alone, such as array.astype("uint8")',
    )
  }
  const [, shapeText] = /'shape':\s*\(([\d, ]*)\)/.exec(header) ?? []
  const shape = (shapeText ?? '').split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]))
  if (shape.length === 0 || shape.length > MOST_DIMENSIONS) {
    throw badArray(
      name,
      `its shape is (${shape.join(', ')})`,
      'Expected are pictures, [count, 28, 28], and labels, [count]',
    )
  }
  if (/'fortran_order':\s*True/.test(header) && shape.filter((size) => size > 1).length > 1) {
    throw badArray(
      name,
      'its values stand column after column',
      'Save it by numpy.save(numpy.ascontiguousarray(array))',
    )
  }
  const from = begin + length
  const values = shape.reduce((product, size) => product * size, 1)
  if (bytes.length - from !== values * kind.size) {
    throw badArray(
      name,
      `it has ${(bytes.length - from).toLocaleString('en-US')} bytes of values, where its shape (${shape.join(', ')}) needs ${(values * kind.size).toLocaleString('en-US')}`,
      'Get it again',
    )
  }
  const isLittle = type[1] !== '>'
  return {
    shape,
    bytes: kind.size === 1 && type[2] === 'u1' ? bytes.subarray(from) : null,
    at: (index) => kind.read(view, from + index * kind.size, isLittle),
  }
}

/** The error for an array that cannot be read. */
export function badArray(name: string, fault: string, advice: string): AppError {
  return new AppError('import/bad-array', `${name} cannot be read: ${fault}. ${advice}. Nothing was imported.`, {
    details: { file: name },
  })
}
