/** Starts Inkling in Electron, from the bundles in dist/app. */
import { spawn } from 'node:child_process'
import { bundleApp } from './bundle.ts'
import { findElectron, noWindow } from './electron-runtime.ts'

export type OpenWindow = {
  /** The exit code, when the last window was closed. */
  readonly closed: Promise<number>
  close(): Promise<void>
}

/** Opens the window, or answers with the reason, in words, why there is none. */
export async function openWindow(root: string): Promise<OpenWindow | string> {
  const reason = noWindow(process.env)
  if (reason !== null) return reason
  const electron = await findElectron()
  if (electron === null) return "Electron's runtime is not here and could not be downloaded"
  await bundleApp()

  const child = spawn(electron, [root], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const closed = new Promise<number>((resolve) => {
    child.on('error', () => resolve(1))
    child.on('exit', (code) => resolve(code ?? 1))
  })
  // main.ts says so when its window is there, or was before; without a usable sandbox Electron ends earlier.
  const shown = new Promise<boolean>((resolve) => child.once('message', () => resolve(true)))
  const opened = await Promise.race([shown, closed.then(() => false)])
  if (!opened) return 'Electron could not open a window (its words stand above)'
  return {
    closed,
    async close() {
      child.kill('SIGTERM')
      await closed
    },
  }
}
