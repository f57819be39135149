/** Messages as bytes: what arrives is what was sent, and broken bytes are one clear error. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppError } from '../../data/error.ts'
import { decodeMessage, encodeMessage, MAX_REQUEST_BYTES } from '../../main/contract/codec.ts'

const limit = MAX_REQUEST_BYTES
const roundTrip = (message: unknown): unknown => decodeMessage(encodeMessage(message, limit), limit)

test('typed arrays of every kind arrive with their type, wherever they lie in the message', () => {
  const arrays = [
    fc.uint8Array(),
    fc.uint8ClampedArray(),
    fc.int8Array(),
    fc.uint16Array(),
    fc.int16Array(),
    fc.uint32Array(),
    fc.int32Array(),
    fc.float32Array(),
    fc.float64Array(),
  ]
  // The text before shifts the array to any alignment.
  fc.assert(
    fc.property(fc.string(), fc.oneof(...arrays), fc.integer(), (text, array, number) => {
      const message = { text, nested: [{ array }], number }
      const arrived = roundTrip(message) as typeof message
      expect(arrived).toEqual(message)
      expect(arrived.nested[0]!.array.constructor).toBe(array.constructor)
      expect(arrived.nested[0]!.array.byteOffset).toBe(0)
      // Node's sockets give a Buffer, whose slices are views of a pool.
      expect(decodeMessage(Buffer.from(encodeMessage(message, limit)), limit)).toEqual(message)
    }),
  )
})

test('a view sends its own part alone', () => {
  const whole = Float32Array.from({ length: 100_000 }, (_, index) => index)
  const bytes = encodeMessage({ part: whole.subarray(3, 6) }, limit)
  expect(bytes.byteLength).toBeLessThan(100)
  expect(decodeMessage(bytes, limit)).toEqual({ part: Float32Array.of(3, 4, 5) })
})

test('plain JSON arrives as it was, with properties that are undefined left out', () => {
  const withoutUndefined = fc.jsonValue({ noUnicodeString: false }).filter((value) => !hasPrototypeKey(value))
  fc.assert(
    fc.property(withoutUndefined, (value) => {
      expect(roundTrip({ value })).toEqual({ value: zeroed(value) })
    }),
  )
  expect(roundTrip({ a: undefined, b: null, c: NaN, d: -Infinity })).toEqual({ b: null, c: NaN, d: -Infinity })
})

test('bytes that are no message, a message that is too long, and one that has no bytes are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      try {
        decodeMessage(bytes, limit)
      } catch (error) {
        expect(error).toBeInstanceOf(AppError)
        expect((error as AppError).code).toBe('channel/bad-message')
      }
    }),
  )
  const code = (work: () => unknown): string => {
    try {
      work()
    } catch (error) {
      return (error as AppError).code
    }
    return 'none'
  }
  expect(code(() => encodeMessage({ pixels: new Uint8Array(101) }, 100))).toBe('channel/bad-message')
  expect(code(() => decodeMessage(new Uint8Array(101), 100))).toBe('channel/bad-message')
  expect(code(() => encodeMessage({ work: () => 1 }, limit))).toBe('channel/bad-message')
  const cycle: { self?: unknown } = {}
  cycle.self = cycle
  expect(code(() => encodeMessage(cycle, limit))).toBe('channel/bad-message')
  // A float32 array of three bytes: extension type 8.
  expect(code(() => decodeMessage(Uint8Array.of(0xc7, 3, 8, 1, 2, 3), limit))).toBe('channel/bad-message')
})

function hasPrototypeKey(value: unknown): boolean {
  return JSON.stringify(value).includes('__proto__')
}

/** MessagePack's whole numbers know no -0. */
function zeroed(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown
}
