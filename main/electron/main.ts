/** Inkling in Electron: one window, one engine beside it, nothing else. */
import { join } from 'node:path'
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

// Chromium's own files stay beside the library, and tests get a profile each.
const chosen = process.env.INKLING_DATA_DIR
app.setPath('userData', join(chosen ?? join(app.getPath('appData'), 'Inkling'), 'window'))

registerScheme()
lockDown()

if (!app.requestSingleInstanceLock()) app.quit()
else run()

function run(): void {
  app.on('second-instance', () => {
    if (window?.isMinimized() === true) window.restore()
    window?.focus()
  })
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
  const first = process.platform === 'darwin' ? 'appMenu' : 'fileMenu'
  Menu.setApplicationMenu(Menu.buildFromTemplate([{ role: first }, { role: 'editMenu' }, { role: 'viewMenu' }]))
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

/** Nothing works without page and engine: says why and ends. */
function fail(error: unknown): void {
  const { code, message } = toErrorPayload(error)
  console.error(error instanceof AppError ? `${code}: ${message}` : error)
  dialog.showErrorBox('Inkling cannot start', `${message}\n\n${code}`)
  app.exit(1)
}
