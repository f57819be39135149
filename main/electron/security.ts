/**
 * What locks the window down, after Electron's own security checklist: nothing from elsewhere, no navigation, no new windows,
 * no permissions, no webview, no frame but the page.
 */
import { app, type Session, type WebContents } from 'electron'
import { ORIGIN, SCHEME } from './page-protocol.ts'

/** For every session and every page that this program will ever have. Call before the app is ready. */
export function lockDown(): void {
  app.enableSandbox()
  app.on('session-created', lockSession)
  app.on('web-contents-created', (_, contents) => lockContents(contents))
}

function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setDisplayMediaRequestHandler(null)
  session.on('will-download', (event) => event.preventDefault())
  session.webRequest.onBeforeRequest((request, answer) => answer({ cancel: !isOwn(request.url) }))
}

/** The page itself, what it makes in memory, and the developer tools of a program that is not packaged. */
function isOwn(address: string): boolean {
  const { protocol } = new URL(address)
  return protocol === `${SCHEME}:` || protocol === 'blob:' || protocol === 'data:' || protocol === 'devtools:'
}

function lockContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-frame-navigate', (event) => {
    if (new URL(event.url).origin !== ORIGIN || !event.isMainFrame) event.preventDefault()
  })
}
