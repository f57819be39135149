/**
 * The same graph in operators that GPU providers have too. ONNX Runtime computes the others on the CPU, and every such visit
 * costs two copies and a wait (see docs/decisions/005-devices.md). On the CPU the single operators are faster.
 */
import { cast, exp, greater, log, max, reshape, sub, sum } from './operators/index.ts'
import { rebuild } from './rebuild.ts'
import { constant, type Value } from './value.ts'

/** For each operator that WebGPU lacks, what stands in its place. */
const replacements: Readonly<Record<string, (x: Value) => Value>> = {
  // Moved so that the largest is 0, exp cannot overflow: x - m - log(sum(exp(x - m))).
  LogSoftmax: (x) => {
    const moved = sub(x, reshape(max(x, -1), [...x.shape.slice(0, -1), 1]))
    return sub(moved, log(sum(exp(moved), { axes: [-1], keepDimensions: true })))
  },
  // 1 above 0, -1 below, 0 at 0.
  Sign: (x) => {
    const zero = constant(0, { type: x.type })
    return sub(cast(greater(x, zero), x.type), cast(greater(zero, x), x.type))
  },
}

export function portable(outputs: readonly Value[]): Value[] {
  return rebuild(outputs, (value) => {
    if (value.source.kind !== 'operator') return value
    const [x] = value.source.inputs
    const replace = replacements[value.source.onnx]
    return replace === undefined || x === undefined ? value : replace(x)
  })
}
