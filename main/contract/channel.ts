/**
 * The one thing that client and server need of a transport: send a message, hear messages, hear of the end. A message is
 * plain JSON plus typed arrays. Here too is the pair of channels that joins two sides of one process.
 */
import { AppError } from '../../data/error.ts'

export type Channel = {
  /** Sends after the end are dropped: `onClose` has told. Throws when the message itself cannot be sent. */
  send(message: unknown): void
  /** One listener alone; messages that came before it are handed over first. */
  onMessage(listener: (message: unknown) => void): void
  /** Called once, with why: `channel/closed`, or what the transport knows better. Also when the end came before. */
  onClose(listener: (reason: AppError) => void): void
  close(): void
}

export function channelClosed(): AppError {
  return new AppError(
    'channel/closed',
    'The connection to Inkling has ended. What was saved is kept; start Inkling again, or open the newest address that it printed.',
  )
}

/** What a transport feeds: `receive` for each message, `end` once. Keeps messages until somebody listens. */
export type Mailbox = Pick<Channel, 'onMessage' | 'onClose'> & {
  receive(message: unknown): void
  end(reason?: AppError): void
  readonly ended: boolean
}

export function createMailbox(): Mailbox {
  let listener: ((message: unknown) => void) | null = null
  let waiting: unknown[] = []
  const closeListeners: ((reason: AppError) => void)[] = []
  let endedWith: AppError | null = null
  return {
    onMessage(next) {
      listener = next
      const early = waiting
      waiting = []
      for (const message of early) next(message)
    },
    onClose(next) {
      if (endedWith === null) closeListeners.push(next)
      else next(endedWith)
    },
    receive(message) {
      if (endedWith !== null) return
      if (listener === null) waiting.push(message)
      else listener(message)
    },
    end(reason = channelClosed()) {
      if (endedWith !== null) return
      endedWith = reason
      for (const next of closeListeners) next(reason)
    },
    get ended() {
      return endedWith !== null
    },
  }
}

/** A channel that hears by this mailbox. What is sent after the end does not reach the transport. */
export function channelOver(mailbox: Mailbox, transport: Pick<Channel, 'send' | 'close'>): Channel {
  return {
    send(message) {
      if (!mailbox.ended) transport.send(message)
    },
    onMessage: mailbox.onMessage,
    onClose: mailbox.onClose,
    close() {
      transport.close()
      mailbox.end()
    },
  }
}

/**
 * Two channels joined in memory. Messages are copied as between processes (structured clone), so that nothing is shared
 * by accident, and arrive later, never within `send`.
 */
export function createChannelPair(): [Channel, Channel] {
  const left = createMailbox()
  const right = createMailbox()
  const side = (own: Mailbox, other: Mailbox): Channel =>
    channelOver(own, {
      send(message) {
        const copy: unknown = structuredClone(message)
        queueMicrotask(() => other.receive(copy))
      },
      close: () => queueMicrotask(() => other.end()),
    })
  return [side(left, right), side(right, left)]
}
