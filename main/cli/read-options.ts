/** Reads the words of the command line by a table of options. */
import { parseArgs } from 'node:util'
import { AppError } from '../../data/error.ts'
import { didYouMean } from './nearest.ts'
import { isOptional, type Option, type Options, type ValuesOf } from './options.ts'

/** An option as it was written, with two dashes and without its value: `-lr=.1` -> `--lr`. */
function wordOf(written: string): string {
  return written.replace(/^-+/, '--').replace(/=.*$/s, '')
}

/** How a person writes it: `--lr`; an argument by its name alone. */
function spelling(name: string, { positional }: Option<unknown>): string {
  return positional === true ? name : `--${name}`
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
  const declaredNames = declared.map(([name]) => `--${name}`)
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
      const near = didYouMean(wordOf(args[token.index] ?? token.rawName), declaredNames)
      throw new AppError('usage/unknown-option', `"${usage}" has no option ${token.rawName}.${near} ${advice}`)
    }
    if (given.has(token.name)) {
      throw new AppError('usage/bad-value', `--${token.name} was given twice. Name it once. ${advice}`)
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
      `${spelling(name, known)} should be ${known.expected}, but is "${given}".${didYouMean(given, known.names ?? [])} ${advice}`,
    )
  }
  return value
}
