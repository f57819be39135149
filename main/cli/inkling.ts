/**
 * The command line: finds the command, gives it the outside world, and turns what it throws into `code: message` on stderr
 * and an exit code. What the commands do is in a file each.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, toErrorPayload } from '../../data/error.ts'
import { LIBRARY_FILE } from '../../data/library/library-file.ts'
import type { Context } from './command.ts'
import { commands } from './commands.ts'

/** Wrong usage. */
const USAGE = 2
const FAILED = 1

/** Interrupted by Ctrl-C: 128 and the number of the signal. */
const INTERRUPTED = 130

// A reader such as `head` may go away before everything was written.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

let interrupt = (): void => {
  process.stderr.write('Interrupted.\n', () => process.exit(INTERRUPTED))
}
process.once('SIGINT', () => {
  process.once('SIGINT', () => process.exit(INTERRUPTED))
  interrupt()
})

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

async function main(args: readonly string[]): Promise<number> {
  const wantsHelp = args.some((arg) => arg === '--help' || arg === '-h')
  const firstOption = args.findIndex((arg) => arg.startsWith('-'))
  const words = firstOption < 0 ? args : args.slice(0, firstOption)
  const found = Object.keys(commands).find((name) => words.join(' ').concat(' ').startsWith(`${name} `))
  if (wantsHelp) return await help(words, found)
  const entry = found === undefined ? undefined : commands[found]
  if (found === undefined || entry === undefined) throw unknownCommand(words)
  const { command } = await entry.load()
  const own = args.slice(found.split(' ').length)
  const json = own.includes('--json')
  const context = await createContext(json)
  return await command.run(
    own.filter((arg) => arg !== '--json'),
    found,
    context,
  )
}

async function help(words: readonly string[], found: string | undefined): Promise<number> {
  const { programHelp, groupHelp, commandHelp } = await import('./help.ts')
  const [first] = words
  const entry = found === undefined ? undefined : commands[found]
  if (found !== undefined && entry !== undefined) print(commandHelp(found, (await entry.load()).command))
  else if (first === undefined) print(programHelp())
  else if (isGroup(first)) print(groupHelp(first))
  else throw unknownCommand(words)
  return 0
}

function isGroup(word: string): boolean {
  return Object.keys(commands).some((name) => name.startsWith(`${word} `))
}

function unknownCommand(words: readonly string[]): AppError {
  const [first, second] = words
  const advice = 'See "inkling --help".'
  if (first === undefined)
    return new AppError('usage/unknown-command', `A command is missing: one of ${commandNames()}. ${advice}`)
  if (isGroup(first) && second === undefined) {
    const seconds = Object.keys(commands).flatMap((name) =>
      name.startsWith(`${first} `) ? [name.slice(first.length + 1)] : [],
    )
    return new AppError('usage/unknown-command', `"${first}" needs a second word: ${seconds.join(' or ')}. ${advice}`)
  }
  const given = isGroup(first) ? `${first} ${second ?? ''}` : first
  return new AppError('usage/unknown-command', `There is no command "${given}"; there are ${commandNames()}. ${advice}`)
}

function commandNames(): string {
  return Object.keys(commands).join(', ')
}

async function createContext(json: boolean): Promise<Context> {
  const { Datasets } = await import('../../data/datasets.ts')
  const { resolveDataDirectory, resolveSearchFolders } = await import('../../data/data-directory.ts')
  const dataDirectory = resolveDataDirectory()
  const searchFolders = resolveSearchFolders()
  // The library is looked into where there is one alone: most calls of the command line need none.
  const hasLibrary = existsSync(join(dataDirectory, LIBRARY_FILE))
  const library = hasLibrary ? await import('../../data/library/stored-drawings.ts') : null
  const note = (line: string): void => {
    if (process.stderr.isTTY) process.stderr.write(line)
  }
  const datasets = new Datasets({
    dataDirectory,
    searchFolders,
    readDrawings: () => library?.readStoredDrawings(dataDirectory) ?? [],
    onProgress: (_, fraction) => {
      note(`\rGenerating Inkling Synthetic: ${Math.floor(fraction * 100)} %${fraction === 1 ? '\n' : ''}`)
    },
  })
  const onInterrupt = (handler: () => void): void => {
    interrupt = handler
  }
  return { json, dataDirectory, searchFolders, datasets, print, note, onInterrupt }
}

try {
  const code = await main(process.argv.slice(2))
  // Not process.exit() alone: what was written to a pipe must get out first.
  process.stdout.write('', () => {
    process.exit(code)
  })
} catch (error) {
  const { code, message } = toErrorPayload(error)
  process.stderr.write(`${code}: ${message}\n`, () => {
    process.exit(code.startsWith('usage/') ? USAGE : FAILED)
  })
}
