/** What the engine process and the process that started it say to each other, beside the clients' own messages. */
import type { ErrorPayload } from '../../data/error.ts'

/** What the engine is told at its start, as the only argument of its command line, in JSON. */
export type EngineOptions = {
  /** Folder of the models that ship with Inkling. */
  readonly starterFolder: string
  /** Inkling's own version, for `app.read`. */
  readonly version: string
}

/** To the engine. `client` numbers the clients of this process; a utility process gets a port with `open` instead of messages. */
export type ToEngine =
  | { readonly type: 'open'; readonly client: number }
  | { readonly type: 'message'; readonly client: number; readonly message: unknown }
  | { readonly type: 'close'; readonly client: number }
  | { readonly type: 'shutdown' }
  | TrialToEngine

/** From the engine. `failed`: it cannot start and starting again would not help, as with a read-only data directory. */
export type FromEngine =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly error: ErrorPayload }
  | { readonly type: 'message'; readonly client: number; readonly message: unknown }
  | { readonly type: 'close'; readonly client: number }
  | TrialFromEngine

/** A process in which a device may fail, however it is started; the shape that native/runtime/trial-process.ts asks for. */
export type TrialProcess = {
  readonly pid: number | undefined
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onError(listener: (reason: string) => void): void
  onExit(listener: (how: string) => void): void
  kill(): void
}

/**
 * An engine that cannot start a process itself, as Electron's utility process, has the one that started it do so, for trying
 * devices. The engine numbers these processes.
 */
export type TrialFromEngine =
  | { readonly type: 'trial-start'; readonly trial: number }
  | { readonly type: 'trial-send'; readonly trial: number; readonly message: unknown }
  | { readonly type: 'trial-kill'; readonly trial: number }
export type TrialToEngine =
  | { readonly type: 'trial-message'; readonly trial: number; readonly message: unknown }
  | { readonly type: 'trial-exit'; readonly trial: number; readonly how: string }
