/** A client's channel that outlives the engine: it tells of each death and leads to the next engine. */
import { channelOver, createMailbox, type Channel } from '../contract/channel.ts'
import { eventMessage } from '../contract/message.ts'
import type { ForkedEngine } from './fork-engine.ts'
import type { EngineStatus, Supervisor } from './supervisor.ts'

/**
 * Opens with `engine.changed` as it stands. What is sent while no engine runs waits for the next one; what an engine that
 * died still owed is rejected by the client itself when it hears of that.
 */
export function openClientChannel(supervisor: Supervisor<ForkedEngine>): Channel {
  const mailbox = createMailbox()
  let inner: Channel | null = null
  let waiting: unknown[] = []

  function follow(status: EngineStatus): void {
    inner = null
    mailbox.receive(eventMessage('engine.changed', status))
    if (status.state !== 'running' || supervisor.engine === null) return
    const own = supervisor.engine.connect()
    inner = own
    own.onMessage(mailbox.receive)
    own.onClose((reason) => {
      // The engine lives and wants no more of this client.
      if (inner === own) mailbox.end(reason)
    })
    const early = waiting
    waiting = []
    for (const message of early) own.send(message)
  }

  const unsubscribe = supervisor.onChange(follow)
  follow(supervisor.status)
  return channelOver(mailbox, {
    send(message) {
      if (inner === null) waiting.push(message)
      else inner.send(message)
    },
    close() {
      unsubscribe()
      inner?.close()
    },
  })
}
