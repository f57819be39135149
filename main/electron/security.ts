/**
 * What locks the window down, after Electron's own security checklist: nothing from elsewhere, no navigation, no new windows,
 * no permissions, no webview, no frame but the page.
 */
import { app, type Session, type WebContents } from 'electron'
import { isMadeByPage, isPage, mayLoad } from './addresses.ts'

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
  // The page's exports are files that it made itself; Electron asks the person where each shall go.
  session.on('will-download', (event, item) => {
    if (!isMadeByPage(item.getURL())) event.preventDefault()
  })
  session.webRequest.onBeforeRequest((request, answer) => answer({ cancel: !mayLoad(request.url) }))
}

function lockContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.on('will-redirect', (event) => event.preventDefault())
  // The page may load itself again ("Reload everything"), and nothing else.
  contents.on('will-frame-navigate', (event) => {
    if (!isPage(event.url) || !event.isMainFrame) event.preventDefault()
  })
}
