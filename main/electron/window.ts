/** The one window. */
import { app, BrowserWindow, dialog, nativeTheme } from 'electron'
import { ORIGIN } from './addresses.ts'

/** Of the page, so that nothing flashes before it is drawn; --paper in renderer/ui/tokens.css. */
const PAPER = { light: '#faf7f1', dark: '#17181c' }
/** A page that ended more often than this within a minute is not loaded again without asking. */
const MOST_RELOADS = 3

export function openWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    title: 'Inkling',
    width: 1440,
    height: 900,
    minWidth: 800,
    minHeight: 600,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? PAPER.dark : PAPER.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
    },
  })
  window.once('ready-to-show', () => window.show())
  reloadAfterCrash(window)
  window.loadURL(`${ORIGIN}/`).catch((error: unknown) => {
    // Nothing to show, but a window that can be seen and closed; what ended the page is told by the listener above.
    console.error('Inkling: the page could not be loaded:', error)
    if (!window.isDestroyed()) window.show()
  })
  return window
}

/** The page is drawn again from the engine's state, which the crash of a page does not touch. */
function reloadAfterCrash(window: BrowserWindow): void {
  const times: number[] = []
  window.webContents.on('render-process-gone', (_, { reason }) => {
    if (reason === 'clean-exit') return
    const now = Date.now()
    times.push(now)
    const lately = times.filter((time) => now - time < 60_000)
    console.error(`Inkling: the page ended (${reason})`)
    if (lately.length <= MOST_RELOADS) window.webContents.reload()
    else askToReload(window).catch((error: unknown) => console.error('Inkling: nobody could be asked:', error))
  })
}

/** A window that stays empty would say nothing. */
async function askToReload(window: BrowserWindow): Promise<void> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'error',
    message: 'The page ended again and again.',
    detail:
      'Nothing saved is affected, and a run in training goes on. Load the page once more, or quit and start again.',
    buttons: ['Load it again', 'Quit'],
    cancelId: 1,
  })
  if (response === 1) app.quit()
  else if (!window.isDestroyed()) window.webContents.reload()
}
