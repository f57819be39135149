/** The ways from a client to an engine that the contract's suite runs over, each with an engine and data of its own. */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket as NodeWebSocket } from 'ws'
import { writeIdxImages, writeIdxLabels } from '../../data/idx.ts'
import { generateDigits } from '../../data/synthetic/index.ts'
import { openBrowserDoor } from '../../main/browser/browser-door.ts'
import { channelOver, createChannelPair, createMailbox, type Channel } from '../../main/contract/channel.ts'
import { createClient, type Client } from '../../main/contract/client.ts'
import { serve } from '../../main/contract/server.ts'
import { openWebSocketChannel } from '../../main/contract/web-socket-channel.ts'
import { CONNECT, ENGINE, openWindowChannel } from '../../main/contract/window-channel.ts'
import { createEngine } from '../../main/engine/engine.ts'
import { root } from '../../main/scripts/root.ts'
import { openClientChannel } from '../../main/supervisor/client-channel.ts'
import { forkEngine } from '../../main/supervisor/fork-engine.ts'
import { createSupervisor, whenRunning } from '../../main/supervisor/supervisor.ts'

export type OpenDoor = {
  connect(): Promise<Client>
  readonly dataDirectory: string
  close(): Promise<void>
}

export type Door = {
  readonly title: string
  /** Whether the engine runs in a process that can be killed. */
  readonly ownProcess: boolean
  open(): Promise<OpenDoor>
}

export const TRAIN_COUNT = 400
export const TEST_COUNT = 100
const starterFolder = join(root, 'native', 'starter')

/** A data directory with a small MNIST in it: digits of the simulated hand. */
export async function makeDataDirectory(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'inkling-contract-'))
  const mnist = join(folder, 'mnist')
  await mkdir(mnist)
  for (const [prefix, count, seed] of [
    ['train', TRAIN_COUNT, 1],
    ['t10k', TEST_COUNT, 2],
  ] as const) {
    const set = generateDigits({ count, seed })
    await writeFile(join(mnist, `${prefix}-images-idx3-ubyte`), writeIdxImages(set))
    await writeFile(join(mnist, `${prefix}-labels-idx1-ubyte`), writeIdxLabels(set.labels))
  }
  return folder
}

const memory: Door = {
  title: 'in memory',
  ownProcess: false,
  async open() {
    const dataDirectory = await makeDataDirectory()
    const engine = await createEngine({ dataDirectory, searchFolders: [], starterFolder, version: '0.0.0' })
    const channels: Channel[] = []
    return {
      dataDirectory,
      connect() {
        const [near, far] = createChannelPair()
        channels.push(near)
        serve(far, engine)
        return Promise.resolve(createClient(near))
      },
      async close() {
        for (const channel of channels) channel.close()
        await engine.close()
        await rm(dataDirectory, { recursive: true, force: true })
      },
    }
  },
}

function supervise(dataDirectory: string) {
  const environment = { ...process.env, INKLING_DATA_DIR: dataDirectory, INKLING_DATASETS: '' }
  const entry = join(root, 'main', 'engine', 'process.ts')
  return createSupervisor({
    start: () => forkEngine({ entry, options: { starterFolder, version: '0.0.0' }, environment }),
    delays: [0, 0, 0, 0],
  })
}

const forked: Door = {
  title: 'in a forked process',
  ownProcess: true,
  async open() {
    const dataDirectory = await makeDataDirectory()
    const supervisor = supervise(dataDirectory)
    await whenRunning(supervisor)
    return {
      dataDirectory,
      connect: () => Promise.resolve(createClient(openClientChannel(supervisor))),
      async close() {
        await supervisor.close()
        await rm(dataDirectory, { recursive: true, force: true })
      },
    }
  },
}

/** Node's own WebSocket names no Origin; a browser's does. */
export class PageSocket extends NodeWebSocket {
  constructor(address: string, protocols: string[]) {
    super(address, protocols, { origin: new URL(address.replace('ws:', 'http:')).origin })
    // A browser's socket does not throw where nobody listens; 'close' follows.
    this.on('error', () => undefined)
  }
}

const webSocket: Door = {
  title: 'over the WebSocket',
  ownProcess: true,
  async open() {
    const dataDirectory = await makeDataDirectory()
    const page = await makePage()
    const supervisor = supervise(dataDirectory)
    const door = await openBrowserDoor({ folder: page, port: 0, connect: () => openClientChannel(supervisor) })
    await whenRunning(supervisor)
    const original = globalThis.WebSocket
    Object.assign(globalThis, { WebSocket: PageSocket })
    return {
      dataDirectory,
      connect: () =>
        Promise.resolve(createClient(openWebSocketChannel(`ws://127.0.0.1:${door.port}/channel`, door.token))),
      async close() {
        Object.assign(globalThis, { WebSocket: original })
        await door.close()
        await supervisor.close()
        await rm(dataDirectory, { recursive: true, force: true })
        await rm(page, { recursive: true, force: true })
      },
    }
  },
}

/** A window as the preload script and its page see it; with what `main/electron` does when the page asks for the engine. */
class PageWindow extends EventTarget {
  readonly origin = 'inkling://app'
  readonly #openPort: () => MessagePort

  constructor(openPort: () => MessagePort) {
    super()
    this.#openPort = openPort
  }

  postMessage(message: unknown): void {
    queueMicrotask(() => {
      this.#say(message, [])
      if ((message as { inkling?: unknown }).inkling !== CONNECT) return
      // From elsewhere, or of another kind: none of it is the engine.
      this.#say('hello', [])
      this.#say({ inkling: 'other' }, [])
      this.#say({ inkling: ENGINE, engine: { state: 'starting', problem: null } }, [])
      this.#say({ inkling: ENGINE, engine: { state: 'running', problem: null } }, [this.#openPort()])
    })
  }

  #say(data: unknown, ports: readonly MessagePort[]): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data, ports, source: this }))
  }
}

/** The engine's end of a port, as main/engine/parent.ts makes it of Electron's. */
function portChannel(port: MessagePort): Channel {
  const mailbox = createMailbox()
  port.addEventListener('message', ({ data }) => mailbox.receive(data))
  port.addEventListener('close', () => mailbox.end())
  port.start()
  return channelOver(mailbox, { send: (message) => port.postMessage(message), close: () => port.close() })
}

const windowPorts: Door = {
  title: 'through the ports of a window',
  ownProcess: false,
  async open() {
    const dataDirectory = await makeDataDirectory()
    const engine = await createEngine({ dataDirectory, searchFolders: [], starterFolder, version: '0.0.0' })
    const clients: Client[] = []
    return {
      dataDirectory,
      connect() {
        const page = new PageWindow(() => {
          const { port1, port2 } = new MessageChannel()
          serve(portChannel(port1), engine)
          return port2
        })
        // An EventTarget's listeners take any event; this window has message events alone.
        const client = createClient(openWindowChannel(page as unknown as Parameters<typeof openWindowChannel>[0]))
        clients.push(client)
        return Promise.resolve(client)
      },
      async close() {
        for (const client of clients) client.close()
        await engine.close()
        await rm(dataDirectory, { recursive: true, force: true })
      },
    }
  },
}

/** The smallest page that a door can serve. */
export async function makePage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'inkling-page-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Inkling</title>')
  await writeFile(join(folder, 'assets', 'index-abc123.js'), 'export {}')
  await cp(join(root, 'package.json'), join(folder, 'notes.json'))
  return folder
}

export const doors: readonly Door[] = [memory, windowPorts, forked, webSocket]
