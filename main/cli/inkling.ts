/**
 * The command line: finds the command, gives it the outside world, and turns what it throws into `code: message` on stderr
 * and an exit code. What the commands do is in a file each.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, toErrorPayload } from '../../data/error.ts'
import { LIBRARY_FILE } from '../../data/library/library-file.ts'
import type { Context } from './command.ts'
import { commands } from './commands.ts'
import { listenForInterruption } from './interruption.ts'
import { didYouMean } from './nearest.ts'
import { Terminal } from './terminal.ts'

/** Wrong usage. */
const USAGE = 2
const FAILED = 1

const terminal = new Terminal()
const interruption = listenForInterruption((line, done) => terminal.warn(line, done))

async function main(args: readonly string[]): Promise<number> {
  const { words, found } = find(args)
  const [first, ...more] = words
  if (first === 'help') return await help(more, find(more).found)
  if (args.some((arg) => arg === '--help' || arg === '-h')) return await help(words, found)
  if (found === undefined && args.includes('--version')) return version()
  const entry = found === undefined ? undefined : commands[found]
  if (found === undefined || entry === undefined) throw unknownCommand(words)
  const { command } = await entry.load()
  const own = withoutCommand(args, found)
  const context = await createContext(own.includes('--json'))
  return await command.run(
    own.filter((arg) => arg !== '--json'),
    found,
    context,
  )
}

/** The words before the first option, and the command that they begin with. `--json` may stand before the command too. */
function find(args: readonly string[]): { words: readonly string[]; found: string | undefined } {
  const rest = args.slice(leadingOptions(args))
  const firstOption = rest.findIndex((arg) => arg.startsWith('-'))
  const words = firstOption < 0 ? rest : rest.slice(0, firstOption)
  const found = Object.keys(commands).find((name) => `${words.join(' ')} `.startsWith(`${name} `))
  return { words, found }
}

function leadingOptions(args: readonly string[]): number {
  const first = args.findIndex((arg) => arg !== '--json')
  return first < 0 ? args.length : first
}

/** What is the command's own: everything but its name. */
function withoutCommand(args: readonly string[], found: string): readonly string[] {
  const before = leadingOptions(args)
  return [...args.slice(0, before), ...args.slice(before + found.split(' ').length)]
}

function version(): number {
  const file = join(import.meta.dirname, '..', '..', 'package.json')
  terminal.print((JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version)
  return 0
}

async function help(words: readonly string[], found: string | undefined): Promise<number> {
  const { programHelp, groupHelp, commandHelp, helpWidth } = await import('./help.ts')
  const [first, second] = words
  const entry = found === undefined ? undefined : commands[found]
  const width = helpWidth(process.stdout.columns)
  if (found !== undefined && entry !== undefined)
    terminal.print(commandHelp(found, (await entry.load()).command, width))
  else if (first === undefined) terminal.print(programHelp(width))
  else if (isGroup(first) && second === undefined) terminal.print(groupHelp(first, width))
  else throw unknownCommand(words)
  return 0
}

function isGroup(word: string): boolean {
  return Object.keys(commands).some((name) => name.startsWith(`${word} `))
}

function unknownCommand(words: readonly string[]): AppError {
  const [first, second] = words
  const error = (message: string): AppError => new AppError('usage/unknown-command', `${message} See "inkling --help".`)
  const names = Object.keys(commands)
  if (first === undefined) return error(`A command is missing: one of ${names.join(', ')}.`)
  if (!isGroup(first)) {
    // `import x.zip` for `data import x.zip` is a near miss too.
    const inGroup = names.find((name) => name.endsWith(` ${first}`))
    const near = inGroup === undefined ? didYouMean(first, names) : ` Did you mean "${inGroup}"?`
    return error(`There is no command "${first}".${near} There are ${names.join(', ')}.`)
  }
  const seconds = names.flatMap((name) => (name.startsWith(`${first} `) ? [name.slice(first.length + 1)] : []))
  if (second === undefined) return error(`"${first}" needs a second word: one of ${seconds.join(', ')}.`)
  const near = didYouMean(second, seconds)
  return error(`There is no command "${first} ${second}".${near} After "${first}" comes one of ${seconds.join(', ')}.`)
}

async function createContext(json: boolean): Promise<Context> {
  const { Datasets } = await import('../../data/datasets.ts')
  const { resolveDataDirectory, resolveSearchFolders } = await import('../../data/data-directory.ts')
  const dataDirectory = resolveDataDirectory()
  const searchFolders = resolveSearchFolders()
  // The library is looked into where there is one alone: most calls of the command line need none.
  const hasLibrary = existsSync(join(dataDirectory, LIBRARY_FILE))
  const library = hasLibrary ? await import('../../data/library/stored-drawings.ts') : null
  const datasets = new Datasets({
    dataDirectory,
    searchFolders,
    readDrawings: () => library?.readStoredDrawings(dataDirectory) ?? [],
    onProgress: (_, fraction) => terminal.progress(`Generating Inkling Synthetic: ${Math.floor(fraction * 100)} %`),
  })
  return {
    json,
    dataDirectory,
    searchFolders,
    datasets,
    print: (line) => terminal.print(line),
    warn: (line) => terminal.warn(line),
    note: (line) => terminal.note(line),
    progress: (text) => terminal.progress(text),
    onInterrupt: (handler) => interruption.onInterrupt(handler),
  }
}

try {
  terminal.finish(interruption.exitCode(await main(process.argv.slice(2))))
} catch (error) {
  const { code, message } = toErrorPayload(error)
  terminal.warn(`${code}: ${message}`, () => process.exit(code.startsWith('usage/') ? USAGE : FAILED))
}
