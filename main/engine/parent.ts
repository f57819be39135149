/**
 * The engine process' side of the talk with the process that started it: a Node parent with one IPC channel for all
 * clients, or Electron, which gives a port for each.
 */
import { channelOver, createMailbox, type Channel, type Mailbox } from '../contract/channel.ts'
import type { FromEngine, ToEngine } from '../contract/process-messages.ts'
import type { TrialLauncher } from '../../native/runtime/trial-process.ts'
import { relayTrials } from './relayed-trials.ts'

export type Parent = {
  tell(message: FromEngine): void
  onClient(listener: (channel: Channel) => void): void
  /** Asked to end, or the parent is gone. */
  onShutdown(listener: () => void): void
  /** How trial processes are started here; null where this process can start them itself. */
  readonly launchTrial: TrialLauncher | null
}

/** The part of Electron's MessagePortMain that is used; Electron's own types are not known below main/electron. */
type PortMain = {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void
  on(event: 'close', listener: () => void): void
  start(): void
  close(): void
}
type ParentPort = {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { readonly data: unknown; readonly ports: readonly PortMain[] }) => void): void
}

/** The parent of this process, whichever kind it is. */
export function findParent(): Parent {
  if ('parentPort' in process) return electronParent(process.parentPort)
  return nodeParent()
}

function nodeParent(): Parent {
  const clients = new Map<number, Mailbox>()
  let onClient: (channel: Channel) => void = () => undefined
  let onShutdown: () => void = () => undefined

  function tell(message: FromEngine): void {
    // A parent that has gone can hear nothing: 'disconnect' ends this process.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
  }

  function open(client: number): void {
    const mailbox = createMailbox()
    clients.set(client, mailbox)
    const channel = channelOver(mailbox, {
      send: (message) => tell({ type: 'message', client, message }),
      close() {
        clients.delete(client)
        tell({ type: 'close', client })
      },
    })
    onClient(channel)
  }

  process.on('message', (message) => {
    // Sent by fork-engine.ts alone.
    const told = message as ToEngine
    if (told.type === 'open') open(told.client)
    else if (told.type === 'message') clients.get(told.client)?.receive(told.message)
    else if (told.type === 'shutdown') onShutdown()
    else if (told.type === 'close') {
      clients.get(told.client)?.end()
      clients.delete(told.client)
    }
  })
  process.on('disconnect', () => onShutdown())
  return {
    tell,
    launchTrial: null,
    onClient(listener) {
      onClient = listener
    },
    onShutdown(listener) {
      onShutdown = listener
    },
  }
}

function electronParent(parentPort: ParentPort): Parent {
  let onClient: (channel: Channel) => void = () => undefined
  let onShutdown: () => void = () => undefined
  const trials = relayTrials((message) => parentPort.postMessage(message))
  parentPort.on('message', ({ data, ports }) => {
    // Sent by main/electron/engine-process.ts alone.
    const told = data as ToEngine
    if (told.type === 'shutdown') onShutdown()
    const [port] = ports
    if (told.type === 'trial-message' || told.type === 'trial-exit') trials.receive(told)
    if (told.type === 'open' && port !== undefined) onClient(portChannel(port))
  })
  return {
    tell: (message) => parentPort.postMessage(message),
    launchTrial: trials.launch,
    onClient(listener) {
      onClient = listener
    },
    onShutdown(listener) {
      onShutdown = listener
    },
  }
}

/** Copies buffers, never transfers them: see electron/electron #34905 and #37565. */
function portChannel(port: PortMain): Channel {
  const mailbox = createMailbox()
  port.on('message', ({ data }) => mailbox.receive(data))
  port.on('close', () => mailbox.end())
  port.start()
  return channelOver(mailbox, { send: (message) => port.postMessage(message), close: () => port.close() })
}
