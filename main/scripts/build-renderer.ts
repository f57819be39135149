/** Builds the pages into dist/renderer when their sources are newer. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../data/error.ts'
import { isFresh, writeStamp } from './fresh.ts'
import { root } from './root.ts'

export const rendererFolder = join(root, 'dist', 'renderer')
const stamp = join(root, 'dist', 'renderer.stamp')
/** All that the pages may import, and what decides how they are built. */
const sources = ['renderer', 'data', 'native/learn', 'native/averages', 'main/contract', 'package-lock.json']

/** Throws `server/no-renderer` when the build fails; Vite has told why by then. */
export async function buildRenderer(): Promise<void> {
  const paths = sources.map((source) => join(root, source))
  if (existsSync(join(rendererFolder, 'index.html')) && (await isFresh(stamp, paths))) return
  console.log('Building the pages ...')
  const config = join(root, 'renderer', 'vite.config.ts')
  const code = await run(join(root, 'node_modules', 'vite', 'bin', 'vite.js'), [
    'build',
    '--config',
    config,
    '--logLevel',
    'warn',
  ])
  if (code !== 0) {
    throw new AppError(
      'server/no-renderer',
      `The pages could not be built: Vite ended with code ${code}. Its own words stand above.`,
    )
  }
  await writeStamp(stamp)
}

function run(script: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}
