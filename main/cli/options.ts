/**
 * Options as a table: each entry says how an option is written, what it is for and how its text becomes a value. Parsing
 * and `--help` are both drawn from the table.
 */
import { parseArgs } from 'node:util'
import { AppError } from '../../data/error.ts'

/** One option. `read` turns its text into a value, or null where the text makes no sense. */
export type Option<Value> = {
  readonly description: string
  /** What stands for the value in `--help`, such as `N`; null for a flag. */
  readonly placeholder: string | null
  /** What the text should be, for the error: `a whole number from 1 to 64`. */
  readonly expected: string
  readonly read: (text: string) => Value | null
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
  form: Pick<Option<Value>, 'placeholder' | 'expected' | 'read'>,
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

/** An option whose value is one of some names. */
export function choice<const Names extends readonly string[]>(
  names: Names,
  facts: Facts<Names[number]>,
): Option<Names[number]> {
  const read = (given: string): Names[number] | null => names.find((name) => name === given) ?? null
  const joined = names.join('|')
  const short = joined.length <= LONGEST_PLACEHOLDER
  const description = short ? facts.description : `${facts.description} One of ${names.join(', ')}.`
  const form = { placeholder: short ? joined : 'NAME', expected: `one of ${names.join(', ')}`, read }
  return option({ ...facts, description }, form)
}

export function wholeNumber(
  range: { readonly from: number; readonly to: number },
  facts: Facts<number>,
): Option<number> {
  const read = (given: string): number | null => {
    const value = /^\d+$/.test(given) ? Number(given) : Number.NaN
    return value >= range.from && value <= range.to ? value : null
  }
  return option(facts, { placeholder: 'N', expected: `a whole number from ${range.from} to ${range.to}`, read })
}

/** A decimal number above 0, at most `to`. */
export function positiveNumber(to: number, facts: Facts<number>): Option<number> {
  const read = (given: string): number | null => {
    const value = given.trim() === '' ? Number.NaN : Number(given)
    return value > 0 && value <= to ? value : null
  }
  return option(facts, { placeholder: 'X', expected: `a number above 0, at most ${to}`, read })
}

/** A decimal number from..to, both included. */
export function numberBetween(
  range: { readonly from: number; readonly to: number },
  facts: Facts<number>,
): Option<number> {
  const read = (given: string): number | null => {
    const value = given.trim() === '' ? Number.NaN : Number(given)
    return value >= range.from && value <= range.to ? value : null
  }
  return option(facts, { placeholder: 'X', expected: `a number from ${range.from} to ${range.to}`, read })
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

/** How a person writes it: `--lr`; an argument by its name alone. */
function spelling(name: string, { positional }: Option<unknown>): string {
  return positional === true ? name : `--${name}`
}

export function isOptional(candidate: Option<unknown>): boolean {
  return candidate.fallback !== undefined || 'optional' in candidate
}

/**
 * The values of `args` by the table. `usage` is the command's name, for the advice at the end of each error.
 * @throws usage/unknown-option, usage/missing-option, usage/bad-value
 */
export function readOptions<Table extends Options>(
  table: Table,
  args: readonly string[],
  usage: string,
): ValuesOf<Table> {
  const advice = `See "inkling ${usage} --help".`
  const given = new Map<string, string>()
  const places = Object.keys(table).filter((name) => table[name]?.positional === true)
  const declared = Object.entries(table)
    .filter(([name]) => !places.includes(name))
    .map(([name, { placeholder }]) => [name, { type: placeholder === null ? 'boolean' : 'string' }] as const)
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(declared),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind === 'positional') {
      const place = places.find((name) => !given.has(name))
      if (place !== undefined) {
        given.set(place, token.value)
        continue
      }
      throw new AppError('usage/unknown-option', `"${usage}" takes no argument "${token.value}". ${advice}`)
    }
    if (token.kind !== 'option') continue
    const known = Object.hasOwn(table, token.name) ? table[token.name] : undefined
    if (known === undefined || known.positional === true) {
      throw new AppError('usage/unknown-option', `"${usage}" has no option ${token.rawName}. ${advice}`)
    }
    given.set(token.name, textOf(token.name, token.value, token.inlineValue === true, known, advice))
  }
  const values = Object.entries(table).map(([name, known]) => [name, valueOf(name, given.get(name), known, advice)])
  return Object.fromEntries(values) as ValuesOf<Table>
}

function textOf(
  name: string,
  value: string | undefined,
  inline: boolean,
  { placeholder, expected }: Option<unknown>,
  advice: string,
): string {
  if (placeholder === null) {
    if (value !== undefined)
      throw new AppError('usage/bad-value', `--${name} takes no value, but "${value}" was given. ${advice}`)
    return ''
  }
  if (value === undefined || (!inline && value.startsWith('--'))) {
    throw new AppError('usage/bad-value', `--${name} needs a value: ${expected}. ${advice}`)
  }
  return value
}

function named(name: string, known: Option<unknown>): string {
  return known.positional === true ? (known.placeholder ?? name) : `--${name} ${known.placeholder ?? ''}`
}

function valueOf(name: string, given: string | undefined, known: Option<unknown>, advice: string): unknown {
  if (given === undefined) {
    if (isOptional(known)) return known.fallback
    throw new AppError('usage/missing-option', `${named(name, known)} is missing. ${advice}`)
  }
  const value = known.read(given)
  if (value === null) {
    throw new AppError(
      'usage/bad-value',
      `${spelling(name, known)} should be ${known.expected}, but is "${given}". ${advice}`,
    )
  }
  return value
}
