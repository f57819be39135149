/** Whether something built is older than its sources; a stamp file is written after each build that succeeded. */
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** `sources`: files and folders (with all below). A stamp that is not there is older than everything. */
export async function isFresh(stamp: string, sources: readonly string[]): Promise<boolean> {
  const built = await modified(stamp)
  for (const source of sources) if ((await newest(source)) >= built) return false
  return true
}

/** `startedAt`: when the build began; what was changed since then is not in it. */
export async function writeStamp(stamp: string, startedAt: Date): Promise<void> {
  await mkdir(dirname(stamp), { recursive: true })
  await writeFile(stamp, '')
  await utimes(stamp, startedAt, startedAt)
}

async function modified(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0
    throw error
  }
}

async function newest(path: string): Promise<number> {
  const own = await stat(path)
  if (!own.isDirectory()) return own.mtimeMs
  const entries = await readdir(path)
  const below = await Promise.all(entries.map((entry) => newest(join(path, entry))))
  return Math.max(own.mtimeMs, ...below)
}
