/**
 * Named arrays of float32 in a file, in the safetensors format (https://huggingface.co/docs/safetensors): eight bytes with the
 * length of a JSON header, the header, then the numbers. Python's `safetensors` opens them.
 */
import { AppError } from './error.ts'

export type NamedTensor = { readonly shape: readonly number[]; readonly numbers: Float32Array }

export type TensorFile = {
  readonly tensors: ReadonlyMap<string, NamedTensor>
  /** Free text by name, in the header. */
  readonly metadata: Readonly<Record<string, string>>
}

type Entry = { readonly dtype: string; readonly shape: number[]; readonly data_offsets: [number, number] }

const LENGTH_BYTES = 8
const METADATA = '__metadata__'

/** Names and order of the tensors are kept, so equal content gives equal bytes. */
export function writeTensors({ tensors, metadata }: TensorFile): Uint8Array {
  let offset = 0
  const header: Record<string, unknown> = { [METADATA]: metadata }
  for (const [name, { shape, numbers }] of tensors) {
    const end = offset + numbers.byteLength
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, end] }
    offset = end
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  // Spaces after the header let the numbers begin at a multiple of eight.
  const headerLength = Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(LENGTH_BYTES + headerLength + offset)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true)
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerLength)
  bytes.set(json, LENGTH_BYTES)
  let place = LENGTH_BYTES + headerLength
  for (const { numbers } of tensors.values()) {
    bytes.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), place)
    place += numbers.byteLength
  }
  return bytes
}

/** `name` is for messages. Throws `library/damaged` for bytes that are no whole file of float32. */
export function readTensors(bytes: Uint8Array, name: string): TensorFile {
  const header = readHeader(bytes, name)
  const data = LENGTH_BYTES + header.length
  const tensors = new Map<string, NamedTensor>()
  for (const [key, entry] of Object.entries(header.entries)) {
    if (key === METADATA) continue
    if (!isEntry(entry)) throw damaged(name, `its entry "${key}" makes no sense`)
    const [begin, end] = entry.data_offsets
    const count = entry.shape.reduce((product, size) => product * size, 1)
    if (entry.dtype !== 'F32' || end - begin !== 4 * count) {
      throw damaged(name, `"${key}" should be ${count} numbers of float32`)
    }
    if (data + end > bytes.length) throw damaged(name, `it ends after ${bytes.length} bytes, within "${key}"`)
    // A copy, since a view of float32 must begin at a multiple of four bytes; slice() of a Buffer would be a view.
    tensors.set(key, {
      shape: entry.shape,
      numbers: new Float32Array(new Uint8Array(bytes.subarray(data + begin, data + end)).buffer),
    })
  }
  return { tensors, metadata: metadataOf(header.entries[METADATA]) }
}

function readHeader(bytes: Uint8Array, name: string): { length: number; entries: Record<string, unknown> } {
  if (bytes.length < LENGTH_BYTES) throw damaged(name, `it has ${bytes.length} bytes`)
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  if (LENGTH_BYTES + length > bytes.length)
    throw damaged(name, `it ends after ${bytes.length} bytes, within its header`)
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length)))
    if (parsed !== null && typeof parsed === 'object') return { length, entries: { ...parsed } }
  } catch (cause) {
    throw damaged(name, 'its header is no JSON', cause)
  }
  throw damaged(name, 'its header is no JSON object')
}

function isEntry(value: unknown): value is Entry {
  if (value === null || typeof value !== 'object') return false
  if (!('dtype' in value && 'shape' in value && 'data_offsets' in value)) return false
  const whole = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((size) => Number.isSafeInteger(size) && size >= 0)
  return whole(value.shape) && whole(value.data_offsets) && value.data_offsets.length === 2
}

function metadataOf(value: unknown): Record<string, string> {
  if (value === null || typeof value !== 'object') return {}
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]))
}

function damaged(name: string, reason: string, cause?: unknown): AppError {
  return new AppError(
    'library/damaged',
    `${name} is damaged: ${reason}. It cannot be used; nothing else is affected.`,
    {
      details: { file: name, reason },
      cause,
    },
  )
}
