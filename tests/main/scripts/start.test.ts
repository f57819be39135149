/** `npm start` as a person starts and ends it: real processes, of which none may stay behind. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createClient } from '../../../main/contract/client.ts'
import { openWebSocketChannel } from '../../../main/contract/web-socket-channel.ts'
import { buildRenderer } from '../../../main/scripts/build-renderer.ts'
import { root } from '../../../main/scripts/root.ts'
import { PageSocket } from '../../contract/doors.ts'

const script = join(root, 'main', 'scripts', 'start.mjs')
let dataDirectory: string
const started: ChildProcess[] = []

beforeAll(async () => {
  await buildRenderer()
  Object.assign(globalThis, { WebSocket: PageSocket })
  dataDirectory = await mkdtemp(join(tmpdir(), 'inkling-start-'))
})
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})
afterAll(async () => {
  await rm(dataDirectory, { recursive: true, force: true })
})

type Started = {
  readonly child: ChildProcess
  /** Everything that was printed so far. */
  output(): string
  readonly exit: Promise<number | null>
}

function start(args: readonly string[], environment: NodeJS.ProcessEnv = {}, shell?: string): Started {
  const [command, argv] = shell === undefined ? [process.execPath, [script, ...args]] : ['sh', ['-c', shell]]
  const env = { ...process.env, INKLING_DATA_DIR: dataDirectory, INKLING_OPEN: 'no', ...environment }
  const child = spawn(command, argv, { env, stdio: ['pipe', 'pipe', 'pipe'] })
  started.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()))
  const exit = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null)
  return { child, output: () => output, exit }
}

async function until<T>(look: () => T | null | undefined | false): Promise<T> {
  for (;;) {
    const found = look()
    if (found !== null && found !== undefined && found !== false) return found
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** Waits for the address and asks the engine behind it for its process. */
async function opened(running: Started): Promise<{ address: string; enginePid: number }> {
  const address = await until(() => /^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/m.exec(running.output())?.[0])
  const { host, hash } = new URL(address)
  const client = createClient(openWebSocketChannel(`ws://${host}/channel`, hash.slice('#token='.length)))
  const { enginePid } = await client.call('app.read', {})
  client.close()
  return { address, enginePid }
}

/** A process that has ended may stay listed as a zombie until its new parent asks for its exit code. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !(process.platform === 'linux' && readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z '))
  } catch {
    return false
  }
}

async function allGone(...pids: (number | undefined)[]): Promise<void> {
  for (const pid of pids) await until(() => pid !== undefined && !isAlive(pid))
}

/** Processes whose parent this is, as Linux lists them. */
async function childrenOf(pid: number): Promise<number[]> {
  const listing = spawn('ps', ['-o', 'pid=', '--ppid', String(pid)])
  let text = ''
  listing.stdout.on('data', (part: Buffer) => (text += part.toString()))
  await once(listing, 'exit')
  return text
    .split('\n')
    .map(Number)
    .filter((child) => child > 0 && child !== listing.pid)
}

describe('the address', () => {
  test('stands on a line of its own, serves the page, and stays when the input is closed', async () => {
    const running = start(['--browser'])
    const { address, enginePid } = await opened(running)
    running.child.stdin?.end()
    const page = await fetch(new URL('/', address))
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('<script type="module"')
    running.child.kill('SIGINT')
    expect(await running.exit).toBe(0)
    await allGone(enginePid)
    await expect(fetch(new URL('/', address))).rejects.toThrow()
  })

  test('is another one at each start', async () => {
    const tokens = new Set<string>()
    for (let round = 0; round < 2; round += 1) {
      const running = start(['--browser'])
      tokens.add(new URL((await opened(running)).address).hash)
      running.child.kill('SIGTERM')
      await running.exit
    }
    expect(tokens.size).toBe(2)
  })
})

describe('the end', () => {
  test.each(['SIGTERM', 'SIGHUP'] as const)('%s ends everything in order', async (signal) => {
    const running = start(['--browser'])
    const { enginePid } = await opened(running)
    running.child.kill(signal)
    expect(await running.exit).toBe(0)
    await allGone(enginePid)
  })

  test('a second Ctrl-C does not wait for the engine', async () => {
    const running = start(['--browser'])
    const { enginePid } = await opened(running)
    // An engine that hears nothing any more.
    process.kill(enginePid, 'SIGSTOP')
    // Two signals that come before the first one was heard are one.
    const again = setInterval(() => running.child.kill('SIGINT'), 100)
    running.child.kill('SIGINT')
    expect(await running.exit).not.toBe(0)
    clearInterval(again)
    await allGone(enginePid)
  })

  test('a killed start script takes the others with it', async () => {
    const running = start(['--browser'])
    const { enginePid } = await opened(running)
    const [door] = await childrenOf(running.child.pid ?? 0)
    running.child.kill('SIGKILL')
    await allGone(door, enginePid)
  })

  test('a killed door takes the others with it', async () => {
    const running = start(['--browser'])
    const { enginePid } = await opened(running)
    const [door] = await childrenOf(running.child.pid ?? 0)
    process.kill(door ?? 0, 'SIGKILL')
    expect(await running.exit).toBe(1)
    await allGone(enginePid)
  })

  test('a killed npm takes the others with it', async () => {
    const command = `'${process.execPath}' '${script}' --browser & wait`
    const running = start([], { npm_lifecycle_event: 'start' }, command)
    const { enginePid } = await opened(running)
    const [first] = await childrenOf(running.child.pid ?? 0)
    running.child.kill('SIGKILL')
    await allGone(first, enginePid)
  })
})

describe('what goes wrong is one clear line', () => {
  const failure = async (args: string[], environment: NodeJS.ProcessEnv = {}): Promise<[number | null, string]> => {
    const running = start(args, environment)
    return [await running.exit, running.output()]
  }

  test('a port in use', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const address = taken.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const [code, output] = await failure(['--port', String(port)])
    taken.close()
    expect(code).toBe(1)
    expect(output).toMatch(new RegExp(`^server/port-in-use: Port ${port} .*--port N`, 'm'))
    expect(output).not.toMatch(/^\s+at /m)
  })

  test('a data directory that cannot be written to', async () => {
    const [code, output] = await failure(['--browser'], { INKLING_DATA_DIR: '/dev/null/inkling' })
    expect(code).toBe(1)
    expect(output).toMatch(/^library\/not-writable: .*\/dev\/null\/inkling.*INKLING_DATA_DIR/m)
    expect(output).not.toMatch(/^\s+at /m)
  })

  test('arguments that make no sense', async () => {
    expect(await failure(['--port', 'many'])).toEqual([2, expect.stringMatching(/^usage\/bad-value: --port .*"many"/)])
    expect(await failure(['--colour'])).toEqual([2, expect.stringMatching(/^usage\/unknown-option: .*--colour/)])
    const [code, output] = await failure(['--help'])
    expect([code, output.startsWith('Usage: npm start')]).toEqual([0, true])
  })
})
