/**
 * Tells whether another Inkling works with the same data directory. A file lock answers that: the operating system drops
 * it when its process ends, however it ends, so a run that still says "training" without a lock was interrupted.
 */
import { DatabaseSync } from 'node:sqlite'
import { notWritable } from '../data-directory.ts'

/** Release it to let the next one in. */
export type LibraryLock = { readonly release: () => void }

/** SQLITE_BUSY: another connection holds the lock. */
const BUSY = 5

/** The lock, or null where another Inkling holds it. @throws library/not-writable */
export function takeLock(path: string): LibraryLock | null {
  let file: DatabaseSync | null = null
  try {
    const lock = new DatabaseSync(path, { timeout: 0 })
    file = lock
    lock.exec('BEGIN EXCLUSIVE')
    return {
      release: () => {
        lock.close()
      },
    }
  } catch (error) {
    file?.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === BUSY) return null
    throw notWritable(path, error)
  }
}
