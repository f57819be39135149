/** Finds Electron's runtime, which its npm package downloads at first use, and says where no window can be opened anyway. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './root.ts'

/** Milliseconds without a new byte after which a download is given up. */
const PATIENCE = 10_000
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

/** The executable, downloaded where it has to be; null when that failed, or stood still for ten seconds. */
export async function findElectron(): Promise<string | null> {
  const installed = installedElectron()
  if (installed !== null) return installed
  console.log("Downloading Electron's runtime (about 120 MB, once) ...")
  // Its installer downloads into the folder of temporary files: one of its own shows whether anything comes.
  const temporary = await mkdtemp(join(tmpdir(), 'inkling-electron-'))
  const places = { TMPDIR: temporary, TEMP: temporary, TMP: temporary }
  // Node heeds HTTPS_PROXY only where it is told to.
  const env = { ...process.env, ...places, NODE_USE_ENV_PROXY: '1' }
  const child = spawn(process.execPath, [join(folder, 'install.js')], { stdio: 'ignore', env })
  await endOrStandstill(child, [temporary, join(folder, 'dist')], PATIENCE)
  await rm(temporary, { recursive: true, force: true })
  return installedElectron()
}

/**
 * Waits until the process ends. Where the bytes in these folders stay the same for so many milliseconds it is killed: a slow line may
 * take its time, a dead one may not.
 */
export async function endOrStandstill(
  child: ChildProcess,
  folders: readonly string[],
  patience: number,
): Promise<void> {
  const ended = new Promise<'ended'>((resolve) => {
    child.on('error', () => resolve('ended'))
    child.on('exit', () => resolve('ended'))
  })
  const moment = (): Promise<'a moment later'> =>
    new Promise((resolve) => setTimeout(() => resolve('a moment later'), Math.min(500, patience / 4)))
  let bytes = 0
  let changedAt = Date.now()
  while ((await Promise.race([ended, moment()])) !== 'ended') {
    const now = await bytesIn(folders)
    if (now !== bytes) changedAt = Date.now()
    bytes = now
    if (Date.now() - changedAt >= patience) child.kill('SIGKILL')
  }
}

/** Of all files in them; files come and go meanwhile. */
async function bytesIn(folders: readonly string[]): Promise<number> {
  let sum = 0
  for (const place of folders) {
    if (!existsSync(place)) continue
    for (const name of await readdir(place, { recursive: true })) {
      sum += statSync(join(place, name), { throwIfNoEntry: false })?.size ?? 0
    }
  }
  return sum
}
