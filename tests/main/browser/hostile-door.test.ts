/** The browser door under clients that are no browsers. It runs in a process of its own, since what is wrong with it ends that process. */
import { fork, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../../../main/scripts/root.ts'
import { makePage } from '../../contract/doors.ts'

let page: string
let child: ChildProcess
let port: number
let token: string

beforeAll(async () => {
  page = await makePage()
  child = fork(join(root, 'tests', 'main', 'browser', 'door-process.ts'), [page])
  const [opened] = (await once(child, 'message')) as [{ port: number; token: string }]
  ;({ port, token } = opened)
})

afterAll(async () => {
  child.kill('SIGKILL')
  await rm(page, { recursive: true, force: true })
})

async function open(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

const upgrade = (shown: string, path = '/channel'): string =>
  [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    `Origin: http://127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    `Sec-WebSocket-Protocol: inkling, ${shown}`,
    '',
    '',
  ].join('\r\n')

function ask(): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, agent: false }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    asked.on('error', reject)
    asked.end()
  })
}

/** Connections that the door holds at this moment. */
async function held(): Promise<number> {
  child.send('count')
  const [count] = (await once(child, 'message')) as [number]
  return count
}

async function heldAtMost(count: number): Promise<void> {
  while ((await held()) > count) await setTimeout(20)
}

/** Frames that are against the rules: an unknown kind, no mask, reserved bits, a length beyond all bounds, a close code that is none. */
const badFrames = [
  [0x83, 0x80, 0, 0, 0, 0],
  [0x82, 0x05, 1, 2, 3, 4, 5],
  [0xf2, 0x80, 0, 0, 0, 0],
  [0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
  [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xec],
  [0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe],
]

test.each([
  ['a wrong token', () => randomBytes(32).toString('base64url')],
  ['the token', () => token],
])('frames against the rules from who shows %s end that connection alone', async (_, shown) => {
  for (const frame of badFrames) {
    const socket = await open()
    const closed = once(socket, 'close')
    socket.resume()
    socket.write(upgrade(shown()))
    // At once, while the door is still saying no.
    socket.write(Uint8Array.from(frame))
    await closed
    expect(child.exitCode).toBeNull()
    expect(await ask()).toBe(200)
  }
})

test('a connection that was refused does not stay because its client does not hang up', async () => {
  const before = await held()
  const sockets = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      // Our side stays open, whatever the door does with its own.
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
      socket.on('error', () => undefined)
      socket.resume()
      await once(socket, 'connect')
      socket.write(index % 2 === 0 ? upgrade('x', '/elsewhere') : upgrade('wrong'))
      return socket
    }),
  )
  await heldAtMost(before)
  for (const socket of sockets) socket.destroy()
})

test('a thousand connections that say nothing keep neither the page nor its channel out', async () => {
  const silent: Socket[] = []
  for (let index = 0; index < 1000; index += 1) {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    silent.push(socket)
  }
  for (const socket of silent.slice(0, 100)) if (socket.connecting) await once(socket, 'connect')
  // Half a request each, too.
  for (const socket of silent) socket.write('GET / HTTP/1.1\r\nHost: ')
  expect(await ask()).toBe(200)
  const page_ = await open()
  const answer = once(page_, 'data') as Promise<[Buffer]>
  page_.write(upgrade(token))
  expect((await answer)[0].toString('latin1')).toMatch(/^HTTP\/1\.1 101/)
  for (const socket of [...silent, page_]) socket.destroy()
})

test('requests that are none are answered or dropped, and the door goes on', async () => {
  const texts = [
    'GET / HTTP/1.1\r\n\r\n',
    '\0\0\0\0\0\0\0\0',
    `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${'X: y\r\n'.repeat(5000)}\r\n`,
    `GET /%00%ff%c0%ae%c0%ae/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
    `GET //evil.example/../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
    `GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`,
    `POST / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 99999999999\r\n\r\nabc`,
    `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc`,
    `GET /channel HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
    upgrade(token).replace('Sec-WebSocket-Version: 13', 'Sec-WebSocket-Version: 99'),
    upgrade(token).replace(/Sec-WebSocket-Key: .*/, 'Sec-WebSocket-Key: short'),
  ]
  // A path without an ending is one of the page's own, and gives the page.
  for (const text of texts) {
    const socket = await open()
    const answer = Promise.race([once(socket, 'data'), once(socket, 'close')]) as Promise<(Buffer | boolean)[]>
    socket.write(text)
    const [first] = await answer
    if (first instanceof Buffer) expect(first.toString('latin1')).toMatch(/^HTTP\/1\.1 4|<title>Inkling</)
    socket.destroy()
    expect(await ask()).toBe(200)
  }
})
