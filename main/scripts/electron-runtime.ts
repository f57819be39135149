/** Finds Electron's runtime, which its npm package downloads at first use, and runs the program in it. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './root.ts'

const DOWNLOAD_MILLISECONDS = 10_000
const folder = join(root, 'node_modules', 'electron')

/** Path of Electron's executable, or null where its runtime is not installed. */
export function installedElectron(): string | null {
  const pathFile = join(folder, 'path.txt')
  if (!existsSync(pathFile)) return null
  const path = join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, 'dist'), readFileSync(pathFile, 'utf8'))
  return existsSync(path) ? path : null
}

/** Why no window can be opened here however well Electron is installed; null where one can. */
export function noWindow(environment: NodeJS.ProcessEnv): string | null {
  if (process.platform === 'linux' && !hasDisplay(environment)) return 'There is no display here'
  if (process.platform === 'linux' && process.getuid?.() === 0) return 'Electron keeps its sandbox from root'
  return null
}

export function hasDisplay(environment: NodeJS.ProcessEnv): boolean {
  if (process.platform !== 'linux') return true
  return (environment.DISPLAY ?? '') !== '' || (environment.WAYLAND_DISPLAY ?? '') !== ''
}

/** The executable, downloaded where it has to be; null when that failed or took longer than ten seconds. */
export async function findElectron(): Promise<string | null> {
  const installed = installedElectron()
  if (installed !== null) return installed
  console.log("Downloading Electron's runtime ...")
  await new Promise<void>((resolve) => {
    const child = spawn(process.execPath, [join(folder, 'install.js')], { stdio: 'ignore' })
    const timer = setTimeout(() => child.kill('SIGKILL'), DOWNLOAD_MILLISECONDS)
    const done = (): void => {
      clearTimeout(timer)
      resolve()
    }
    child.on('error', done)
    child.on('exit', done)
  })
  return installedElectron()
}
