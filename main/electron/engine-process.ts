/** The engine as Electron's utility process; each page gets a port that leads straight to it. */
import { MessageChannelMain, utilityProcess, type MessagePortMain } from 'electron'
import type { ErrorPayload } from '../../data/error.ts'
import type { EngineOptions, FromEngine, ToEngine } from '../contract/process-messages.ts'
import type { EngineProcess } from '../supervisor/supervisor.ts'

export type UtilityEngine = EngineProcess & {
  /** A port for a new client. It closes when the engine ends. */
  connect(): MessagePortMain
}

/** `entry` is the engine's bundle. */
export function startEngine(entry: string, options: EngineOptions): UtilityEngine {
  const child = utilityProcess.fork(entry, [JSON.stringify(options)], {
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
  })

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
