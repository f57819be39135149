/** Copies of a graph with some of its values replaced: what unrolling and the forms for other devices are made of. */
import { inOrder, type Value } from './value.ts'

/**
 * The outputs again, where `rule` says for each value what stands in its place; the value that it is given has replaced
 * inputs already. What no replacement reaches stays the same object. The result is for running: it carries no gradients.
 */
export function rebuild(outputs: readonly Value[], rule: (value: Value) => Value): Value[] {
  const replacement = new Map<Value, Value>()
  for (const value of inOrder(outputs)) {
    const { source } = value
    if (source.kind !== 'operator') {
      replacement.set(value, rule(value))
      continue
    }
    const inputs = source.inputs.map((of) => replacement.get(of) ?? of)
    const changed = inputs.some((of, position) => of !== source.inputs[position])
    replacement.set(value, rule(changed ? { ...value, source: { ...source, inputs, gradient: 'none' } } : value))
  }
  return outputs.map((value) => replacement.get(value) ?? value)
}
