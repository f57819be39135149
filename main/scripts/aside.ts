/** Builds are made aside and then put in their place, so that nobody meets half of one, nor another build at work. */
import { readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Milliseconds after which a folder aside has no build any more: it was killed. */
const STALE = 600_000

/** A folder beside `folder`, for this process alone. */
export function asideOf(folder: string): string {
  return `${folder}-${process.pid}`
}

/** Removes what builds of `folder` left aside that were killed. */
export async function removeStaleAsides(folder: string): Promise<void> {
  const isAside = new RegExp(`^${basename(folder)}-\\d+(-old)?$`)
  for (const name of await namesIn(dirname(folder))) {
    const path = join(dirname(folder), name)
    if (isAside.test(name) && (await ageOf(path)) > STALE) await rm(path, { recursive: true, force: true })
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** Milliseconds since it was changed; 0 where another build has removed it meanwhile. */
async function ageOf(path: string): Promise<number> {
  try {
    return Date.now() - (await stat(path)).mtimeMs
  } catch (error) {
    if (isMissing(error)) return 0
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
