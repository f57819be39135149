/** The engine as a child process of Node, with every client's messages over its one IPC channel. */
import { fork } from 'node:child_process'
import type { ErrorPayload } from '../../data/error.ts'
import { channelOver, createMailbox, type Channel, type Mailbox } from '../contract/channel.ts'
import type { EngineOptions, FromEngine, ToEngine } from '../contract/process-messages.ts'
import type { EngineProcess } from './supervisor.ts'

export type ForkedEngine = EngineProcess & {
  readonly pid: number | undefined
  /** A new client's channel; it ends with the process. */
  connect(): Channel
}

export type ForkOptions = {
  /** File of the engine's entry: main/engine/process.ts, or its bundle. */
  readonly entry: string
  readonly options: EngineOptions
  readonly environment?: NodeJS.ProcessEnv
}

export function forkEngine({ entry, options, environment = process.env }: ForkOptions): ForkedEngine {
  const child = fork(entry, [JSON.stringify(options)], {
    serialization: 'advanced',
    // The reasons are in native/runtime/node-flags.ts, which this folder may not import.
    execArgv: ['--disable-warning=ExperimentalWarning', '--single-threaded-gc'],
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const clients = new Map<number, Mailbox>()
  let lastClient = 0
  let exited: string | null = null
  const listeners = {
    ready: new Set<() => void>(),
    failed: new Set<(error: ErrorPayload) => void>(),
    exit: new Set<(how: string) => void>(),
  }

  function tell(message: ToEngine): void {
    // A message that meets the end of the process has no receiver: 'exit' tells everyone who waits.
    if (child.connected) child.send(message, () => undefined)
  }

  function exit(how: string): void {
    if (exited !== null) return
    exited = how
    // The death is told before the channels end, so that nobody takes it for a client that was sent away.
    for (const listener of listeners.exit) listener(how)
    for (const mailbox of clients.values()) mailbox.end()
    clients.clear()
  }

  child.on('message', (message) => {
    // The other end of this channel is our own process.ts, which sends nothing else.
    const told = message as FromEngine
    if (told.type === 'ready') for (const listener of listeners.ready) listener()
    else if (told.type === 'failed') for (const listener of listeners.failed) listener(told.error)
    else if (told.type === 'message') clients.get(told.client)?.receive(told.message)
    else if (told.type === 'close') {
      clients.get(told.client)?.end()
      clients.delete(told.client)
    }
  })
  child.on('error', (error) => {
    if (child.pid === undefined) exit(error.message)
  })
  child.on('exit', (code, signal) => exit(signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`))

  return {
    pid: child.pid,
    onReady: (listener) => void listeners.ready.add(listener),
    onFailed: (listener) => void listeners.failed.add(listener),
    onExit: (listener) => void listeners.exit.add(listener),
    shutdown: () => tell({ type: 'shutdown' }),
    kill: () => void child.kill('SIGKILL'),
    connect() {
      const client = (lastClient += 1)
      const mailbox = createMailbox()
      clients.set(client, mailbox)
      if (exited !== null) mailbox.end()
      tell({ type: 'open', client })
      return channelOver(mailbox, {
        send: (message) => tell({ type: 'message', client, message }),
        close() {
          tell({ type: 'close', client })
          clients.delete(client)
        },
      })
    },
  }
}
