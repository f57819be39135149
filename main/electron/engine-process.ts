/** The engine as Electron's utility process; each page gets a port that leads straight to it. */
import { MessageChannelMain, utilityProcess, type MessagePortMain } from 'electron'
import type { ErrorPayload } from '../../data/error.ts'
import type { EngineOptions, FromEngine, ToEngine, TrialProcess } from '../contract/process-messages.ts'
import type { EngineProcess } from '../supervisor/supervisor.ts'
import { createTrialRelay } from '../supervisor/trial-relay.ts'

export type UtilityEngine = EngineProcess & {
  /** A port for a new client. It closes when the engine ends. */
  connect(): MessagePortMain
}

/** The bundles of the engine and of the process that tries devices for it, which an engine in here cannot start itself. */
export type Entries = { readonly engine: string; readonly deviceProcess: string }

export function startEngine(entries: Entries, options: EngineOptions): UtilityEngine {
  const child = utilityProcess.fork(entries.engine, [JSON.stringify(options)], {
    serviceName: 'Inkling engine',
    stdio: 'inherit',
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  let clients = 0
  let onReady: () => void = () => undefined
  let onFailed: (error: ErrorPayload) => void = () => undefined

  const tell = (message: ToEngine, ports: MessagePortMain[] = []): void => child.postMessage(message, ports)
  child.on('message', (message: FromEngine) => {
    if (message.type === 'ready') onReady()
    else if (message.type === 'failed') onFailed(message.error)
    else trials.receive(message)
  })
  child.on('error', tellFatalError)
  const trials = createTrialRelay(() => startTrial(entries.deviceProcess), tell)
  child.once('exit', () => trials.close())

  return {
    onReady(listener) {
      onReady = listener
    },
    onFailed(listener) {
      onFailed = listener
    },
    onExit: (listener) => void child.once('exit', (code) => listener(`exit code ${code}`)),
    shutdown: () => tell({ type: 'shutdown' }),
    kill: () => void child.kill(),
    connect() {
      const { port1, port2 } = new MessageChannelMain()
      clients += 1
      tell({ type: 'open', client: clients }, [port1])
      return port2
    },
  }
}

/** V8 gave up, out of memory for one; 'exit' comes next. Without a listener this would be an error of the main process itself. */
function tellFatalError(type: string, location: string): void {
  console.error(`Inkling: a process of the engine ended with ${type} at ${location}`)
}

/** A driver that breaks takes this process with it, and nothing else. */
function startTrial(entry: string): TrialProcess {
  const child = utilityProcess.fork(entry, [], {
    serviceName: 'Inkling device trial',
    stdio: 'ignore',
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  child.on('error', tellFatalError)
  return {
    pid: child.pid,
    send: (message) => child.postMessage(message),
    onMessage: (listener) => void child.on('message', listener),
    // A utility process that cannot start is told by 'exit'.
    onError: () => undefined,
    onExit: (listener) => void child.once('exit', (code) => listener(`exit code ${code}`)),
    kill: () => void child.kill(),
  }
}
