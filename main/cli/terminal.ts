/** Where the command line writes: results on stdout; remarks, errors and the line of progress on stderr. */
import { reasonOf } from '../../data/data-directory.ts'

/** Milliseconds between two changes of the line of progress. */
const INTERVAL = 100
/** Columns of a terminal that does not tell. */
const USUAL_COLUMNS = 80

/** The reader of the output has gone: 128 and the number of SIGPIPE, as of any program that is ended so. */
const READER_GONE = 141
const FAILED = 1

/** What is used of `process.stdout` and `process.stderr`. */
type Output = {
  write(text: string, done?: (error?: Error | null) => void): unknown
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

export class Terminal {
  readonly #stdout: Output
  readonly #stderr: Output
  readonly #end: (code: number) => void
  readonly #movesCursor: boolean
  #shown = 0
  #lastChange = Number.NEGATIVE_INFINITY

  /** `end` is called where nothing can be written any more: the program has no use then. */
  constructor(
    stdout: Output = process.stdout,
    stderr: Output = process.stderr,
    end: (code: number) => void = (code) => process.exit(code),
  ) {
    this.#stdout = stdout
    this.#stderr = stderr
    this.#end = end
    this.#movesCursor = stderr.isTTY === true && process.env['TERM'] !== 'dumb'
    stdout.on('error', (error: NodeJS.ErrnoException) => this.#lost(error))
    // Nobody is left who could be told.
    stderr.on('error', () => undefined)
  }

  print(line: string): void {
    this.#clear()
    this.#stdout.write(`${line}\n`)
  }

  /** `done` is called when it is written. */
  warn(line: string, done: () => void = () => undefined): void {
    this.#clear()
    this.#stderr.write(`${line}\n`, () => done())
  }

  note(line: string): void {
    if (this.#stderr.isTTY !== true) return
    this.#clear()
    this.#stderr.write(`${line}\n`)
  }

  /** Cut to the width of the terminal, since a longer line could not be written over. */
  progress(text: string): void {
    const now = performance.now()
    if (!this.#movesCursor || now - this.#lastChange < INTERVAL) return
    this.#lastChange = now
    const columns = this.#stderr.columns ?? 0
    const shown = text.slice(0, (columns > 0 ? columns : USUAL_COLUMNS) - 1)
    this.#write(shown)
  }

  /** Ends the program with `code` when all output has got out. */
  finish(code: number): void {
    this.#clear()
    this.#stdout.write('', (error) => {
      if (error) this.#lost(error)
      else this.#end(code)
    })
  }

  #clear(): void {
    if (this.#shown === 0) return
    this.#write('')
    this.#stderr.write('\r')
    this.#lastChange = Number.NEGATIVE_INFINITY
  }

  #write(text: string): void {
    this.#stderr.write(`\r${text.padEnd(this.#shown)}`)
    this.#shown = text.length
  }

  #lost(error: NodeJS.ErrnoException): void {
    if (error.code === 'EPIPE') return this.#end(READER_GONE)
    this.warn(`file/not-writable: The output cannot be written: ${reasonOf(error)}. Send it somewhere else.`, () =>
      this.#end(FAILED),
    )
  }
}
