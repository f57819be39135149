/** What `npm start -- ...` understands. */
import { parseArgs } from 'node:util'
import { AppError } from '../../data/error.ts'

export type StartArguments = { readonly browser: boolean; readonly port: number; readonly help: boolean }

export const startHelp = `Usage: npm start -- [options]

  --browser   serve Inkling for the browser, even where a window of its own can be had
  --port N    port of the browser door on 127.0.0.1, 0 to 65535 (0, the default: any free one); implies --browser
  --help      this text`

/** Throws `usage/unknown-option`, `usage/bad-value`. */
export function readStartArguments(argv: readonly string[]): StartArguments {
  const { values } = parse(argv)
  const { browser = false, help = false } = values
  return { browser: browser || values.port !== undefined, port: portOf(values.port ?? '0'), help }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: { browser: { type: 'boolean' }, port: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    })
  } catch (cause) {
    const found = (cause instanceof Error ? cause.message : String(cause)).replace(/\.?$/, '.')
    throw new AppError('usage/unknown-option', `${found} Known are --browser, --port N and --help.`, { cause })
  }
}

function portOf(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new AppError('usage/bad-value', `--port takes a whole number from 0 to 65535, found "${text}".`, {
    details: { option: 'port', found: text },
  })
}
