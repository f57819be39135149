/**
 * The page's channel inside the Electron window. The preload script hands over a port that leads straight to the engine, and
 * a new one whenever the engine was started again; this channel outlives them.
 */
import { channelOver, createMailbox, type Channel } from './channel.ts'
import type { Events } from './events.ts'
import { eventMessage } from './message.ts'

/** `postMessage` between page and preload script carries these under the key `inkling`. */
export const CONNECT = 'connect'
export const ENGINE = 'engine'

/** From the preload script: how the engine fares, with a port when there is a new one to talk to. */
export type EngineNotice = { readonly inkling: typeof ENGINE; readonly engine: Events['engine.changed'] }

type Port = {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  start(): void
  close(): void
}

type Window = {
  readonly origin: string
  postMessage(message: unknown, targetOrigin: string): void
  addEventListener(
    type: 'message',
    listener: (event: { readonly data: unknown; readonly source: unknown; readonly ports: readonly Port[] }) => void,
  ): void
}

function isNotice(data: unknown): data is EngineNotice {
  return typeof data === 'object' && data !== null && 'inkling' in data && data.inkling === ENGINE && 'engine' in data
}

/** `page` is the window itself. Messages sent while there is no engine wait for the next one. */
export function openWindowChannel(page: Window): Channel {
  const mailbox = createMailbox()
  let port: Port | null = null
  let waiting: unknown[] = []

  page.addEventListener('message', (event) => {
    if (event.source !== page || !isNotice(event.data)) return
    const { engine } = event.data
    if (engine.state !== 'running') port = null
    // Told before the waiting commands go out: the client rejects what an engine that died still owed.
    mailbox.receive(eventMessage('engine.changed', engine))
    const [next] = event.ports
    if (next === undefined) return
    port = next
    next.addEventListener('message', ({ data }) => mailbox.receive(data))
    next.start()
    const early = waiting
    waiting = []
    for (const message of early) next.postMessage(message)
  })
  page.postMessage({ inkling: CONNECT }, page.origin)

  return channelOver(mailbox, {
    send(message) {
      if (port === null) waiting.push(message)
      else port.postMessage(message)
    },
    close: () => port?.close(),
  })
}
