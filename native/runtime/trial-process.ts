/**
 * A process in which a device may fail. Node forks it; where that cannot be had (inside Electron's engine process, whose executable
 * does not start as Node), whoever opens the engine gives another launcher.
 */
import { fork } from 'node:child_process'
import { nodeFlags } from './node-flags.ts'

export type TrialProcess = {
  readonly pid: number | undefined
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  /** It could not start; the reason is no sentence. */
  onError(listener: (reason: string) => void): void
  /** `how` is for people: `exit code 1`, `SIGSEGV`. */
  onExit(listener: (how: string) => void): void
  kill(): void
}

/** `entry` is the file of native/runtime/device-process.ts, or of its bundle. */
export type TrialLauncher = (entry: string) => TrialProcess

/** By Node. */
export const forkTrial: TrialLauncher = (entry) => {
  const child = fork(entry, [], {
    // What the parent was started with (a debugger, a test runner) is not for the child.
    execArgv: [...nodeFlags],
    // Drivers talk: their words are of no use to the person.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  return {
    pid: child.pid,
    send(message) {
      child.send(message as object, () => {
        // A process that is gone already is told by 'exit'.
      })
    },
    onMessage: (listener) => void child.on('message', listener),
    onError: (listener) => void child.on('error', (error) => listener(error.message)),
    onExit: (listener) => void child.on('exit', (code, signal) => listener(signal ?? `exit code ${code}`)),
    kill: () => void child.kill('SIGKILL'),
  }
}

let launcher: TrialLauncher = forkTrial

/** From now on trials are started so, in this process. */
export function launchTrialsBy(other: TrialLauncher): void {
  launcher = other
}

export function launchTrial(entry: string): TrialProcess {
  return launcher(entry)
}
