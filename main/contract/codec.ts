/**
 * Messages as bytes, for the WebSocket: MessagePack, with an extension type for each kind of typed array, so that arrays
 * arrive with their own type in memory of their own (a view into the frame could be misaligned). Uses no eval.
 */
import { decode, encode, ExtensionCodec } from '@msgpack/msgpack'
import { AppError } from '../../data/error.ts'
import { checkLengths } from './message-lengths.ts'

/** The longest message that a page may send: drawings and specifications are far smaller. */
export const MAX_REQUEST_BYTES = 4 * 1024 * 1024
/** The longest message that an engine may send: a page of images takes 1.6 MB, the losses of a long run more. */
export const MAX_RESPONSE_BYTES = 256 * 1024 * 1024

/** Extension type = place in this list + 1; part of the format, so only append. Bytes are little-endian, as on every platform that Inkling runs on. */
const kinds = [
  Uint8Array,
  Uint8ClampedArray,
  Int8Array,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
  BigUint64Array,
  BigInt64Array,
] as const

const extensionCodec = new ExtensionCodec()
kinds.forEach((Kind, index) => {
  extensionCodec.register({
    type: index + 1,
    encode: (value) =>
      value instanceof Kind ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : null,
    decode: (bytes) => {
      if (bytes.byteLength % Kind.BYTES_PER_ELEMENT !== 0) throw new RangeError('a typed array of broken length')
      // Not slice(): of Node's Buffer that is a view.
      return new Kind(new Uint8Array(bytes).buffer)
    },
  })
})

function badMessage(problem: string, cause?: unknown): AppError {
  return new AppError('channel/bad-message', `${problem} Restart Inkling if this goes on.`, { cause })
}

/** Throws `channel/bad-message` for what has no such form (a function, a cycle) or is longer than `limit` bytes. */
export function encodeMessage(message: unknown, limit: number): Uint8Array<ArrayBuffer> {
  let bytes: Uint8Array<ArrayBuffer>
  try {
    bytes = encode(message, { extensionCodec, ignoreUndefined: true })
  } catch (cause) {
    throw badMessage('A message could not be put into bytes.', cause)
  }
  if (bytes.byteLength > limit) {
    throw badMessage(`A message has ${bytes.byteLength} bytes, where at most ${limit} can be sent.`)
  }
  return bytes
}

/** Throws `channel/bad-message` for bytes that are no message, or for more than `limit` of them. */
export function decodeMessage(bytes: Uint8Array, limit: number): unknown {
  if (bytes.byteLength > limit) {
    throw badMessage(`A message of ${bytes.byteLength} bytes came, where at most ${limit} are accepted.`)
  }
  try {
    checkLengths(bytes)
    return decode(bytes, { extensionCodec })
  } catch (cause) {
    throw badMessage('Bytes came that are no message.', cause)
  }
}
