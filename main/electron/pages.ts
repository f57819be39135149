/** Hands the engine's ports to the pages that ask for one, and a new one whenever the engine was started again. */
import { ipcMain, type IpcMainEvent, type WebContents } from 'electron'
import type { EngineStatus, Supervisor } from '../supervisor/supervisor.ts'
import type { UtilityEngine } from './engine-process.ts'
import { CONNECT_CHANNEL, ENGINE_CHANNEL } from './ipc.ts'
import { ORIGIN } from './addresses.ts'

export function servePages(supervisor: Supervisor<UtilityEngine>): void {
  const pages = new Set<WebContents>()

  function tell(page: WebContents, status: EngineStatus): void {
    if (page.isDestroyed()) return
    const port = status.state === 'running' ? supervisor.engine?.connect() : undefined
    page.postMessage(ENGINE_CHANNEL, status, port === undefined ? [] : [port])
  }

  ipcMain.on(CONNECT_CHANNEL, (event) => {
    if (!isOurs(event)) return
    const page = event.sender
    if (!pages.has(page)) page.once('destroyed', () => pages.delete(page))
    pages.add(page)
    tell(page, supervisor.status)
  })
  supervisor.onChange((status) => {
    for (const page of pages) tell(page, status)
  })
}

/** Only the page itself may ask, no frame in it and no other origin. */
function isOurs({ senderFrame, sender }: IpcMainEvent): boolean {
  return senderFrame !== null && senderFrame === sender.mainFrame && senderFrame.origin === ORIGIN
}
