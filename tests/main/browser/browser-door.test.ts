/** The browser door from outside: what it serves, and whom it turns away. */
import { request, type IncomingMessage } from 'node:http'
import { createServer } from 'node:net'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { AppError } from '../../../data/error.ts'
import { openBrowserDoor, type BrowserDoor } from '../../../main/browser/browser-door.ts'
import { createChannelPair, type Channel } from '../../../main/contract/channel.ts'
import { decodeMessage, encodeMessage, MAX_REQUEST_BYTES } from '../../../main/contract/codec.ts'
import { eventMessage } from '../../../main/contract/message.ts'
import { makePage } from '../../contract/doors.ts'

type Answer = { readonly status: number; readonly headers: IncomingMessage['headers']; readonly body: string }

let page: string
let door: BrowserDoor
/** The engine's ends of the channels that the door has opened. */
const far: Channel[] = []

beforeAll(async () => {
  page = await makePage()
  door = await openBrowserDoor({
    folder: page,
    port: 0,
    connect() {
      const [near, other] = createChannelPair()
      far.push(other)
      return near
    },
  })
})
afterAll(async () => {
  await door.close()
  await rm(page, { recursive: true, force: true })
})

/** `path` is sent as it stands, unlike fetch, which would tidy it up. */
function ask(path: string, options: { method?: string; host?: string } = {}): Promise<Answer> {
  const { method = 'GET', host = `127.0.0.1:${door.port}` } = options
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: door.port, path, method, headers: { host } }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => (body += text))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    asked.on('error', reject)
    asked.end()
  })
}

describe('files', () => {
  test('the page comes with its type, a strict policy and no leave to be framed or cached', async () => {
    const { status, headers, body } = await ask('/')
    expect(status).toBe(200)
    expect(body).toContain('<title>Inkling</title>')
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['cache-control']).toBe('no-cache')
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe-eval')
    expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
    })
  })

  test('files with a hash in their name are cached for good, others are asked for again', async () => {
    const hashed = await ask('/assets/index-abc123.js')
    expect(hashed.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(hashed.headers['content-type']).toBe('text/javascript; charset=utf-8')
    const named = await ask('/notes.json?v=1#top')
    expect([named.status, named.headers['cache-control']]).toEqual([200, 'no-cache'])
  })

  test("a page's own path gives the page, an unknown file nothing", async () => {
    expect((await ask('/train')).body).toContain('<title>Inkling</title>')
    expect((await ask('/missing.js')).status).toBe(404)
  })

  test('a page that is built anew is served, and what went away is missing', async () => {
    await writeFile(join(page, 'assets', 'index-new456.js'), 'export {}')
    expect((await ask('/assets/index-new456.js')).status).toBe(200)
    await rm(join(page, 'assets', 'index-new456.js'))
    expect((await ask('/assets/index-new456.js')).status).toBe(404)
  })

  test('no path leads out of the folder', async () => {
    const ways = [
      '/../package.json',
      '/..%2fpackage.json',
      '/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
      '/assets/../../../../../../etc/passwd.txt',
      '/..\\..\\package.json',
      '/%00.html',
      '//etc/passwd.txt',
      '/%E0%A4%A',
      'http://127.0.0.1/etc/passwd.txt',
    ]
    for (const way of ways) {
      const { status, body } = await ask(way)
      expect(body, way).not.toMatch(/root:|"name": "inkling"/)
      // Where there is no extension it may be a page of ours, which is the page.
      if (status === 200) expect(body, way).toContain('<title>Inkling</title>')
    }
  })

  test('HEAD has no body, and other methods are refused', async () => {
    expect(await ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' })
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect(await ask('/', { method })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
    }
  })

  test('another Host is turned away, so that no foreign name can point here', async () => {
    for (const host of ['evil.example', `evil.example:${door.port}`, '127.0.0.1', `127.0.0.1:${door.port + 1}`]) {
      expect((await ask('/', { host })).status, host).not.toBe(200)
    }
    expect((await ask('/', { host: `localhost:${door.port}` })).status).toBe(200)
  })

  test('an entrance leads to the address once', async () => {
    const { pathname } = new URL(door.entrance())
    expect((await ask(pathname, { host: 'evil.example' })).status).toBe(403)
    const first = await ask(pathname)
    expect(first).toMatchObject({ status: 303, headers: { location: `/#token=${door.token}` } })
    expect((await ask(pathname)).headers.location).toBeUndefined()
  })
})

type Knock = { token?: string; origin?: string | null; host?: string; path?: string }

/** Opens a WebSocket; gives it, or the HTTP status or close code that it met. */
function knock({ token = door.token, origin, host, path = '/channel' }: Knock): Promise<WebSocket | number> {
  const headers = { host: host ?? `127.0.0.1:${door.port}` }
  const from = origin === undefined ? { origin: `http://127.0.0.1:${door.port}` } : origin === null ? {} : { origin }
  const socket = new WebSocket(`ws://127.0.0.1:${door.port}${path}`, ['inkling', token], { headers, ...from })
  return new Promise((resolve) => {
    socket.on('unexpected-response', (_, response) => {
      resolve(response.statusCode ?? 0)
      socket.terminate()
    })
    socket.on('error', () => undefined)
    socket.on('close', (code) => resolve(code))
    // A refused token is closed right after the handshake: such a socket answers nothing any more.
    socket.on('pong', () => resolve(socket))
    socket.on('open', () => socket.ping())
  })
}

