/**
 * The one data structure of native/graph: a Value is the result of an operator applied to other values. A graph is nothing
 * but the values reachable from its outputs; values never change once made.
 */
import { AppError } from '../../data/error.ts'

export type ElementType = 'float32' | 'float64' | 'int32' | 'int64' | 'uint8' | 'bool'

/** A fixed size, or the name of one that is known only when the graph runs (`batch`). */
export type Dimension = number | string
export type Shape = readonly Dimension[]

/** Where a value comes from when no operator made it. */
export type Leaf =
  { readonly kind: 'input'; readonly name: string } | { readonly kind: 'constant'; readonly data: Float64Array }

export type Value = {
  readonly type: ElementType
  readonly shape: Shape
  readonly source: Leaf | Application
}

/** An operator applied to inputs. Its rules are closed over its attributes, so that a walk needs to know no operator. */
export type Application = {
  readonly kind: 'operator'
  /** Name of the ONNX operator, opset 17; behind its domain and a dot where it is none of ONNX's own. */
  readonly onnx: string
  readonly inputs: readonly Value[]
  readonly onnxAttributes: Readonly<Record<string, OnnxAttribute>>
  /** Attributes that ONNX wants as int64 tensors (axes, shapes), appended to the node's inputs. */
  readonly onnxInputs: readonly (readonly number[])[]
  /**
   * The chain rule: given the gradient of the loss by `node` (this application's value), the gradient by each input; null
   * where an input has none (labels, indices). `none` for operators without a useful gradient.
   */
  readonly gradient: ((incoming: Value, node: Value) => readonly (Value | null)[]) | 'none'
  /** What `gradient` is by, where that is not the inputs: see withGradient. */
  readonly gradientInputs?: readonly Value[]
}

/** ONNX attributes of a node: whole numbers, lists of them, floats, or words. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly string: string }

/** A value that is given when the graph runs. Names are unique within a graph. */
export function input(name: string, shape: Shape, type: ElementType = 'float32'): Value {
  return { type, shape, source: { kind: 'input', name } }
}

/** A value written into the graph. Numbers row-major; a single number is a scalar of shape []. */
export function constant(
  data: number | readonly number[],
  options: { shape?: readonly number[]; type?: ElementType } = {},
): Value {
  const numbers = Float64Array.from(typeof data === 'number' ? [data] : data)
  const shape = options.shape ?? (typeof data === 'number' ? [] : [numbers.length])
  if (elementCount(shape) !== numbers.length) {
    throw new AppError(
      'graph/shape-mismatch',
      `A constant of shape ${showShape(shape)} needs ${elementCount(shape)} numbers; ${numbers.length} were given.`,
    )
  }
  return { type: options.type ?? 'float32', shape, source: { kind: 'constant', data: numbers } }
}

/** Elements of a shape of fixed sizes; throws on a named dimension. */
export function elementCount(shape: Shape): number {
  return shape.reduce<number>((product, size) => product * fixed(size), 1)
}

/** The size as a number; throws `graph/shape-mismatch` where it is known only at run time. */
export function fixed(size: Dimension | undefined): number {
  if (typeof size === 'number') return size
  throw new AppError(
    'graph/shape-mismatch',
    `This needs a size that is known when the graph is built; ${size === undefined ? 'the dimension is missing' : `"${size}" is known only when it runs`}.`,
  )
}

/** `[256, 784]` */
export function showShape(shape: Shape): string {
  return `[${shape.join(', ')}]`
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis])
}

export function isFloat(type: ElementType): boolean {
  return type === 'float32' || type === 'float64'
}

/** The values that this one is computed from: none for a leaf. */
export function inputsOf(value: Value): readonly Value[] {
  return value.source.kind === 'operator' ? value.source.inputs : []
}

/** All values that the outputs need, each once, inputs before users; the order depends on the graph alone. */
export function inOrder(outputs: readonly Value[]): Value[] {
  const order: Value[] = []
  const seen = new Set<Value>()
  // An explicit stack: deep networks would overflow the call stack of a recursive walk.
  const stack = outputs.toReversed().map((value) => ({ value, next: 0 }))
  while (stack.length > 0) {
    const top = stack.at(-1)
    if (top === undefined) break
    if (top.next === 0 && seen.has(top.value)) {
      stack.pop()
      continue
    }
    seen.add(top.value)
    const child = inputsOf(top.value)[top.next]
    if (child === undefined) {
      order.push(top.value)
      stack.pop()
    } else {
      top.next += 1
      if (!seen.has(child)) stack.push({ value: child, next: 0 })
    }
  }
  return order
}
