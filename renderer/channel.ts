/** Which channel leads to the engine from this page: the WebSocket of the browser door. */
import { AppError } from '../data/error.ts'
import type { Channel } from '../main/contract/channel.ts'
import { openWebSocketChannel } from '../main/contract/web-socket-channel.ts'
import { readToken } from './token.ts'

/** Throws `channel/refused` when this tab has no token. */
export function openChannel(): Channel {
  const token = readToken()
  if (token === null) {
    throw new AppError(
      'channel/refused',
      'This address has no key. Open the address that Inkling printed when it started.',
    )
  }
  return openWebSocketChannel(`ws://${location.host}/channel`, token)
}
