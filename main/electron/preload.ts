/**
 * Runs in the sandbox before the page: passes its wish for a port on to the main process, and the port back. Ports cannot
 * cross the context bridge, so they go by window.postMessage; nothing else is exposed to the page.
 */
import { ipcRenderer } from 'electron'
import { CONNECT, ENGINE, type EngineNotice } from '../contract/window-channel.ts'
import { CONNECT_CHANNEL, ENGINE_CHANNEL } from './ipc.ts'

/** The part of the page's window that is used here; this folder is compiled without the browser's types. */
declare const window: {
  readonly origin: string
  addEventListener(
    type: 'message',
    listener: (event: { readonly source: unknown; readonly data: unknown }) => void,
  ): void
  postMessage(message: EngineNotice, targetOrigin: string, ports: readonly unknown[]): void
}

window.addEventListener('message', ({ source, data }) => {
  if (source !== window || typeof data !== 'object' || data === null) return
  if ('inkling' in data && data.inkling === CONNECT) ipcRenderer.send(CONNECT_CHANNEL)
})

ipcRenderer.on(ENGINE_CHANNEL, (event, engine: EngineNotice['engine']) => {
  window.postMessage({ inkling: ENGINE, engine }, window.origin, event.ports)
})
