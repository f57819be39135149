/** Reads what Inkling needs to know of an ONNX file without a session: that it is one, its metadata, and its weights. */
import { AppError } from '../../../data/error.ts'
import { ModelProto, type TensorMessage } from './schema.ts'

/** The metadata_props of an ONNX file. Throws `model/not-onnx` for bytes that are none. `name` is for the message. */
export function readMetadata(bytes: Uint8Array, name: string): Map<string, string> {
  return new Map(decode(bytes, name).metadataProps.map(({ key, value }) => [key, value]))
}

/** The float32 numbers of one weight of a file, or null where it has none of this name. Throws `model/not-onnx`. */
export function readWeight(bytes: Uint8Array, weight: string, name: string): Float32Array | null {
  const model = decode(bytes, name)
  const found = model.graph.initializer.find((initializer) => initializer.name === weight)
  // A copy: float32 must begin at a multiple of four bytes.
  return found === undefined ? null : new Float32Array(new Uint8Array(found.rawData).buffer)
}

function decode(bytes: Uint8Array, name: string): ModelMessage {
  let message: unknown
  try {
    message = ModelProto.toObject(ModelProto.decode(bytes), { longs: Number, defaults: true, arrays: true })
  } catch (cause) {
    throw notOnnx(name, bytes.length, cause)
  }
  if (!isModel(message) || message.irVersion < 1 || message.graph.node.length === 0) throw notOnnx(name, bytes.length)
  return message
}

type ModelMessage = {
  irVersion: number
  graph: { node: readonly unknown[]; initializer: readonly TensorMessage[] }
  metadataProps: readonly { key: string; value: string }[]
}

function isModel(message: unknown): message is ModelMessage {
  if (typeof message !== 'object' || message === null) return false
  if (!('irVersion' in message) || !('graph' in message) || !('metadataProps' in message)) return false
  const { graph } = message
  if (typeof graph !== 'object' || graph === null || !('node' in graph) || !('initializer' in graph)) return false
  return Array.isArray(graph.node) && Array.isArray(graph.initializer)
}

function notOnnx(name: string, length: number, cause?: unknown): AppError {
  return new AppError(
    'model/not-onnx',
    `${name} is not an ONNX model: its ${length.toLocaleString('en-US')} bytes could not be read as one. Choose a file that was saved as .onnx; the file itself was not changed.`,
    { cause },
  )
}
