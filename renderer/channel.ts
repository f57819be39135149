/** Which channel leads to the engine from this page: the WebSocket of the browser door, or the port of the Electron window. */
import { AppError } from '../data/error.ts'
import type { Channel } from '../main/contract/channel.ts'
import { openWebSocketChannel } from '../main/contract/web-socket-channel.ts'
import { openWindowChannel } from '../main/contract/window-channel.ts'
import { readToken } from './token.ts'

/** Throws `channel/refused` when this tab of a browser has no token. */
export function openChannel(): Channel {
  if (location.protocol === 'inkling:') return openWindowChannel(window)
  const token = readToken()
  if (token === null) {
    throw new AppError(
      'channel/refused',
      'This address has no key. Open the address that Inkling printed when it started.',
    )
  }
  return openWebSocketChannel(`ws://${location.host}/channel`, token)
}
