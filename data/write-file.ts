/** Writing files so that a kill or a power cut leaves either the old file or the new one, never half of one. */
import { open, rename, rm } from 'node:fs/promises'

/**
 * Writes under a temporary name beside `path`, waits until the disk has it, and renames. Concurrent writers do not
 * meet: each has a name of its own, and the last rename wins. Throws the operating system's errors.
 */
export async function writeFileAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}-${Date.now()}.tmp`
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
