/** The page's channel to the browser door: a WebSocket that shows the token as a subprotocol, with messages as bytes. */
import { AppError } from '../../data/error.ts'
import { channelOver, createMailbox, type Channel } from './channel.ts'
import { decodeMessage, encodeMessage, MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES } from './codec.ts'

/** The subprotocol that both sides speak; the token stands beside it and is never sent back. */
export const SUBPROTOCOL = 'inkling'
/** Close code for a missing or old token. */
export const REFUSED = 4401

function refused(): AppError {
  return new AppError(
    'channel/refused',
    'This address is no longer valid: Inkling makes a new one each time it starts. Open the newest address that it printed.',
  )
}

/**
 * `address` like `ws://127.0.0.1:8080/channel`. Messages sent before the socket is open wait for it. Ends with
 * `channel/refused` when the token is wrong, else with `channel/closed`.
 */
export function openWebSocketChannel(address: string, token: string): Channel {
  const mailbox = createMailbox()
  const socket = new WebSocket(address, [SUBPROTOCOL, token])
  socket.binaryType = 'arraybuffer'
  let waiting: Uint8Array<ArrayBuffer>[] = []

  socket.addEventListener('open', () => {
    for (const bytes of waiting) socket.send(bytes)
    waiting = []
  })
  socket.addEventListener('message', (event: { readonly data: unknown }) => {
    try {
      mailbox.receive(decodeMessage(bytesOf(event.data), MAX_RESPONSE_BYTES))
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      mailbox.end(error)
      socket.close()
    }
  })
  socket.addEventListener('close', (event: { readonly code: number }) => {
    if (event.code === REFUSED) mailbox.end(refused())
    else mailbox.end()
  })

  return channelOver(mailbox, {
    send(message) {
      const bytes = encodeMessage(message, MAX_REQUEST_BYTES)
      if (socket.readyState === WebSocket.CONNECTING) waiting.push(bytes)
      else socket.send(bytes)
    },
    close: () => socket.close(),
  })
}

function bytesOf(data: unknown): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  throw new AppError('channel/bad-message', 'The door sent text where bytes were expected; restart Inkling.')
}
