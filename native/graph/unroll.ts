/** A repeated step written out as a plain graph, step after step: what Scan does, for devices where Scan leaves the device. */
import { nextName, type GraphDescription, type RepeatedStep } from './onnx/write.ts'
import { concat, gatherRows, reshape } from './operators/index.ts'
import { rebuild } from './rebuild.ts'
import { constant, input, type Value } from './value.ts'

/**
 * The graph of `count` steps, with the inputs and outputs that writeRepeatedStep's model has for that many. What does not
 * change from step to step (constants) is there once.
 */
export function unroll(step: RepeatedStep, count: number): GraphDescription {
  const sliced = step.sliced.map((leaf) => input(nameOf(leaf), [count, ...leaf.shape], leaf.type))
  const collectedNames = Object.keys(step.collected)
  const collected: Value[][] = collectedNames.map(() => [])
  let state: readonly Value[] = step.state.map(({ before }) => before)

  for (let at = 0; at < count; at += 1) {
    const given = new Map<Value, Value>([
      ...step.state.map(({ before }, position) => [before, state[position] ?? before] as const),
      ...step.sliced.map((leaf, position) => [leaf, rowOf(sliced[position] ?? leaf, at)] as const),
    ])
    const results = rebuild(
      [...step.state.map(({ after }) => after), ...Object.values(step.collected)],
      (value) => given.get(value) ?? value,
    )
    state = results.slice(0, step.state.length)
    for (const [position, value] of results.slice(step.state.length).entries()) {
      collected[position]?.push(reshape(value, [1, ...value.shape]))
    }
  }

  return {
    name: step.name,
    inputs: [...step.state.map(({ before }) => before), ...sliced, ...step.shared],
    outputs: {
      ...Object.fromEntries(
        step.state.map(({ before }, position) => [nextName(nameOf(before)), state[position] ?? before]),
      ),
      ...Object.fromEntries(collectedNames.map((name, position) => [name, concat(collected[position] ?? [], 0)])),
    },
  }
}

/** Row `at` of a table, without the axis of the rows. */
function rowOf(table: Value, at: number): Value {
  return gatherRows(table, constant(at, { type: 'int32' }))
}

function nameOf(leaf: Value): string {
  if (leaf.source.kind !== 'input') throw new Error('state and slices are input leaves')
  return leaf.source.name
}
