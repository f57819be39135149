/** The browser door with its engine: what `npm start -- --browser` runs. */
import { fromErrorPayload, type AppError } from '../../data/error.ts'
import { openClientChannel } from '../supervisor/client-channel.ts'
import { forkEngine, type ForkOptions } from '../supervisor/fork-engine.ts'
import { createSupervisor, whenRunning } from '../supervisor/supervisor.ts'
import { openBrowserDoor, type BrowserDoor } from './browser-door.ts'

export type ServedBrowser = BrowserDoor & {
  /** Ends the engine at once, for a person who does not want to wait for `close`. */
  kill(): void
}

export type ServeOptions = {
  /** Folder of the built renderer. */
  readonly folder: string
  /** 0 for any free port. */
  readonly port: number
  readonly engine: ForkOptions
  /** Called when an engine that ran is given up; the pages show it too. */
  readonly onFailed: (problem: AppError) => void
}

/**
 * Resolves when the engine runs. Throws what `openBrowserDoor` throws, and what keeps the engine from starting, such as
 * `library/not-writable`; nothing is left running then.
 */
export async function serveBrowser({ folder, port, engine, onFailed }: ServeOptions): Promise<ServedBrowser> {
  const supervisor = createSupervisor({ start: () => forkEngine(engine) })
  let door: BrowserDoor | null = null
  const close = async (): Promise<void> => {
    await Promise.all([door?.close(), supervisor.close()])
  }
  try {
    door = await openBrowserDoor({ folder, port, connect: () => openClientChannel(supervisor) })
    await whenRunning(supervisor)
  } catch (error) {
    await close()
    throw error
  }
  supervisor.onChange(({ problem }) => {
    if (problem !== null) onFailed(fromErrorPayload(problem))
  })
  return { ...door, close, kill: () => supervisor.kill() }
}
