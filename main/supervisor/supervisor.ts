/**
 * Keeps an engine process running: starts it, starts it again when it dies, gives up when it dies at once again and again.
 * Knows neither how the process is made nor who talks to it.
 */
import { AppError, fromErrorPayload, toErrorPayload, type ErrorPayload } from '../../data/error.ts'
import type { EngineState } from '../contract/types.ts'

/** A started engine, however it was made. Listeners are called at most once each. */
export type EngineProcess = {
  onReady(listener: () => void): void
  /** It cannot work here, and a second try would end the same way. */
  onFailed(listener: (error: ErrorPayload) => void): void
  /** `how` is for people: `exit code 1`, `signal SIGKILL`. */
  onExit(listener: (how: string) => void): void
  /** Asks it to save and end. */
  shutdown(): void
  kill(): void
}

export type EngineStatus = { readonly state: EngineState; readonly problem: ErrorPayload | null }

export type Supervisor<P extends EngineProcess> = {
  readonly status: EngineStatus
  /** The process to talk to; null while there is none. */
  readonly engine: P | null
  /** Returns the function that ends the subscription. */
  onChange(listener: (status: EngineStatus) => void): () => void
  /** Resolves when the engine has ended; kills it when it takes longer than `graceMilliseconds`. */
  close(): Promise<void>
  /** Ends the engine at once; for a person who does not want to wait for `close`. */
  kill(): void
}

export type SupervisorOptions<P extends EngineProcess> = {
  readonly start: () => P
  /** Waiting time before each further start; one more early death than entries and it is given up. */
  readonly delays?: readonly number[]
  /** Milliseconds of running after which a death counts as the first again. */
  readonly stableAfter?: number
  readonly graceMilliseconds?: number
}

export function createSupervisor<P extends EngineProcess>(options: SupervisorOptions<P>): Supervisor<P> {
  const { start, delays = [0, 250, 1000, 2000, 4000], stableAfter = 10_000, graceMilliseconds = 3000 } = options
  const listeners = new Set<(status: EngineStatus) => void>()
  let status: EngineStatus = { state: 'starting', problem: null }
  let engine: P | null = null
  let earlyDeaths = 0
  let timer: ReturnType<typeof setTimeout> | null = null
  let closing: (() => void) | null = null

  function change(state: EngineState, problem: ErrorPayload | null = null): void {
    status = { state, problem }
    for (const listener of listeners) listener(status)
  }

  function launch(): void {
    timer = null
    const startedAt = Date.now()
    const own = start()
    engine = own
    let problem: ErrorPayload | null = null
    own.onReady(() => change('running'))
    own.onFailed((error) => {
      problem = error
    })
    own.onExit((how) => {
      engine = null
      if (closing !== null) return closing()
      if (problem !== null) return change('failed', problem)
      earlyDeaths = Date.now() - startedAt >= stableAfter ? 1 : earlyDeaths + 1
      const delay = delays[earlyDeaths - 1]
      if (delay === undefined) return change('failed', givenUp(earlyDeaths, how))
      change('restarting')
      timer = setTimeout(launch, delay)
    })
  }

  launch()
  return {
    kill() {
      closing ??= () => undefined
      engine?.kill()
    },
    get status() {
      return status
    },
    get engine() {
      return engine
    },
    onChange(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    close() {
      if (timer !== null) clearTimeout(timer)
      listeners.clear()
      const own = engine
      if (own === null) return Promise.resolve()
      return new Promise((resolve) => {
        const last = setTimeout(() => own.kill(), graceMilliseconds)
        closing = () => {
          clearTimeout(last)
          resolve()
        }
        own.shutdown()
      })
    },
  }
}

/** Resolves when an engine runs; throws why when it was given up. */
export function whenRunning<P extends EngineProcess>(supervisor: Supervisor<P>): Promise<void> {
  return new Promise((resolve, reject) => {
    function look({ state, problem }: EngineStatus): void {
      if (state === 'running') resolve()
      else if (problem !== null) reject(fromErrorPayload(problem))
      else return
      unsubscribe()
    }
    const unsubscribe = supervisor.onChange(look)
    look(supervisor.status)
  })
}

function givenUp(deaths: number, how: string): ErrorPayload {
  return toErrorPayload(
    new AppError(
      'engine/crashed',
      `The engine ended ${deaths} times in a row soon after its start, the last time with ${how}. What was saved is kept. Close Inkling and start it again; the terminal that it was started from shows why the engine ended.`,
      { details: { deaths, how } },
    ),
  )
}
