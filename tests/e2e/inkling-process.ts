/** A running Inkling for a spec: the browser door as `npm start` opens it, with a data directory of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'
import { decodeMessage, encodeMessage, MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES } from '../../main/contract/codec.ts'
import { root } from '../../main/scripts/root.ts'

export type InklingProcess = {
  /** With its token. */
  readonly address: string
  readonly dataDirectory: string
  readonly process: ChildProcess
  /** Ends it in order; the data directory stays. */
  end(): Promise<void>
}

export async function makeDataDirectory(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'inkling-test-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

export type InklingOptions = {
  readonly dataDirectory: string
  /** Searched for data sets; null for none. */
  readonly datasets: string | null
  /** For `npm start -- ...`, beside `--browser`. */
  readonly args?: readonly string[]
  /** Environment variables beside the tests' own. */
  readonly environment?: Readonly<Record<string, string>>
}

/** Resolves when the address was printed; throws what was printed instead. */
export async function startInkling({
  dataDirectory,
  datasets,
  args = [],
  environment = {},
}: InklingOptions): Promise<InklingProcess> {
  const script = join(root, 'main', 'scripts', 'start.ts')
  const flags = ['--disable-warning=ExperimentalWarning', script, '--browser', ...args]
  const child = spawn(process.execPath, flags, {
    env: {
      ...process.env,
      ...environment,
      INKLING_DATA_DIR: dataDirectory,
      INKLING_DATASETS: datasets ?? '',
      INKLING_OPEN: 'no',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  const address = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        said.push(line)
        if (line.startsWith('http://127.0.0.1:')) resolve(line)
      })
    }
    child.on('exit', (code) => reject(new Error(`Inkling ended with code ${code}:\n${said.join('\n')}`)))
  })
  return {
    address,
    dataDirectory,
    process: child,
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      await exit
    },
  }
}

/** Asks the engine behind a door's address for its process, as a page would. */
export async function enginePid(address: string): Promise<number> {
  const { host, origin, hash } = new URL(address)
  const socket = new WebSocket(`ws://${host}/channel`, ['inkling', hash.slice('#token='.length)], { origin })
  await once(socket, 'open')
  socket.send(encodeMessage({ t: 'q', m: 'app.read', a: [{}], i: '1' }, MAX_REQUEST_BYTES))
  const pid = await new Promise<number>((resolve) => {
    socket.on('message', (data: Buffer) => {
      const message = decodeMessage(data, MAX_RESPONSE_BYTES) as { r?: { enginePid: number } }
      if (message.r !== undefined) resolve(message.r.enginePid)
    })
  })
  socket.close()
  return pid
}
