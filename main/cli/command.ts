/** What a command is, and what it is given to work with. */
import type { Datasets } from '../../data/datasets.ts'
import type { Options, ValuesOf } from './options.ts'
import { readOptions } from './read-options.ts'

/** The outside world of a command. */
export type Context = {
  /** Whether `--json` was given: print JSON only. */
  readonly json: boolean
  readonly dataDirectory: string
  readonly searchFolders: readonly string[]
  readonly datasets: Datasets
  /** A line on stdout. With an error there should be none, so commands print at their end, unless they stream. */
  readonly print: (line: string) => void
  /** A line on stderr that a person should see, in whatever way the program is run. */
  readonly warn: (line: string) => void
  /** A line on stderr, shown only on a terminal. */
  readonly note: (line: string) => void
  /** How far it is, on one line of the terminal that is written over; nothing anywhere else. */
  readonly progress: (text: string) => void
  /** From now on Ctrl-C calls this instead of ending the program at once; the second Ctrl-C ends it nevertheless. */
  readonly onInterrupt: (handler: () => void) => void
}

/** 0 done, 1 failed, 130 interrupted (of whatever signal, see interruption.ts). Usage errors are thrown. */
export type ExitCode = 0 | 1 | 130

export type Command = {
  /** What it does, for its `--help`. */
  readonly description: string
  readonly options: Options
  /** Sample calls, without `inkling`. */
  readonly examples: readonly string[]
  readonly run: (args: readonly string[], usage: string, context: Context) => Promise<ExitCode>
}

type Definition<Table extends Options> = Omit<Command, 'options' | 'run'> & {
  readonly options: Table
  readonly run: (values: ValuesOf<Table>, context: Context) => Promise<ExitCode>
}

/** Ties a command's options to what it runs, so that each value has its type. */
export function defineCommand<Table extends Options>(definition: Definition<Table>): Command {
  return {
    ...definition,
    run: (args, usage, context) => definition.run(readOptions(definition.options, args, usage), context),
  }
}
