/** Joins a page's WebSocket with its channel to the engine: bytes on one side, messages on the other. */
import type { RawData, WebSocket } from 'ws'
import { AppError, toErrorPayload } from '../../data/error.ts'
import type { Channel } from '../contract/channel.ts'
import { decodeMessage, encodeMessage, MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES } from '../contract/codec.ts'
import { checkMessage, type Message } from '../contract/message.ts'

/** Bytes that may wait for a page that reads slowly; above it progress is left out, and the page sees the gap. */
const SLOW_READER_BYTES = 8 * 1024 * 1024
/** Close code for a message that is none, from the WebSocket standard. */
const BAD_MESSAGE = 1007

export function joinSocket(socket: WebSocket, channel: Channel): void {
  socket.on('message', (data) => {
    try {
      channel.send(checkMessage(decodeMessage(bytesOf(data), MAX_REQUEST_BYTES)))
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      socket.close(BAD_MESSAGE, error.code)
    }
  })
  // ws closes the socket by itself after an error, such as a message that is too long.
  socket.on('error', () => channel.close())
  socket.on('close', () => channel.close())

  channel.onMessage((value) => {
    const message = checkMessage(value)
    if (socket.bufferedAmount > SLOW_READER_BYTES && isProgress(message)) return
    socket.send(encoded(message))
  })
  channel.onClose(() => socket.close())
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data
}

function isProgress(message: Message): boolean {
  return message.t === 'q' && message.a[0] === 'run.progressed'
}

/** An answer that cannot be sent becomes an error that can. */
function encoded(message: Message): Uint8Array {
  try {
    return encodeMessage(message, MAX_RESPONSE_BYTES)
  } catch (error) {
    if (message.t === 'q') throw error
    return encodeMessage({ t: 's', i: message.i, e: toErrorPayload(error) }, MAX_RESPONSE_BYTES)
  }
}
