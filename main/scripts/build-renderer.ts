/** Builds the pages into dist/renderer when their sources are newer. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../data/error.ts'
import { asideOf, removeStaleAsides } from './aside.ts'
import { isFresh, writeStamp } from './fresh.ts'
import { root } from './root.ts'

export const rendererFolder = join(root, 'dist', 'renderer')
const stamp = join(root, 'dist', 'renderer.stamp')
/** All that the pages may import, and what decides how they are built. */
const sources = ['renderer', 'data', 'native/learn', 'native/averages', 'main/contract', 'package-lock.json']

/** Throws `server/no-renderer` when the build fails; Vite has told why by then. */
export async function buildRenderer(): Promise<void> {
  if (await isBuilt()) return
  const startedAt = new Date()
  console.log('Building the pages ...')
  await removeStaleAsides(rendererFolder)
  const aside = asideOf(rendererFolder)
  const config = join(root, 'renderer', 'vite.config.ts')
  const options = ['--config', config, '--outDir', aside, '--emptyOutDir', '--logLevel', 'warn']
  const code = await run(join(root, 'node_modules', 'vite', 'bin', 'vite.js'), ['build', ...options])
  if (code !== 0) {
    await rm(aside, { recursive: true, force: true })
    throw new AppError(
      'server/no-renderer',
      `The pages could not be built: Vite ended with code ${code}. Its own words stand above.`,
    )
  }
  // Another build may have come first: what it put there stays, as somebody may be reading it.
  if (await isBuilt()) {
    await rm(aside, { recursive: true, force: true })
    return
  }
  await putInPlace(aside, rendererFolder)
  await writeStamp(stamp, startedAt)
}

/** Whether the pages are there and younger than their sources. */
async function isBuilt(): Promise<boolean> {
  const paths = sources.map((source) => join(root, source))
  return existsSync(join(rendererFolder, 'index.html')) && (await isFresh(stamp, paths))
}

async function putInPlace(built: string, place: string): Promise<void> {
  const old = `${built}-old`
  for (let attempt = 1; ; attempt += 1) {
    await rm(old, { recursive: true, force: true })
    try {
      if (existsSync(place)) await rename(place, old)
      await rename(built, place)
      break
    } catch (error) {
      // Another build came first.
      if (attempt === 5) throw error
    }
  }
  await rm(old, { recursive: true, force: true })
}

function run(script: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
