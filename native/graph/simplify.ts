/**
 * Makes a graph cheaper without changing what it computes: equal computations become one, and a few patterns that
 * back-propagation leaves behind fold into single operators. One becomes more exact. The result is for running: it carries no gradients.
 */
import { add, affine, div, exp, expand, matmul, mul, neg, reshape } from './operators/index.ts'
import { constant, elementCount, fixed, inOrder, sameShape, type Application, type Value } from './value.ts'

/** The outputs again, simplified; input leaves stay the same objects. */
export function simplify(outputs: readonly Value[]): Value[] {
  const replacement = new Map<Value, Value>()
  const known = new Map<string, Value>()
  const numbers = new Map<Value, number>()

  /** One value per computation: the same operator on the same inputs with the same attributes is computed once. */
  const unique = (value: Value): Value => {
    const key = keyOf(value, (of) => numbers.get(of) ?? -1)
    const same = key === null ? undefined : known.get(key)
    if (same !== undefined) return same
    if (key !== null) known.set(key, value)
    if (!numbers.has(value)) numbers.set(value, numbers.size)
    return value
  }
  /** Rules make new values out of known ones: those are numbered too, inputs first. */
  const adopt = (value: Value): Value => {
    if (numbers.has(value)) return value
    if (value.source.kind !== 'operator') return unique(value)
    const inputs = value.source.inputs.map(adopt)
    return unique(withInputs(value, value.source, inputs))
  }

  for (const value of inOrder(outputs)) {
    const { source } = value
    const inputs = source.kind === 'operator' ? source.inputs.map((of) => replacement.get(of) ?? of) : []
    const rebuilt = source.kind === 'operator' ? withInputs(value, source, inputs) : value
    replacement.set(value, adopt(fold(rebuilt)))
  }
  return outputs.map((value) => replacement.get(value) ?? value)
}

function withInputs(value: Value, source: Application, inputs: readonly Value[]): Value {
  if (inputs.every((of, position) => of === source.inputs[position])) return value
  return { ...value, source: { ...source, inputs, gradient: 'none' } }
}

function keyOf(value: Value, numberOf: (of: Value) => number): string | null {
  const { source } = value
  if (source.kind === 'input') return null
  if (source.kind === 'constant') return `${value.type}[${value.shape.join()}]=${source.data.join()}`
  const inputs = source.inputs.map(numberOf)
  return `${source.onnx}(${inputs.join()})${JSON.stringify([source.onnxAttributes, source.onnxInputs])}`
}

/** The operator's inputs when the value was made by this operator, else null. */
function match(value: Value | undefined, onnx: string): readonly Value[] | null {
  return value?.source.kind === 'operator' && value.source.onnx === onnx ? value.source.inputs : null
}

function scalarOf(value: Value | undefined): number | null {
  if (value?.source.kind !== 'constant' || value.shape.length !== 0) return null
  return value.source.data[0] ?? null
}

/** The value itself, or for a single number under a reshape what was reshaped: broadcasting wants no axes of it. */
function smallest(value: Value | undefined): Value | undefined {
  const inner = match(value, 'Reshape')?.[0]
  return inner?.shape.length === 0 ? inner : value
}

/** Whether broadcasting stretches an image's factor: `[batch, channels, 1, 1]`, say. */
function isStretched({ shape }: Value, whole: Value | undefined): boolean {
  return shape.length === 4 && whole?.shape.length === 4 && !sameShape(shape, whole.shape)
}

/** What a product of products multiplies. */
function factorsOf(value: Value | undefined): Value[] {
  if (value === undefined) return []
  return match(value, 'Mul')?.flatMap(factorsOf) ?? [value]
}

const broadcasting: ReadonlySet<string> = new Set(['Add', 'Sub', 'Mul', 'Div', 'Where'])

