/** The form of the messages on a channel (birpc's) and the check that what came is one of them. */
import { AppError, fromErrorPayload, isErrorCode, toErrorPayload, type ErrorDetails } from '../../data/error.ts'
import type { Channel } from './channel.ts'
import type { EventName, Events } from './events.ts'

/** The one function that a server calls at its client. */
export const EVENT = 'event'

/** What client and server ask of birpc alike. */
export function rpcOptions(channel: Channel) {
  return {
    proxify: false,
    // Reading a data set or generating one may take long; the end of the channel or of the engine rejects what waits.
    timeout: -1,
    post: (message: unknown) => channel.send(message),
    on: (listener: (message: unknown) => void) => channel.onMessage(listener),
    serialize: packError,
    deserialize: (message: unknown) => unpackError(checkMessage(message)),
  } as const
}

type Request = { readonly t: 'q'; readonly m: string; readonly a: readonly unknown[]; readonly i?: string }
type Response = { readonly t: 's'; readonly i: string; readonly r?: unknown; readonly e?: unknown }
export type Message = Request | Response

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isMessage(value: unknown): value is Message {
  if (!isRecord(value)) return false
  if (value.t === 's') return typeof value.i === 'string'
  return (
    value.t === 'q' &&
    typeof value.m === 'string' &&
    Array.isArray(value.a) &&
    (value.i === undefined || typeof value.i === 'string')
  )
}

/** Throws `channel/bad-message` for anything that is no message of this contract. */
export function checkMessage(value: unknown): Message {
  if (isMessage(value)) return value
  throw new AppError(
    'channel/bad-message',
    `The channel carried something that is no command, answer or event (${typeof value}). The two sides may be of different versions; restart Inkling.`,
  )
}

/** An event as a server sends it; a supervisor uses it to tell of the engine when there is no engine. */
export function eventMessage<Name extends EventName>(name: Name, payload: Events[Name]): Message {
  return { t: 'q', m: EVENT, a: [name, payload] }
}

/** Errors leave as payloads ... */
function packError(message: unknown): unknown {
  return isMessage(message) && message.t === 's' && message.e !== undefined
    ? { ...message, e: toErrorPayload(message.e) }
    : message
}

/** ... and arrive as AppError. */
function unpackError(message: Message): Message {
  return message.t === 's' && message.e !== undefined ? { ...message, e: errorOf(message.e) } : message
}

function errorOf(payload: unknown): AppError {
  if (isRecord(payload) && isErrorCode(payload.code) && typeof payload.message === 'string') {
    const details: Record<string, ErrorDetails[string]> = {}
    for (const [name, value] of Object.entries(isRecord(payload.details) ? payload.details : {})) {
      if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
        details[name] = value
      }
    }
    return fromErrorPayload({ code: payload.code, message: payload.message, details })
  }
  return new AppError('channel/bad-message', 'The engine answered with an error in an unknown form; restart Inkling.')
}