describe('the WebSocket', () => {
  test('opens with the token, and never sends it back', async () => {
    const socket = await knock({})
    expect(socket).toBeInstanceOf(WebSocket)
    expect((socket as WebSocket).protocol).toBe('inkling')
    ;(socket as WebSocket).terminate()
  })

  test('a missing or wrong token is told so by its own close code', async () => {
    const before = far.length
    for (const token of ['wrong', door.token.slice(1), `${door.token}A`, door.token.toLowerCase()]) {
      expect(await knock({ token })).toBe(4401)
    }
    expect(far).toHaveLength(before)
  })

  test('another Origin, none, another Host or another path is turned away before the handshake', async () => {
    const port = door.port
    for (const origin of [
      null,
      'null',
      'http://evil.example',
      `https://127.0.0.1:${port}`,
      `http://127.0.0.1:${port + 1}`,
    ]) {
      expect(await knock({ origin }), String(origin)).toBe(403)
    }
    expect(await knock({ origin: `http://localhost:${port}` })).toBe(403)
    expect(await knock({ host: 'evil.example', origin: 'http://evil.example' })).toBe(403)
    expect(await knock({ path: '/other' })).toBe(403)
    const local = await knock({ host: `localhost:${port}`, origin: `http://localhost:${port}` })
    expect(local).toBeInstanceOf(WebSocket)
    ;(local as WebSocket).terminate()
  })

  test('carries messages both ways, and the end of either side', async () => {
    const socket = (await knock({})) as WebSocket
    const channel = far.at(-1)!
    const heard = new Promise((resolve) => channel.onMessage(resolve))
    const question = { t: 'q', m: 'app.read', a: [{}], i: '1' }
    socket.send(encodeMessage(question, MAX_REQUEST_BYTES))
    expect(await heard).toEqual(question)
    const told = new Promise<Buffer>((resolve) => socket.on('message', (data: Buffer) => resolve(data)))
    const event = eventMessage('settings.changed', {})
    channel.send(event)
    expect(decodeMessage(await told, MAX_REQUEST_BYTES)).toEqual(event)
    const closed = new Promise((resolve) => channel.onClose(resolve))
    socket.close()
    expect(await closed).toMatchObject({ code: 'channel/closed' })
  })

  test('a page that reads slowly misses progress and nothing else', async () => {
    const socket = (await knock({})) as WebSocket
    const channel = far.at(-1)!
    const progress = (sequence: number): unknown =>
      eventMessage('run.progressed', {
        run: 1,
        sequence,
        firstStep: sequence,
        losses: Float32Array.of(0.5),
        learningRate: 1,
        imagesPerSecond: 1,
        secondsLeft: 1,
      })
    const heard: string[] = []
    const last = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        const message = decodeMessage(data, 64 * 1024 * 1024) as { a?: [name: string, payload: unknown] }
        heard.push(message.a?.[0] ?? 'answer')
        if (message.a?.[0] === 'settings.changed') resolve()
      })
    })
    channel.send(progress(1))
    await new Promise((resolve) => setTimeout(resolve, 50))
    socket.pause()
    for (let block = 0; block < 32; block += 1) {
      channel.send({ t: 's', i: String(block), r: new Uint8Array(1024 * 1024) })
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
    for (let sequence = 2; sequence < 7; sequence += 1) channel.send(progress(sequence))
    channel.send(eventMessage('settings.changed', {}))
    await new Promise((resolve) => setTimeout(resolve, 50))
    socket.resume()
    await last
    expect(heard.filter((name) => name === 'run.progressed')).toHaveLength(1)
    expect(heard.filter((name) => name === 'answer')).toHaveLength(32)
    socket.terminate()
  })

  test('what is no message, or is too long, ends that connection alone', async () => {
    const other = (await knock({})) as WebSocket
    const endings: [string, string | Uint8Array, number][] = [
      ['text', 'hello', 1007],
      ['bytes', Uint8Array.of(0xc1), 1007],
      ['no request', encodeMessage({ t: 'x' }, 100), 1007],
      ['too long', new Uint8Array(MAX_REQUEST_BYTES + 1), 1009],
    ]
    for (const [name, data, expected] of endings) {
      const socket = (await knock({})) as WebSocket
      const code = new Promise((resolve) => socket.on('close', resolve))
      socket.send(data)
      expect(await code, name).toBe(expected)
    }
    expect(other.readyState).toBe(WebSocket.OPEN)
    other.terminate()
  })
})

describe('a door that cannot be opened', () => {
  const failure = async (port: number, folder = page): Promise<AppError> => {
    const opening = openBrowserDoor({ folder, port, connect: () => createChannelPair()[0] })
    return await opening.then(
      () => Promise.reject(new Error('it was opened')),
      (error: unknown) => error as AppError,
    )
  }

  test('a port in use is named, with what to do', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const error = await failure(port)
    taken.close()
    expect(error).toMatchObject({ code: 'server/port-in-use', details: { port } })
    expect(error.message).toContain('--port')
  })

  test('a folder without a built page says how to build it', async () => {
    const error = await failure(0, `${page}/assets`)
    expect(error.code).toBe('server/no-renderer')
    expect(error.message).toContain('npm run build')
    expect((await failure(0, `${page}/nowhere`)).code).toBe('server/no-renderer')
  })
})
