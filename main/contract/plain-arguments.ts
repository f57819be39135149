/**
 * A first look at the arguments of a command, before their schema goes through every key and every item: what no command has is
 * refused at once, however large it is.
 */

/** Values in all: a drawing of the most points, with pressure and time, has fewer. */
const MOST_VALUES = 400_000
/** Of one object; specifications have thirty. */
const MOST_KEYS = 200
const DEEPEST = 32
/** Bytes are uploads, and stand under this name alone. */
const BYTES = 'bytes'

/** What is wrong with the arguments, or null where their schema may have a look. */
export function faultIn(given: unknown): string | null {
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value: given, depth: 0 }]
  let values = 0
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth } = next
    values += 1
    if (values > MOST_VALUES) return `they hold more than ${MOST_VALUES} values`
    if (typeof value !== 'object' || value === null) continue
    if (depth > DEEPEST) return `they lie in each other more than ${DEEPEST} times`
    if (Array.isArray(value)) {
      if (value.length > MOST_VALUES) return `they hold a list of ${value.length} items`
      for (const item of value) waiting.push({ value: item, depth: depth + 1 })
      continue
    }
    if (!isPlain(value)) return 'they hold something that is neither text, number, list nor object'
    const entries = Object.entries(value)
    if (entries.length > MOST_KEYS) return `they hold an object of ${entries.length} keys`
    for (const [key, item] of entries) {
      if (key === BYTES && item instanceof Uint8Array) continue
      waiting.push({ value: item, depth: depth + 1 })
    }
  }
  return null
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
