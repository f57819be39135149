/** How much arithmetic a model asks for, whatever form of its graph computes it. */
import { elementCount, fixed, inOrder, input, inputsOf, type Value } from '../graph/index.ts'
import { buildModel, keepAll, noteNothing, type ModelSpecification } from './models/index.ts'

/**
 * Floating-point operations of the products and convolutions in one training step, for each image: two (times, plus) for each
 * weight that a number meets, forward; as many again for the gradient by the weights, and as many for that by what went in,
 * which the first layer, whose input are the pixels, does not need. Everything else is left out.
 */
export function trainingOperations(spec: ModelSpecification): number {
  const model = buildModel(spec)
  const pixels = input('pixels', [1, 784])
  const parameters = new Map(model.parameters.map(({ name, shape }) => [name, input(name, shape)]))
  const parameter = (name: string): Value => {
    const value = parameters.get(name)
    if (value === undefined) throw new Error(`the model has no parameter "${name}"`)
    return value
  }
  /** What depends on a parameter. */
  const learned = new Set<Value>(parameters.values())
  let total = 0
  for (const value of inOrder([model.logits(pixels, parameter, 'inference', keepAll, noteNothing)])) {
    const inputs = inputsOf(value)
    const [from] = inputs
    if (isProduct(value)) total += 2 * multiplications(value) * (from !== undefined && learned.has(from) ? 3 : 2)
    if (inputs.some((of) => learned.has(of))) learned.add(value)
  }
  return total
}

function isProduct({ source }: Value): boolean {
  return source.kind === 'operator' && (source.onnx === 'Gemm' || source.onnx === 'Conv')
}

/** Each number of the result is a sum over one row of weights, or one kernel. */
function multiplications(product: Value): number {
  const [from, weights] = inputsOf(product)
  if (from === undefined || weights === undefined) throw new Error('a product has two inputs')
  const summands =
    weights.shape.length === 4 ? elementCount(weights.shape) / fixed(weights.shape[0]) : fixed(from.shape[1])
  return elementCount(product.shape) * summands
}
