/**
 * What every browser spec starts from: an Inkling of its own with an empty data directory, and its page. The project `browser`
 * opens the browser door in Chromium, the project `electron` the window. A spec fails when the page wrote an error to its
 * console.
 */
import { test as base, expect, _electron, type Page } from '@playwright/test'
import { root } from '../../main/scripts/root.ts'
import { installedElectron, noWindow } from '../../main/scripts/electron-runtime.ts'
import { datasetsFolder } from '../mnist.ts'
import { enginePid, makeDataDirectory, startInkling } from './inkling-process.ts'

type Options = {
  /** Whether MNIST is found, where this machine has it; false: the built-in data alone. */
  withMnist: boolean
  /** Environment variables of Inkling, beside those of the tests. */
  environment: Readonly<Record<string, string>>
  /** Parts of console errors that a spec brings about on purpose, as when it kills the engine. */
  expectedErrors: readonly string[]
}

type Inkling = {
  /** Its address with the token; null in the Electron window. */
  readonly address: string | null
  readonly dataDirectory: string
  /** Ends the engine process as a crash would. */
  killEngine(): Promise<void>
}

type Fixtures = { readonly inkling: Inkling & { readonly firstPage: Page } }

/** Why the project `electron` cannot run here; null where it can. */
export function noElectron(): string | null {
  if (installedElectron() === null) return "Electron's runtime is not installed here"
  return noWindow(process.env)
}

export const test = base.extend<Options & Fixtures>({
  withMnist: [false, { option: true }],
  environment: [{}, { option: true }],
  expectedErrors: [[], { option: true }],

  inkling: async ({ withMnist, environment, browser, contextOptions, viewport, colorScheme }, use, info) => {
    const reason = info.project.name === 'electron' ? noElectron() : null
    test.skip(reason !== null, reason ?? '')
    const directory = await makeDataDirectory()
    const datasets = withMnist ? datasetsFolder : null
    if (info.project.name === 'electron') {
      const app = await _electron.launch({
        executablePath: installedElectron() ?? '',
        args: [root],
        env: definedOnly({
          ...process.env,
          ...environment,
          INKLING_DATA_DIR: directory.path,
          INKLING_DATASETS: datasets ?? '',
        }),
      })
      const killEngine = async (): Promise<void> => {
        const metrics = await app.evaluate(({ app: main }) => main.getAppMetrics())
        const engine = metrics.find(({ name, serviceName }) => [name, serviceName].includes('Inkling engine'))
        if (engine !== undefined) process.kill(engine.pid, 'SIGKILL')
      }
      await use({ address: null, dataDirectory: directory.path, killEngine, firstPage: await app.firstWindow() })
      await app.close()
    } else {
      const running = await startInkling({ dataDirectory: directory.path, datasets, environment })
      const context = await browser.newContext({ ...contextOptions, viewport, colorScheme })
      const firstPage = await context.newPage()
      const killEngine = async (): Promise<void> => {
        process.kill(await enginePid(running.address), 'SIGKILL')
      }
      await use({ address: running.address, dataDirectory: directory.path, killEngine, firstPage })
      await context.close()
      await running.end()
    }
    await directory.remove()
  },

  page: async ({ inkling, expectedErrors }, use) => {
    const page = inkling.firstPage
    const errors: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text())
    })
    page.on('pageerror', (error) => errors.push(String(error)))
    if (inkling.address !== null) await page.goto(inkling.address)
    await use(page)
    const unexpected = errors.filter((error) => !expectedErrors.some((part) => error.includes(part)))
    expect(unexpected, 'errors on the console').toEqual([])
  },
})

function definedOnly(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

export { expect }
