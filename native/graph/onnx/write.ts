/** Writes graphs as ONNX model files: opset 17, IR version 8, equal graphs as equal bytes. */
import { AppError } from '../../../data/error.ts'
import { onnxTypeCodes } from '../operators/index.ts'
import {
  elementCount,
  inOrder,
  inputsOf,
  type ElementType,
  type OnnxAttribute,
  type Shape,
  type Value,
} from '../value.ts'
import {
  ModelProto,
  type AttributeMessage,
  type GraphMessage,
  type NodeMessage,
  type TensorMessage,
  type ValueInfoMessage,
} from './schema.ts'

export type GraphDescription = {
  readonly name: string
  /** Input leaves in the order in which they are declared. */
  readonly inputs: readonly Value[]
  readonly outputs: Readonly<Record<string, Value>>
  /** Input leaves that are not given at run time but written into the file, with their numbers. */
  readonly weights?: ReadonlyMap<Value, Float32Array>
}

/** What ORT 1.30 and the widest range of readers understand. */
const OPSET = 17
const IR_VERSION = 8

/** Attribute codes of AttributeProto.AttributeType. */
const attributeTypes = { float: 1, int: 2, string: 3, graph: 5, ints: 7 } as const

/** The file's bytes. `metadata` goes into metadata_props, sorted by key. */
export function writeModel(graph: GraphDescription, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  return encodeModel(graphMessage(graph, new Set(), ''), metadata)
}

/** A step graph that is repeated in one run: the body of an ONNX Scan. */
export type RepeatedStep = {
  readonly name: string
  /** What a step hands on to the next: the input leaf, and the value that it becomes. */
  readonly state: readonly { readonly before: Value; readonly after: Value }[]
  /** Input leaves that get a new slice in every step; outside they have one more axis in front, the steps. */
  readonly sliced: readonly Value[]
  /** Input leaves that are the same in all steps. */
  readonly shared: readonly Value[]
  /** Values of every step that are collected along a new first axis. */
  readonly collected: Readonly<Record<string, Value>>
}

/** Name under which the state of that name leaves the graph. */
export const nextName = (name: string): string => `${name}.next`

/**
 * A model that runs the step K times, K being the first size of the sliced inputs. Inputs: state, sliced, shared, by their
 * names; outputs: the last state as `nextName(name)`, then the collected values `[K, ...]`.
 * https://onnx.ai/onnx/operators/onnx__Scan.html
 */
export function writeRepeatedStep(step: RepeatedStep): Uint8Array {
  const stateNames = step.state.map(({ before }) => leafName(before))
  const slicedNames = step.sliced.map(leafName)
  const sharedNames = step.shared.map(leafName)
  // Names inside must not hide those outside, but for the shared inputs, which are meant to be seen.
  const inside = new Map<Value, string>([
    ...step.state.map(({ before }) => [before, `${leafName(before)}.before`] as const),
    ...step.sliced.map((value) => [value, `${leafName(value)}.step`] as const),
  ])
  const body = graphMessage(
    {
      name: `${step.name}_step`,
      inputs: [...step.state.map(({ before }) => before), ...step.sliced],
      outputs: {
        ...Object.fromEntries(step.state.map(({ before, after }) => [`${leafName(before)}.after`, after])),
        ...Object.fromEntries(Object.entries(step.collected).map(([name, value]) => [`${name}.step`, value])),
      },
    },
    new Set(sharedNames),
    'step_',
    inside,
  )
  const node: NodeMessage = {
    input: [...stateNames, ...slicedNames],
    output: [...stateNames.map(nextName), ...Object.keys(step.collected)],
    name: 'steps',
    ...operator('Scan'),
    attribute: [
      { name: 'body', type: attributeTypes.graph, g: body },
      { name: 'num_scan_inputs', type: attributeTypes.int, i: step.sliced.length },
    ],
  }
  const graph: GraphMessage = {
    name: step.name,
    node: [node],
    initializer: [],
    input: [
      ...step.state.map(({ before }) => valueInfo(leafName(before), before.type, before.shape)),
      ...step.sliced.map((value) => valueInfo(leafName(value), value.type, ['steps', ...value.shape])),
      ...step.shared.map((value) => valueInfo(leafName(value), value.type, value.shape)),
    ],
    output: [
      ...step.state.map(({ before, after }) => valueInfo(nextName(leafName(before)), after.type, after.shape)),
      ...Object.entries(step.collected).map(([name, value]) => valueInfo(name, value.type, ['steps', ...value.shape])),
    ],
  }
  return encodeModel(graph, {})
}

function encodeModel(graph: GraphMessage, metadata: Readonly<Record<string, string>>): Uint8Array {
  const message = {
    irVersion: IR_VERSION,
    producerName: 'Inkling',
    opsetImport: [
      { domain: '', version: OPSET },
      ...[...foreignDomains(graph)].sort().map((domain) => ({ domain, version: 1 })),
    ],
    graph,
    metadataProps: Object.entries(metadata)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => ({ key, value })),
  }
  return ModelProto.encode(message).finish()
}

