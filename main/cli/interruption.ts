/** Ctrl-C, and what else asks the program to end: the first time in order, the second time at once. */

/** What a shell makes of them: 128 and the number of the signal. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
type Signal = keyof typeof exitCodes

export type Interruption = {
  /** Called by the first signal instead of ending the program. */
  onInterrupt(handler: () => void): void
  /** The exit code of a command that answers 130: the one of the signal that ended it. */
  exitCode(answered: number): number
}

/** `warn` writes a line and calls back when it is written. */
export function listenForInterruption(warn: (line: string, done: () => void) => void): Interruption {
  let first: Signal | null = null
  let handler: (() => void) | null = null
  for (const signal of Object.keys(exitCodes).filter((name): name is Signal => name in exitCodes)) {
    process.on(signal, () => {
      if (first !== null) process.exit(exitCodes[signal])
      first = signal
      if (handler === null) warn('Interrupted.', () => process.exit(exitCodes[signal]))
      else handler()
    })
  }
  return {
    onInterrupt(wanted) {
      handler = wanted
    },
    exitCode: (answered) => (first !== null && answered === exitCodes.SIGINT ? exitCodes[first] : answered),
  }
}
