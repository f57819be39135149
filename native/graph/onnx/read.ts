/** Reads what Inkling needs to know of an ONNX file before a session opens it: that it is one, and its metadata. */
import { AppError } from '../../../data/error.ts'
import { ModelProto } from './schema.ts'

/** The metadata_props of an ONNX file. Throws `model/not-onnx` for bytes that are none. `name` is for the message. */
export function readMetadata(bytes: Uint8Array, name: string): Map<string, string> {
  let message: unknown
  try {
    message = ModelProto.toObject(ModelProto.decode(bytes), { longs: Number, defaults: true, arrays: true })
  } catch (cause) {
    throw notOnnx(name, bytes.length, cause)
  }
  if (!isModel(message) || message.irVersion < 1 || message.graph.node.length === 0) throw notOnnx(name, bytes.length)
  return new Map(message.metadataProps.map(({ key, value }) => [key, value]))
}

type ModelMessage = {
  irVersion: number
  graph: { node: readonly unknown[] }
  metadataProps: readonly { key: string; value: string }[]
}

function isModel(message: unknown): message is ModelMessage {
  if (typeof message !== 'object' || message === null) return false
  if (!('irVersion' in message) || !('graph' in message) || !('metadataProps' in message)) return false
  const { graph } = message
  return typeof graph === 'object' && graph !== null && 'node' in graph && Array.isArray(graph.node)
}

function notOnnx(name: string, length: number, cause?: unknown): AppError {
  return new AppError(
    'model/not-onnx',
    `${name} is not an ONNX model: its ${length.toLocaleString('en-US')} bytes could not be read as one. Choose a file that was saved as .onnx; the file itself was not changed.`,
    { cause },
  )
}
