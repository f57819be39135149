/** How an operator is written down: shape rule and gradient side by side. The files beside this one hold the operators. */
import type { ElementType, OnnxAttribute, Shape, Value } from '../value.ts'

export type Rules<Inputs extends readonly Value[]> = {
  /** Shape and element type of the result. */
  readonly shape: Shape
  readonly type: ElementType
  /**
   * Given the gradient of the loss by the result (`incoming`) and the result itself, the gradient by each input; null
   * where an input has none. What broadcasting stretched need not be summed here: the walk does it.
   */
  readonly gradient: ((incoming: Value, result: Value) => { readonly [K in keyof Inputs]: Value | null }) | 'none'
  readonly onnxAttributes?: Readonly<Record<string, OnnxAttribute>>
  readonly onnxInputs?: readonly (readonly number[])[]
}

/** Applies the ONNX operator of that name (opset 17) to inputs, by these rules. */
export function apply<const Inputs extends readonly Value[]>(
  onnx: string,
  inputs: Inputs,
  rules: Rules<Inputs>,
): Value {
  return {
    type: rules.type,
    shape: rules.shape,
    source: {
      kind: 'operator',
      onnx,
      inputs,
      gradient: rules.gradient,
      onnxAttributes: rules.onnxAttributes ?? {},
      onnxInputs: rules.onnxInputs ?? [],
    },
  }
}

/**
 * A value composed of several operators whose gradient is known as a whole, by `inputs` somewhere below it: the walk then jumps
 * over what lies between. For where the whole is simpler than its parts.
 */
export function withGradient<const Inputs extends readonly Value[]>(
  value: Value,
  inputs: Inputs,
  gradient: (incoming: Value) => { readonly [K in keyof Inputs]: Value | null },
): Value {
  if (value.source.kind !== 'operator') throw new Error('only what an operator made can have a gradient of its own')
  return { ...value, source: { ...value.source, gradient, gradientInputs: inputs } }
}
