/** A proxy on 127.0.0.1, as a school or a company has one: forwards HTTP, and lets HTTPS through by CONNECT. */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

export class Proxy {
  /** What it was asked for: `GET http://...` or `CONNECT host:port`. */
  readonly asked: string[] = []
  /** What clients showed in Proxy-Authorization. */
  readonly credentials: (string | undefined)[] = []
  /** Refuses with this status. */
  refuse: number | null = null
  readonly #server: Server
  readonly #sockets = new Set<Socket | Duplex>()
  /** Where everything goes, whatever its name: no name of the outside is looked up. */
  readonly #target: URL

  private constructor(target: URL) {
    this.#target = target
    this.#server = createServer((message, response) => this.#forward(message, response))
    this.#server.on('connect', (message, socket) => this.#tunnel(message, socket))
  }

  static async open(target: string): Promise<Proxy> {
    const proxy = new Proxy(new URL(target))
    await new Promise<void>((resolve) => {
      proxy.#server.listen(0, '127.0.0.1', resolve)
    })
    return proxy
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => {
      this.#server.close(resolve)
    })
  }

  #forward(message: IncomingMessage, response: ServerResponse): void {
    this.asked.push(`${message.method ?? ''} ${message.url ?? ''}`)
    this.credentials.push(message.headers['proxy-authorization'])
    if (this.refuse !== null) {
      response.writeHead(this.refuse).end()
      return
    }
    const { pathname } = new URL(message.url ?? '')
    const { hostname, port } = this.#target
    const onward = request({ hostname, port, path: pathname, headers: message.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    onward.end()
  }

  #tunnel(message: IncomingMessage, socket: Duplex): void {
    this.asked.push(`CONNECT ${message.url ?? ''}`)
    this.credentials.push(message.headers['proxy-authorization'])
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    if (this.refuse !== null) {
      socket.end(`HTTP/1.1 ${this.refuse} No\r\n\r\n`)
      return
    }
    const onward = connect(Number(this.#target.port), this.#target.hostname, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      onward.pipe(socket)
      socket.pipe(onward)
    })
    this.#sockets.add(onward)
    onward.on('error', () => socket.destroy())
  }
}