/** `outer` are names that the graph may use without declaring them; `names` overrides the names of input leaves. */
function graphMessage(
  graph: GraphDescription,
  outer: ReadonlySet<string>,
  prefix: string,
  names: ReadonlyMap<Value, string> = new Map(),
): GraphMessage {
  const weights = graph.weights ?? new Map<Value, Float32Array>()
  const declared = new Set([...graph.inputs, ...weights.keys()])
  const nameOf = new Map<Value, string>()
  const taken = new Set<string>()
  const initializer: TensorMessage[] = []
  const node: NodeMessage[] = []
  const finals = Object.entries(graph.outputs)

  for (const value of declared) claim(value, names.get(value) ?? leafName(value))
  for (const [value, numbers] of weights) {
    initializer.push(tensor(nameOf.get(value) ?? '', value.shape, value.type, Float64Array.from(numbers)))
  }

  const counts = new Map<string, number>()
  const freshName = (kind: string): string => {
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    return `${prefix}${kind.toLowerCase()}_${count}`
  }
  function claim(value: Value, name: string): void {
    if (taken.has(name)) throw new AppError('graph/unknown-value', `Two values of the graph are called "${name}".`)
    taken.add(name)
    nameOf.set(value, name)
  }
  // A value that is an output bears the output's name; its other names are copies.
  for (const [name, value] of finals) if (value.source.kind === 'operator' && !nameOf.has(value)) claim(value, name)

  for (const value of inOrder(finals.map(([, final]) => final))) {
    const { source } = value
    if (source.kind === 'input') {
      if (nameOf.has(value)) continue
      if (!outer.has(source.name)) {
        throw new AppError(
          'graph/unknown-value',
          `The graph uses the input "${source.name}", which it does not declare.`,
        )
      }
      nameOf.set(value, source.name)
    } else if (source.kind === 'constant') {
      const name = freshName('constant')
      claim(value, name)
      initializer.push(tensor(name, value.shape, value.type, source.data))
    } else {
      const name = nameOf.get(value) ?? freshName(operator(source.onnx).opType)
      if (!nameOf.has(value)) claim(value, name)
      const extra = source.onnxInputs.map((numbers, position) => {
        const inputName = `${name}.${position === 0 ? 'axes' : `axes_${position}`}`
        initializer.push(tensor(inputName, [numbers.length], 'int64', Float64Array.from(numbers)))
        return inputName
      })
      node.push({
        input: [...inputsOf(value).map((of) => nameOf.get(of) ?? ''), ...extra],
        output: [name],
        name: `${name}.node`,
        ...operator(source.onnx),
        attribute: Object.entries(source.onnxAttributes).map(([key, attribute]) => attributeMessage(key, attribute)),
      })
    }
  }
  for (const [name, value] of finals) {
    const from = nameOf.get(value) ?? ''
    if (from !== name)
      node.push({ input: [from], output: [name], name: `${name}.node`, ...operator('Identity'), attribute: [] })
  }

  return {
    name: graph.name,
    node,
    initializer,
    input: graph.inputs.map((value) => valueInfo(nameOf.get(value) ?? '', value.type, value.shape)),
    output: finals.map(([name, value]) => valueInfo(name, value.type, value.shape)),
  }
}

/** An operator's name and its domain: `Conv` of ONNX itself, `com.microsoft.nchwc.Conv` of ONNX Runtime. */
function operator(name: string): Pick<NodeMessage, 'opType' | 'domain'> {
  const dot = name.lastIndexOf('.')
  return dot === -1 ? { opType: name } : { opType: name.slice(dot + 1), domain: name.slice(0, dot) }
}

/** The domains of operators that are none of ONNX's own. */
function foreignDomains({ node }: GraphMessage, found = new Set<string>()): Set<string> {
  for (const { domain, attribute } of node) {
    if (domain !== undefined) found.add(domain)
    for (const { g } of attribute) if (g !== undefined) foreignDomains(g, found)
  }
  return found
}

function leafName(value: Value): string {
  if (value.source.kind === 'input') return value.source.name
  throw new AppError('graph/unknown-value', 'Only inputs can be declared as inputs of a graph.')
}

function attributeMessage(name: string, attribute: OnnxAttribute): AttributeMessage {
  if ('int' in attribute) return { name, type: attributeTypes.int, i: attribute.int }
  if ('ints' in attribute) return { name, type: attributeTypes.ints, ints: [...attribute.ints] }
  if ('float' in attribute) return { name, type: attributeTypes.float, f: attribute.float }
  return { name, type: attributeTypes.string, s: new TextEncoder().encode(attribute.string) }
}

function valueInfo(name: string, type: ElementType, shape: Shape): ValueInfoMessage {
  const dim = shape.map((size) => (typeof size === 'number' ? { dimValue: size } : { dimParam: size }))
  return { name, type: { tensorType: { elemType: onnxTypeCodes[type], shape: { dim } } } }
}

function tensor(name: string, shape: Shape, type: ElementType, numbers: Float64Array): TensorMessage {
  if (elementCount(shape) !== numbers.length) {
    throw new AppError(
      'graph/shape-mismatch',
      `"${name}" has ${numbers.length} numbers; its shape needs ${elementCount(shape)}.`,
    )
  }
  return { dims: shape.map(Number), dataType: onnxTypeCodes[type], name, rawData: rawBytes(numbers, type) }
}

/** Little-endian bytes, as ONNX wants them on every machine. */
function rawBytes(numbers: Float64Array, type: ElementType): Uint8Array {
  const size = { float32: 4, float64: 8, int32: 4, int64: 8, uint8: 1, bool: 1 }[type]
  const bytes = new Uint8Array(numbers.length * size)
  const view = new DataView(bytes.buffer)
  for (const [i, number] of numbers.entries()) {
    const at = i * size
    if (type === 'float32') view.setFloat32(at, number, true)
    else if (type === 'float64') view.setFloat64(at, number, true)
    else if (type === 'int32') view.setInt32(at, number, true)
    else if (type === 'int64') view.setBigInt64(at, BigInt(number), true)
    else view.setUint8(at, number)
  }
  return bytes
}
