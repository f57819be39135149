/** Writing files so that a kill or a power cut leaves either the old file or the new one, never half of one. */
import { randomUUID } from 'node:crypto'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Writes under a temporary name beside `path`, waits until the disk has it, and renames. Concurrent writers do not
 * meet: each has a name of its own, and the last rename wins. Throws the operating system's errors.
 */
export async function writeFileAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (cause) {
    await rm(temporary, { force: true })
    throw cause
  }
}

/** A temporary file of this age, in milliseconds, has no writer any more. */
const STALE = 600_000

/** Removes what killed writers left half-written in a folder. Throws the operating system's errors. */
export async function removeStaleTemporary(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.tmp')) continue
    const path = join(folder, name)
    if (Date.now() - (await stat(path)).mtimeMs > STALE) await rm(path, { force: true })
  }
}
