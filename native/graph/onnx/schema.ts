/**
 * The part of the ONNX file format that Inkling reads and writes, as a protobufjs descriptor. Field numbers are those of
 * onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto); unknown fields are skipped when reading.
 */
import protobuf from 'protobufjs'

const field = (type: string, id: number) => ({ type, id })
const list = (type: string, id: number) => ({ rule: 'repeated', type, id })

const root = protobuf.Root.fromJSON({
  nested: {
    AttributeProto: {
      fields: {
        name: field('string', 1),
        f: field('float', 2),
        i: field('int64', 3),
        s: field('bytes', 4),
        t: field('TensorProto', 5),
        g: field('GraphProto', 6),
        floats: { ...list('float', 7), options: { packed: false } },
        ints: { ...list('int64', 8), options: { packed: false } },
        type: field('int32', 20),
      },
    },
    ValueInfoProto: { fields: { name: field('string', 1), type: field('TypeProto', 2) } },
    NodeProto: {
      fields: {
        input: list('string', 1),
        output: list('string', 2),
        name: field('string', 3),
        opType: field('string', 4),
        attribute: list('AttributeProto', 5),
        docString: field('string', 6),
        domain: field('string', 7),
      },
    },
    ModelProto: {
      fields: {
        irVersion: field('int64', 1),
        producerName: field('string', 2),
        producerVersion: field('string', 3),
        docString: field('string', 6),
        graph: field('GraphProto', 7),
        opsetImport: list('OperatorSetIdProto', 8),
        metadataProps: list('StringStringEntryProto', 14),
      },
    },
    StringStringEntryProto: { fields: { key: field('string', 1), value: field('string', 2) } },
    OperatorSetIdProto: { fields: { domain: field('string', 1), version: field('int64', 2) } },
    GraphProto: {
      fields: {
        node: list('NodeProto', 1),
        name: field('string', 2),
        initializer: list('TensorProto', 5),
        docString: field('string', 10),
        input: list('ValueInfoProto', 11),
        output: list('ValueInfoProto', 12),
      },
    },
    TensorProto: {
      fields: {
        dims: { ...list('int64', 1), options: { packed: false } },
        dataType: field('int32', 2),
        name: field('string', 8),
        rawData: field('bytes', 9),
      },
    },
    TensorShapeProto: { fields: { dim: list('DimensionProto', 1) } },
    DimensionProto: {
      oneofs: { value: { oneof: ['dimValue', 'dimParam'] } },
      fields: { dimValue: field('int64', 1), dimParam: field('string', 2) },
    },
    TensorTypeProto: { fields: { elemType: field('int32', 1), shape: field('TensorShapeProto', 2) } },
    TypeProto: { fields: { tensorType: field('TensorTypeProto', 1) } },
  },
})

/** Encoder and decoder of whole model files. */
export const ModelProto = root.lookupType('ModelProto')

export type TensorMessage = { dims: number[]; dataType: number; name: string; rawData: Uint8Array }
export type AttributeMessage = {
  name: string
  type: number
  f?: number
  i?: number
  s?: Uint8Array
  g?: GraphMessage
  ints?: number[]
}
export type NodeMessage = {
  input: string[]
  output: string[]
  name: string
  opType: string
  /** Left out for ONNX's own operators. */
  domain?: string
  attribute: AttributeMessage[]
}
export type DimensionMessage = { dimValue: number } | { dimParam: string }
export type ValueInfoMessage = {
  name: string
  type: { tensorType: { elemType: number; shape: { dim: DimensionMessage[] } } }
}
export type GraphMessage = {
  name: string
  docString?: string
  node: NodeMessage[]
  initializer: TensorMessage[]
  input: ValueInfoMessage[]
  output: ValueInfoMessage[]
}
