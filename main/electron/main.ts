/** Inkling in Electron: one window, one engine beside it, nothing else. */
import { join, resolve } from 'node:path'
import { app, dialog, Menu, session, type BrowserWindow } from 'electron'
import { AppError, toErrorPayload } from '../../data/error.ts'
import { openPageFiles } from '../page/page-files.ts'
import { createSupervisor, whenRunning } from '../supervisor/supervisor.ts'
import { startEngine } from './engine-process.ts'
import { registerScheme, servePage } from './page-protocol.ts'
import { servePages } from './pages.ts'
import { lockDown } from './security.ts'
import { adoptSystemProxy } from './system-proxy.ts'
import { openWindow } from './window.ts'

const folder = app.getAppPath()
const inDist = (name: string): string => join(folder, 'dist', name)
let window: BrowserWindow | null = null
let closeEngine: () => Promise<void> = () => Promise.resolve()

// Chromium's own files and the lock of the one instance: with a data directory of its own, a program beside others; tests have one each.
const chosen = process.env.INKLING_DATA_DIR ?? ''
app.setPath('userData', join(chosen === '' ? join(app.getPath('appData'), 'Inkling') : resolve(chosen), 'window'))

registerScheme()
lockDown()

if (app.requestSingleInstanceLock()) run()
else leave()

/** The first instance has been told, and comes to the front. `npm start` must not take this end for a window that could not be had. */
function leave(): void {
  console.log('Inkling is open already; its window is in front now.')
  if (process.send === undefined) app.quit()
  else process.send('open already', () => app.quit())
}

function run(): void {
  app.on('second-instance', () => {
    if (window?.isMinimized() === true) window.restore()
    window?.show()
    window?.focus()
  })
  // Chromium starts it again, on the processor alone in the end; the engine has processes and devices of its own.
  app.on('child-process-gone', (_, { type, reason, exitCode }) => {
    if (type === 'GPU') console.error(`Inkling: the process that draws the window ended (${reason}, ${exitCode})`)
  })
  // On macOS too: there is one window, and training goes on while it is hidden.
  app.on('window-all-closed', () => app.quit())
  let ended = false
  app.on('will-quit', (event) => {
    if (ended) return
    event.preventDefault()
    ended = true
    closeEngine().then(
      () => app.exit(),
      () => app.exit(1),
    )
  })
  // Started by `npm start`: its end is ours.
  process.on('disconnect', () => app.quit())
  app.whenReady().then(open).catch(fail)
}

async function open(): Promise<void> {
  setMenu()
  servePage(session.defaultSession, await openPageFiles(inDist('renderer')))
  await adoptSystemProxy(session.defaultSession, process.env)
  const options = { starterFolder: join(folder, 'native', 'starter'), version: app.getVersion() }
  const bundle = (name: string): string => inDist(join('app', name))
  const entries = { engine: bundle('engine.cjs'), deviceProcess: bundle('device-process.cjs') }
  const supervisor = createSupervisor({ start: () => startEngine(entries, options) })
  closeEngine = () => supervisor.close()
  servePages(supervisor)
  await whenRunning(supervisor)
  window = openWindow(bundle('preload.cjs'))
  process.send?.('shown')
}

/** The shortcuts of the platform hang on these: copying, zooming, closing and minimizing the window. */
function setMenu(): void {
  const roles = ['fileMenu', 'editMenu', 'viewMenu', 'windowMenu'] as const
  const own = process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []
  Menu.setApplicationMenu(Menu.buildFromTemplate([...own, ...roles.map((role) => ({ role }))]))
}

/** Nothing works without page and engine: says why and ends. */
function fail(error: unknown): void {
  const { code, message } = toErrorPayload(error)
  console.error(error instanceof AppError ? `${code}: ${message}` : error)
  dialog.showErrorBox('Inkling cannot start', `${message}\n\n${code}`)
  app.exit(1)
}
