/** A mirror on 127.0.0.1 that serves files and, where a test asks for it, goes wrong in every way that a server can. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Offer } from '../../../data/download/offers.ts'
import type { Certificate } from './certificate.ts'

/** What is done with one request; `next` serves the file as a good server does. */
export type Fault = (request: Request, response: ServerResponse, next: () => void) => void

export type Request = {
  readonly path: string
  /** First byte asked for; null without Range. */
  readonly from: number | null
  /** How many requests for this path came before. */
  readonly earlier: number
  readonly content: Uint8Array
  readonly message: IncomingMessage
}

export class Mirror {
  /** Requests in order, as `name` or `name from N`. */
  readonly asked: string[] = []
  /** Bytes of files written to clients. */
  sent = 0
  fault: Fault = (_request, _response, next) => next()
  readonly #server: Server
  readonly #files: ReadonlyMap<string, Uint8Array>

  readonly #secure: boolean

  private constructor(files: ReadonlyMap<string, Uint8Array>, certificate: Certificate | null) {
    this.#files = files
    this.#secure = certificate !== null
    const answer = (message: IncomingMessage, response: ServerResponse): void => this.#answer(message, response)
    this.#server = certificate === null ? createServer(answer) : createSecureServer(certificate, answer)
  }

  /** `files` by name; served in every folder. With a certificate it speaks HTTPS. */
  static async open(files: ReadonlyMap<string, Uint8Array>, certificate: Certificate | null = null): Promise<Mirror> {
    const mirror = new Mirror(files, certificate)
    await new Promise<void>((resolve) => {
      mirror.#server.listen(0, '127.0.0.1', resolve)
    })
    return mirror
  }

  get origin(): string {
    const { port } = this.#server.address() as AddressInfo
    return `${this.#secure ? 'https' : 'http'}://127.0.0.1:${port}`
  }

  /** Address of the folder with the files. */
  get folder(): string {
    return `${this.origin}/set/`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => {
      this.#server.close(resolve)
    })
  }

  #answer(message: IncomingMessage, response: ServerResponse): void {
    const path = message.url ?? ''
    const name = path.slice(path.lastIndexOf('/') + 1)
    const range = /^bytes=(\d+)-$/.exec(message.headers.range ?? '')
    const from = range === null ? null : Number(range[1])
    const earlier = this.asked.filter((asked) => asked.split(' ')[0] === name).length
    this.asked.push(from === null ? name : `${name} from ${from}`)
    const content = this.#files.get(name)
    if (content === undefined) {
      response.writeHead(404).end()
      return
    }
    const request = { path, from, earlier, content, message }
    this.fault(request, response, () => {
      if (from === null) this.write(response, 200, {}, content)
      else if (from >= content.length) response.writeHead(416).end()
      else {
        const part = `bytes ${from}-${content.length - 1}/${content.length}`
        this.write(response, 206, { 'Content-Range': part }, content.subarray(from))
      }
    })
  }

  /** A whole answer with its length. */
  write(response: ServerResponse, status: number, headers: Record<string, string>, body: Uint8Array): void {
    response.writeHead(status, { 'Content-Length': body.length, ...headers })
    response.end(body)
    this.sent += body.length
  }

  /** An answer that states its right length and is cut after `bytes` of its body. */
  cut(request: Request, response: ServerResponse, bytes: number): void {
    const { from, content } = request
    const rest = content.subarray(from ?? 0)
    const headers = from === null ? {} : { 'Content-Range': `bytes ${from}-${content.length - 1}/${content.length}` }
    response.writeHead(from === null ? 200 : 206, { 'Content-Length': rest.length, ...headers })
    const body = rest.subarray(0, bytes)
    this.sent += body.length
    response.write(body, () => response.socket?.end())
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Bytes that look random and are the same for the same seed. */
export function noise(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = seed >>> 0 || 1
  for (let index = 0; index < length; index += 1) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[index] = state & 255
  }
  return bytes
}

/** An offer of these files. */
export function offerOf(files: ReadonlyMap<string, Uint8Array>, mirrors: readonly string[]): Offer {
  return {
    dataset: 'made_up',
    title: 'Made-up set',
    folder: 'made-up',
    license: 'MIT',
    authors: 'Nobody',
    home: 'https://example.org/',
    mirrors,
    files: [...files].map(([name, bytes]) => ({ name, bytes: bytes.length, sha256: sha256(bytes) })),
  }
}