/** One pass of the folding rules over a value whose inputs are folded already. */
function fold(value: Value): Value {
  const { source } = value
  if (source.kind !== 'operator') return value
  const [a, b] = source.inputs

  // Expand before an operator that broadcasts anyway is a copy for nothing.
  if (broadcasting.has(source.onnx)) {
    for (const [position, stretched] of source.inputs.entries()) {
      const small = smallest(match(stretched, 'Expand')?.[0])
      const others = source.inputs.filter((_, other) => other !== position)
      if (small !== undefined && others.some((other) => sameShape(other.shape, value.shape))) {
        return fold(withInputs(value, source, source.inputs.with(position, small)))
      }
    }
  }

  // A single number, stretched: stretching it again or reshaping it is stretching it once.
  if (source.onnx === 'Expand' || source.onnx === 'Reshape') {
    const single = smallest(match(a, 'Expand')?.[0])
    if (single !== undefined && elementCount(single.shape) === 1) return expand(single, value.shape)
  }

  // ONNX Runtime's Sigmoid is exact to 1e-7 of 1: of what is almost 0 that leaves few digits at -10, and from -18 on nothing, so that
  // the slope is nothing too and weights stop. The formula has all digits, and takes no longer.
  if (source.onnx === 'Sigmoid' && a !== undefined) {
    const one = constant(1, { type: value.type })
    return div(one, add(one, exp(neg(a))))
  }

  // -(x c) = x (-c)
  if (source.onnx === 'Neg') {
    const product = match(a, 'Mul')
    const factor = scalarOf(product?.[0]) ?? scalarOf(product?.[1])
    const rest = scalarOf(product?.[0]) === null ? product?.[0] : product?.[1]
    if (factor !== null && rest !== undefined) return fold(mul(rest, constant(-factor, { type: value.type })))
  }

  // (x c) d = x (c d), and x 1 = x
  if (source.onnx === 'Mul' && a !== undefined && b !== undefined) {
    const [x, c] = scalarOf(a) === null ? [a, scalarOf(b)] : [b, scalarOf(a)]
    if (c === 1 && sameShape(x.shape, value.shape)) return x
    const inner = match(x, 'Mul')
    if (c !== null && inner !== null) {
      const [p, q] = inner
      const factor = scalarOf(p) ?? scalarOf(q)
      const rest = scalarOf(p) === null ? p : q
      if (factor !== null && rest !== undefined && scalarOf(rest) === null) {
        return fold(mul(rest, constant(factor * c, { type: value.type })))
      }
    }
  }

  // (x k) l = x (k l) where k and l are stretched: their product is small.
  if (source.onnx === 'Mul' && a !== undefined && b !== undefined && isStretched(b, value)) {
    const [x, factor] = match(a, 'Mul') ?? []
    if (x !== undefined && factor !== undefined && isStretched(factor, value)) return fold(mul(x, mul(factor, b)))
  }

  // sum(x k) = k sum(x) where k does not change along the sum, for images, whose sums begin in each channel.
  if (source.onnx === 'ReduceSum' && value.shape.length === 4) {
    const factors = factorsOf(a)
    const goesOut = ({ shape }: Value) =>
      shape.length === 4 && shape.every((size, axis) => size === 1 || size === value.shape[axis])
    const outside = factors.filter(goesOut)
    const inside = factors.filter((factor) => !goesOut(factor))
    if (outside.length > 0 && inside.length > 0) {
      const total = withInputs(value, source, [inside.reduce((product, factor) => mul(product, factor))])
      return outside.reduce((product, factor) => mul(product, factor), total)
    }
  }

  // A bias for each channel is something that a convolution adds by itself.
  if (source.onnx === 'Add' && a !== undefined && b !== undefined) {
    const convolution = match(a, 'Conv')
    const bias = match(b, 'Reshape')?.[0]
    const perChannel = sameShape(b.shape, [1, a.shape[1] ?? 0, 1, 1]) && bias?.shape.length === 1
    if (convolution?.length === 2 && a.source.kind === 'operator' && perChannel) {
      return { ...value, source: { ...a.source, inputs: [...convolution, bias], gradient: 'none' } }
    }
  }

  // Adding up the rows of a matrix is a product with a row of ones, which is faster than ReduceSum and folds further.
  if (
    source.onnx === 'ReduceSum' &&
    a?.shape.length === 2 &&
    value.shape.length === 2 &&
    sameShape(value.shape, [1, a.shape[1] ?? 1])
  ) {
    const rows = fixed(a.shape[0])
    return matmul(constant(new Array<number>(rows).fill(1), { shape: [1, rows], type: a.type }), a)
  }

  // weight - a b is one Gemm that subtracts: the update of SGD costs nothing beyond its gradient.
  if (source.onnx === 'Sub' && a !== undefined && b !== undefined && sameShape(a.shape, value.shape)) {
    const flat = match(b, 'Reshape')?.[0]
    const subtracted = flat !== undefined && flat.shape.length === 2 && flat.shape[0] === 1 ? flat : b
    const product = match(subtracted, 'Gemm')
    if (product?.length === 2 && subtracted.source.kind === 'operator' && sameShape(b.shape, value.shape)) {
      const [left, right] = product
      const { transA, transB, alpha } = subtracted.source.onnxAttributes
      if (left !== undefined && right !== undefined) {
        const options = {
          transposeA: transA !== undefined,
          transposeB: transB !== undefined,
          alpha: -(alpha !== undefined && 'float' in alpha ? alpha.float : 1),
        }
        return reshape(affine(left, right, a, options), value.shape)
      }
    }
  }
  return value
}
