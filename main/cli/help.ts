/** The texts of `--help`. */
import type { Command } from './command.ts'
import { commands } from './commands.ts'
import { isOptional } from './options.ts'
import { table } from './table.ts'

/** Options that every command has. */
const common = [
  ['--json', 'Print JSON, for programs.'],
  ['--help', 'Print this.'],
] as const

export function programHelp(): string {
  const rows = Object.entries(commands).map(([name, { summary }]) => [`  ${name}`, summary])
  return [
    'Inkling: handwritten digits, averages and SGD, offline.',
    '',
    'Usage: inkling <command> [options]',
    '',
    ...table(rows),
    '',
    'inkling <command> --help tells more. Every command takes --json.',
    'Data sets are looked for in the folders of INKLING_DATASETS and in the data directory (INKLING_DATA_DIR).',
    'Exit codes: 0 done, 1 failed, 2 wrong usage. Errors go to stderr as "code: message".',
  ].join('\n')
}

/** Help for the commands that begin with this word, such as `data`. */
export function groupHelp(word: string): string {
  const rows = Object.entries(commands)
    .filter(([name]) => name.startsWith(`${word} `))
    .map(([name, { summary }]) => [`  ${name}`, summary])
  return [`Usage: inkling ${word} <command> [options]`, '', ...table(rows)].join('\n')
}

export function commandHelp(name: string, { description, options, examples }: Command): string {
  const rows = Object.entries(options).map(([option, facts]) => {
    const value = facts.placeholder === null ? '' : ` ${facts.placeholder}`
    const remark = facts.shownDefault === null ? '' : ` Default: ${facts.shownDefault}.`
    const need = isOptional(facts) ? '' : ' Required.'
    const shown = facts.positional === true ? `  ${facts.placeholder ?? option}` : `  --${option}${value}`
    return [shown, `${facts.description}${need}${remark}`]
  })
  const places = Object.values(options).flatMap(({ positional, placeholder }) =>
    positional === true ? [` ${placeholder ?? ''}`] : [],
  )
  return [
    `Usage: inkling ${name}${places.join('')} [options]`,
    '',
    description,
    '',
    'Options:',
    ...table([...rows, ...common.map(([option, meaning]) => [`  ${option}`, meaning])]),
    '',
    'Examples:',
    ...examples.map((example) => `  inkling ${example}`),
  ].join('\n')
}
