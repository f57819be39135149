/** The texts of `--help`. */
import type { Command } from './command.ts'
import { commands } from './commands.ts'
import { isOptional } from './options.ts'
import { definitions, wrap } from './wrap.ts'

/** Options that every command has. */
const common = [
  ['--json', 'Print JSON, for programs: an object on each line, and no other words on stdout.'],
  ['--help', 'Print this.'],
] as const

/** Longer lines are hard to read, and shorter ones leave no room for words. */
const WIDEST = 100
const NARROWEST = 24

/** Letters on a line of help, for a terminal of so many columns; undefined where the output is no terminal. */
export function helpWidth(columns: number | undefined): number {
  return Math.max(NARROWEST, Math.min(columns === undefined || columns === 0 ? WIDEST : columns, WIDEST))
}

export function programHelp(width: number): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => [name, summary] as const)
  return [
    ...wrap('Inkling: handwritten digits, averages and SGD, offline.', width),
    '',
    'Usage: inkling <command> [options]',
    '',
    ...definitions(rows, width),
    '',
    ...wrap('"inkling <command> --help" tells more. Every command takes --json. --version prints the version.', width),
    ...wrap(
      'Data sets are looked for in the folders of INKLING_DATASETS (separated as in PATH) and in the data directory: INKLING_DATA_DIR, or the usual place of this system, which "data list" names.',
      width,
    ),
    ...wrap(
      'Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted. Errors go to stderr as "code: message".',
      width,
    ),
  ].join('\n')
}

/** Help for the commands that begin with this word, such as `data`. */
export function groupHelp(word: string, width: number): string {
  const rows = Object.entries(commands)
    .filter(([name]) => name.startsWith(`${word} `))
    .map(([name, { summary }]) => [name, summary] as const)
  return [`Usage: inkling ${word} <command> [options]`, '', ...definitions(rows, width)].join('\n')
}

export function commandHelp(name: string, { description, options, examples }: Command, width: number): string {
  const rows = Object.entries(options).map(([option, facts]): [string, string] => {
    const value = facts.placeholder === null ? '' : ` ${facts.placeholder}`
    const remark = facts.shownDefault === null ? '' : ` Default: ${facts.shownDefault}.`
    const need = isOptional(facts) ? '' : ' Required.'
    const shown = facts.positional === true ? (facts.placeholder ?? option) : `--${option}${value}`
    return [shown, `${facts.description}${need}${remark}`]
  })
  const places = Object.values(options).flatMap(({ positional, placeholder }) =>
    positional === true ? [` ${placeholder ?? ''}`] : [],
  )
  return [
    `Usage: inkling ${name}${places.join('')} [options]`,
    '',
    ...wrap(description, width),
    '',
    'Options:',
    ...definitions([...rows, ...common], width),
    '',
    'Examples:',
    ...examples.map((example) => `  inkling ${example}`),
  ].join('\n')
}
