/**
 * Walks the bytes of a message before they are decoded. The decoder believes every length that it reads: fifty bytes that announce lists
 * of millions within lists take a gigabyte. Format: https://github.com/msgpack/msgpack/blob/master/spec.md
 */

/** Lists within lists; drawings have five levels. */
const DEEPEST = 32

/** Bytes behind the first one of a value without content of its own, by that first byte. */
const plain: ReadonlyMap<number, number> = new Map([
  ...[0xc0, 0xc2, 0xc3].map((first) => [first, 0] as const),
  ...[0xcc, 0xd0].map((first) => [first, 1] as const),
  ...[0xcd, 0xd1].map((first) => [first, 2] as const),
  ...[0xca, 0xce, 0xd2].map((first) => [first, 4] as const),
  ...[0xcb, 0xcf, 0xd3].map((first) => [first, 8] as const),
  // Extensions of fixed length have a byte for their type.
  ...[1, 2, 4, 8, 16].map((length, index) => [0xd4 + index, length + 1] as const),
])

/** What follows a length: so many bytes (and `more`), or so many values times `values`. */
type Sized = { readonly width: 1 | 2 | 4; readonly more: number; readonly values: 0 | 1 | 2 }

const sized: ReadonlyMap<number, Sized> = new Map<number, Sized>([
  [0xc4, { width: 1, more: 0, values: 0 }],
  [0xc5, { width: 2, more: 0, values: 0 }],
  [0xc6, { width: 4, more: 0, values: 0 }],
  [0xc7, { width: 1, more: 1, values: 0 }],
  [0xc8, { width: 2, more: 1, values: 0 }],
  [0xc9, { width: 4, more: 1, values: 0 }],
  [0xd9, { width: 1, more: 0, values: 0 }],
  [0xda, { width: 2, more: 0, values: 0 }],
  [0xdb, { width: 4, more: 0, values: 0 }],
  [0xdc, { width: 2, more: 0, values: 1 }],
  [0xdd, { width: 4, more: 0, values: 1 }],
  [0xde, { width: 2, more: 0, values: 2 }],
  [0xdf, { width: 4, more: 0, values: 2 }],
])

/** @throws RangeError where the bytes announce more than they hold, or lists within too many lists */
export function checkLengths(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  /** Values that are still to come: in all, and in each list that is open. */
  let awaited = 1
  const open = [1]
  let at = 0
  while (awaited > 0) {
    while (open.at(-1) === 0) open.pop()
    open[open.length - 1] = (open.at(-1) ?? 0) - 1
    awaited -= 1
    const { length, values } = headerAt(view, at)
    at += length
    awaited += values
    // Each value takes a byte at least.
    if (awaited > bytes.length - at) throw new RangeError('a list that is longer than its message')
    if (values === 0) continue
    open.push(values)
    if (open.length > DEEPEST + 1) throw new RangeError(`lists within more than ${DEEPEST} lists`)
  }
}

/** Bytes of the value at this place, without the values in it, and how many these are. */
function headerAt(view: DataView, at: number): { readonly length: number; readonly values: number } {
  const first = view.getUint8(at)
  if (first < 0x80 || first >= 0xe0) return { length: 1, values: 0 }
  if (first < 0x90) return { length: 1, values: 2 * (first & 15) }
  if (first < 0xa0) return { length: 1, values: first & 15 }
  if (first < 0xc0) return { length: 1 + (first & 31), values: 0 }
  const rest = plain.get(first)
  if (rest !== undefined) return { length: 1 + rest, values: 0 }
  const form = sized.get(first)
  if (form === undefined) throw new RangeError(`a value of the unknown kind ${first}`)
  const { width, more, values } = form
  const count = width === 1 ? view.getUint8(at + 1) : width === 2 ? view.getUint16(at + 1) : view.getUint32(at + 1)
  return { length: 1 + width + more + (values === 0 ? count : 0), values: values * count }
}
