/**
 * The browser door: the page's files and a WebSocket to the engine on 127.0.0.1. Files need the right Host, against DNS
 * rebinding; the WebSocket needs the page's own Origin and the token too.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { AppError } from '../../data/error.ts'
import type { Channel } from '../contract/channel.ts'
import { MAX_REQUEST_BYTES } from '../contract/codec.ts'
import { REFUSED, SUBPROTOCOL } from '../contract/web-socket-channel.ts'
import { openPageFiles, type PageFiles } from '../page/page-files.ts'
import { securityHeaders } from '../page/security-headers.ts'
import { joinSocket } from './socket.ts'
import { createToken, sameToken } from './token.ts'

const HOST = '127.0.0.1'
/** The one path of the WebSocket. */
export const CHANNEL_PATH = '/channel'

export type BrowserDoor = {
  readonly port: number
  readonly token: string
  /** With the token in its fragment, which no browser sends over the network. */
  readonly address: string
  /** An address that leads there once, for command lines, which other users of the machine can read. */
  entrance(): string
  close(): Promise<void>
}

export type BrowserDoorOptions = {
  /** Folder of the built renderer. */
  readonly folder: string
  /** 0 for any free port. */
  readonly port: number
  /** Makes the channel of a page that has shown the token. */
  readonly connect: () => Channel
}

/** Throws `server/port-in-use`, `server/no-renderer`, or `usage/bad-value` for a port that this user may not open. */
export async function openBrowserDoor({ folder, port, connect }: BrowserDoorOptions): Promise<BrowserDoor> {
  const files = await openPageFiles(folder)
  const token = createToken()
  const hosts = new Set<string>()
  const entrances = new Set<string>()
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_REQUEST_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  })

  const server = createServer({ maxHeaderSize: 16_384, requestTimeout: 30_000 }, (request, response) => {
    if (hosts.has(request.headers.host ?? '') && entrances.delete(request.url ?? '')) {
      response.writeHead(303, { ...securityHeaders, Location: `/#token=${token}`, 'Cache-Control': 'no-store' })
      return void response.end()
    }
    answer(request, response, files, hosts).catch((error: unknown) => {
      console.error(error)
      refuse(response, 500, 'The file could not be read.')
    })
  })
  server.on('upgrade', (request, stream, head) => {
    if (!mayUpgrade(request, hosts)) return refuseUpgrade(stream)
    sockets.handleUpgrade(request, stream, head, (socket) => {
      if (sameToken(tokenOf(request), token)) joinSocket(socket, connect())
      else turnAway(socket)
    })
  })

  const opened = await listen(server, port)
  hosts.add(`${HOST}:${opened}`).add(`localhost:${opened}`)
  return {
    port: opened,
    token,
    address: `http://${HOST}:${opened}/#token=${token}`,
    entrance() {
      const path = `/enter/${createToken()}`
      entrances.add(path)
      return `http://${HOST}:${opened}${path}`
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  files: PageFiles,
  hosts: ReadonlySet<string>,
): Promise<void> {
  if (!hosts.has(request.headers.host ?? '')) {
    return refuse(response, 403, 'Open Inkling by the address that it printed in the terminal.')
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD')
    return refuse(response, 405, 'Only GET and HEAD are answered here.')
  }
  const [pathname = '/'] = (request.url ?? '/').split(/[?#]/, 1)
  const { status, headers, body } = await files.answer(pathname)
  response.writeHead(status, { ...headers, 'Content-Length': body.byteLength })
  response.end(request.method === 'HEAD' ? undefined : body)
}

function refuse(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) return void response.destroy()
  response.writeHead(status, { ...securityHeaders, 'Content-Type': 'text/plain; charset=utf-8' })
  response.end(message)
}

function mayUpgrade(request: IncomingMessage, hosts: ReadonlySet<string>): boolean {
  const { host = '', origin = '' } = request.headers
  return hosts.has(host) && origin === `http://${host}` && request.url === CHANNEL_PATH
}

function refuseUpgrade(stream: Duplex): void {
  stream.on('error', () => stream.destroy())
  // Not left to the client, who may never hang up.
  stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n', () => stream.destroy())
}

/** Milliseconds that a client has to answer a farewell. */
const FAREWELL = 2000

/** Tells a page with an old token what is wrong with it. What it sends meanwhile is nobody's, against the rules or not. */
function turnAway(socket: WebSocket): void {
  const last = setTimeout(() => socket.terminate(), FAREWELL)
  socket.on('error', () => socket.terminate())
  socket.on('close', () => clearTimeout(last))
  socket.close(REFUSED, 'wrong token')
}

function tokenOf(request: IncomingMessage): string {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  return offered.find((name) => name !== SUBPROTOCOL) ?? ''
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(notOpened(port, error)))
    server.listen(port, HOST, () => {
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new Error('the server listens on no port'))
      else resolve(address.port)
    })
  })
}

function notOpened(port: number, error: NodeJS.ErrnoException): Error {
  if (error.code === 'EADDRINUSE') {
    return new AppError(
      'server/port-in-use',
      `Port ${port} of ${HOST} is in use by another program, perhaps another Inkling. Choose another with --port N, or leave --port out and any free one is taken.`,
      { details: { port }, cause: error },
    )
  }
  if (error.code === 'EACCES') {
    return new AppError(
      'usage/bad-value',
      `Port ${port} may not be opened by this user. Choose one from 1024 on with --port N, or leave --port out.`,
      { details: { port }, cause: error },
    )
  }
  return error
}
