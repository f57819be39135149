/**
 * Options as a table: each entry says how an option is written, what it is for and how its text becomes a value. Parsing
 * (read-options.ts) and `--help` (help.ts) are both drawn from the table.
 */

/** One option. `read` turns its text into a value, or null where the text makes no sense. */
export type Option<Value> = {
  readonly description: string
  /** What stands for the value in `--help`, such as `N`; null for a flag. */
  readonly placeholder: string | null
  /** What the text should be, for the error: `a whole number from 1 to 64`. */
  readonly expected: string
  readonly read: (text: string) => Value | null
  /** What the value is one of, where it is a name: for "did you mean". */
  readonly names?: readonly string[]
  /** Value when the option is not given. */
  readonly fallback: Value | undefined
  /** How the default is told; null where there is none. */
  readonly shownDefault: string | null
  /** Given by its place, without `--name`; the order of the table is the order on the command line. */
  readonly positional?: boolean
}

export type Options = Readonly<Record<string, Option<unknown>>>

/** The values of a table: an option without a default may be undefined, unless it is required. */
export type ValuesOf<Table extends Options> = {
  readonly [Name in keyof Table]: Table[Name] extends Option<infer Value> ? Value : never
}

type Facts<Value> = { readonly description: string; readonly default?: Value }

function option<Value>(
  facts: Facts<Value>,
  form: Pick<Option<Value>, 'placeholder' | 'expected' | 'read' | 'names'>,
): Option<Value> {
  const fallback = facts.default
  const shownDefault = fallback === undefined ? null : String(fallback)
  return { ...form, description: facts.description, fallback, shownDefault }
}

export function text(placeholder: string, facts: Facts<string>): Option<string> {
  return option(facts, { placeholder, expected: `a ${placeholder}`, read: (given) => (given === '' ? null : given) })
}

/** Longer lists of names stand in the description instead of the placeholder. */
const LONGEST_PLACEHOLDER = 20

/** Puts something in the place of the first sentence's period. */
function afterFirstSentence(description: string, insertion: string): string {
  return description.replace(/\.(?= |$)/, insertion)
}

/** An option whose value is one of some names. */
export function choice<const Names extends readonly string[]>(
  names: Names,
  facts: Facts<Names[number]>,
): Option<Names[number]> {
  const read = (given: string): Names[number] | null => names.find((name) => name === given) ?? null
  const joined = names.join('|')
  const short = joined.length <= LONGEST_PLACEHOLDER
  const description = short ? facts.description : afterFirstSentence(facts.description, `. One of ${names.join(', ')}.`)
  const form = { placeholder: short ? joined : 'NAME', expected: `one of ${names.join(', ')}`, read, names }
  return option({ ...facts, description }, form)
}

/** What a person writes as a decimal number: `0.3`, `.3`, `1e-3`. */
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** The number that is written there; NaN for what is none, such as `0x10`. */
export function decimalOf(given: string): number {
  return decimal.test(given) ? Number(given) : Number.NaN
}

/** The range belongs to the first sentence: `Images per mini-batch (1 to 100000).` */
function withRange<Value>(facts: Facts<Value>, range: string): Facts<Value> {
  return { ...facts, description: afterFirstSentence(facts.description, ` (${range}).`) }
}

export function wholeNumber(
  range: { readonly from: number; readonly to: number },
  facts: Facts<number>,
): Option<number> {
  const read = (given: string): number | null => {
    const value = /^\d+$/.test(given) ? Number(given) : Number.NaN
    return value >= range.from && value <= range.to ? value : null
  }
  const told = `${range.from} to ${range.to}`
  return option(withRange(facts, told), { placeholder: 'N', expected: `a whole number from ${told}`, read })
}

/** A decimal number above 0, at most `to`. */
export function positiveNumber(to: number, facts: Facts<number>): Option<number> {
  const read = (given: string): number | null => {
    const value = decimalOf(given)
    return value > 0 && value <= to ? value : null
  }
  const told = `above 0, at most ${to}`
  return option(withRange(facts, told), { placeholder: 'X', expected: `a number ${told}`, read })
}

/** A decimal number from..to, both included. */
export function numberBetween(
  range: { readonly from: number; readonly to: number },
  facts: Facts<number>,
): Option<number> {
  const read = (given: string): number | null => {
    const value = decimalOf(given)
    return value >= range.from && value <= range.to ? value : null
  }
  const told = `${range.from} to ${range.to}`
  return option(withRange(facts, told), { placeholder: 'X', expected: `a number from ${told}`, read })
}

/** Several values with commas between them; `read` takes one of them, and null says that it makes no sense. */
export function listOf<Value>(
  read: (text: string) => Value | null,
  facts: { readonly description: string; readonly placeholder: string; readonly expected: string } & {
    readonly default: readonly NoInfer<Value>[]
  },
): Option<readonly Value[]> {
  const { description, placeholder, expected } = facts
  const readAll = (given: string): Value[] | null => {
    const values: Value[] = []
    for (const part of given.split(',')) {
      const value = read(part)
      if (value === null) return null
      values.push(value)
    }
    return values
  }
  return option({ description, default: facts.default }, { placeholder, expected, read: readAll })
}

/** Given or not. */
export function flag(description: string): Option<boolean> {
  return { description, placeholder: null, expected: '', read: () => true, fallback: false, shownDefault: null }
}

/** Makes an option's absence undefined instead of an error. */
export function optional<Value>(inner: Option<Value>): Option<Value | undefined> & { readonly optional: true } {
  return { ...inner, optional: true }
}

/** Makes an option an argument: `data download mnist` instead of `--dataset mnist`. */
export function argument<Value>(inner: Option<Value>): Option<Value> {
  return { ...inner, positional: true }
}

export function isOptional(candidate: Option<unknown>): boolean {
  return candidate.fallback !== undefined || 'optional' in candidate
}
