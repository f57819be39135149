/**
 * `npm start` under the pinned Node: builds what is out of date, then opens the Electron window where that is possible and
 * the browser door where it is not.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import open from 'open'
import { toErrorPayload, type ErrorPayload } from '../../data/error.ts'
import type { EngineOptions } from '../contract/process-messages.ts'
import { serveBrowser } from '../browser/serve.ts'
import { readStartArguments, startHelp } from './arguments.ts'
import { buildRenderer, rendererFolder } from './build-renderer.ts'
import { hasDisplay } from './electron-runtime.ts'
import { openWindow } from './open-window.ts'
import { root } from './root.ts'

/** How to end what runs; replaced as things are started. */
let closeDoor: () => Promise<void> = () => Promise.resolve()
let killEngine: () => void = () => undefined
let ending = false

async function main(): Promise<void> {
  const { browser, port, help } = readStartArguments(process.argv.slice(2))
  if (help) {
    console.log(startHelp)
    process.disconnect?.()
    return
  }
  await buildRenderer()
  if (!browser) {
    const window = await openWindow(root)
    if (typeof window !== 'string') {
      closeDoor = window.close
      process.exitCode = await window.closed
      return end()
    }
    console.log(`${window}, so Inkling opens in the browser.`)
  }
  await openBrowser(port)
}

async function openBrowser(port: number): Promise<void> {
  const door = await serveBrowser({
    folder: rendererFolder,
    port,
    engine: { entry: join(root, 'main', 'engine', 'process.ts'), options: engineOptions() },
    onFailed: report,
  })
  closeDoor = door.close
  killEngine = door.kill
  if (ending) return await door.close()
  console.log(
    `Inkling is ready at this address (it is valid until Inkling ends):\n\n${door.address}\n\nCtrl-C ends it.`,
  )
  if (hasDisplay(process.env) && process.env.INKLING_OPEN !== 'no') await openDefaultBrowser(door.entrance())
}

/** The address that is opened works once: other users of this machine can read command lines. */
async function openDefaultBrowser(address: string): Promise<void> {
  try {
    const child = await open(address)
    child.on('error', () => console.log('No browser could be opened; open the address yourself.'))
  } catch (error) {
    console.log(`No browser could be opened (${toErrorPayload(error).message}); open the address yourself.`)
  }
}

function engineOptions(): EngineOptions {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  return { starterFolder: join(root, 'native', 'starter'), version }
}

function report({ code, message }: ErrorPayload): void {
  console.error(`${code}: ${message}`)
}

async function end(): Promise<void> {
  if (ending) return
  ending = true
  await closeDoor()
  process.exit()
}

function wish(message: unknown): void {
  if (message === 'end-now') {
    killEngine()
    process.exit(1)
  }
  end().catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
}

// start.mjs counts the signals and tells; where it was killed, or where nothing stands above, they count here.
process.on('message', wish)
process.on('disconnect', () => wish('end'))
process.on('SIGTERM', () => wish('end'))
process.on('SIGHUP', () => wish('end'))
process.on('SIGINT', () => {
  if (!process.connected) wish('end')
})

main().catch((error: unknown) => {
  const payload = toErrorPayload(error)
  if (payload.code === 'internal/unexpected') console.error(error)
  report(payload)
  process.exit(payload.code.startsWith('usage/') ? 2 : 1)
})
