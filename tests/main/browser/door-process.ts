/** A browser door in a process of its own, for tests of what may end it. Its engine's end of each channel hears and says nothing. */
import { createChannelPair } from '../../../main/contract/channel.ts'
import { openBrowserDoor } from '../../../main/browser/browser-door.ts'
import { Server } from 'node:net'

const listening: Server[] = []
const { listen } = Server.prototype
Server.prototype.listen = function (this: Server, ...given: unknown[]) {
  listening.push(this)
  return Reflect.apply(listen, this, given) as Server
} as typeof listen

const door = await openBrowserDoor({ folder: process.argv[2] ?? '', port: 0, connect: () => createChannelPair()[0] })
process.on('message', () => {
  listening[0]?.getConnections((error, count) => process.send?.(error === null ? count : -1))
})
process.send?.({ port: door.port, token: door.token })
