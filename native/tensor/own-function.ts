/** Functions that a person wrote: the names that a call of one begins with. */
import { Mistake } from './mistake.ts'
import type { OwnFunction, Value } from './values.ts'

/** Parameters by place or name, else their fallbacks, over the names around the function. Throws `tensor/wrong-type`. */
export function scopeOf(
  callee: OwnFunction,
  values: readonly Value[],
  keywords: ReadonlyMap<string, Value>,
): Map<string, Value> {
  const scope = new Map(callee.around)
  const { parameters, name } = callee
  if (values.length > parameters.length) {
    throw new Mistake('tensor/wrong-type', `${name}() takes ${parameters.length} ${parameters.length === 1 ? 'value' : 'values'}, and ${values.length} are given.`) // prettier-ignore
  }
  for (const keyword of keywords.keys()) {
    if (!parameters.some((parameter) => parameter.name === keyword)) {
      throw new Mistake('tensor/wrong-type', `${name}() has no parameter called ${keyword}.`)
    }
  }
  parameters.forEach((parameter, index) => {
    const value = values[index] ?? keywords.get(parameter.name) ?? callee.fallbacks.get(parameter.name)
    if (value === undefined) throw new Mistake('tensor/wrong-type', `${name}() also needs a value for ${parameter.name}.`) // prettier-ignore
    scope.set(parameter.name, value)
  })
  return scope
}
