/** Files that a person names on the command line. */
import { access, constants, mkdir, readFile, rmdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { reasonOf } from '../../data/data-directory.ts'
import { AppError } from '../../data/error.ts'
import { writeFileAtomically } from '../../data/write-file.ts'

/** @throws file/not-found, file/unreadable */
export async function readNamedFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    throw new AppError(
      missing ? 'file/not-found' : 'file/unreadable',
      `The file ${path} cannot be read: ${reasonOf(cause)}. Check its name and permissions.`,
      { details: { path }, cause },
    )
  }
}

/** Whether a file can be written there later, asked before a long task. @throws file/not-writable */
export async function ensureTarget(path: string): Promise<void> {
  const folder = dirname(resolve(path))
  try {
    await access(folder, constants.W_OK)
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    throw notWritableFile(path, missing ? new Error(`there is no folder ${folder}`) : cause)
  }
  let isFolder: boolean
  try {
    isFolder = (await stat(path)).isDirectory()
  } catch (cause) {
    // A file that is not there yet is what we want; anything else would fail at the end of the task.
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return
    throw notWritableFile(path, cause)
  }
  if (isFolder) throw notWritableFile(path, new Error('it is a folder'))
}

export function notWritableFile(path: string, cause: unknown): AppError {
  return new AppError(
    'file/not-writable',
    `The file ${path} cannot be written: ${reasonOf(cause)}. Choose another place.`,
    {
      details: { path },
      cause,
    },
  )
}

/**
 * Makes a folder where there is none, and those above it. Answers with what takes the made ones away again, as far as they are
 * empty.
 * @throws file/not-writable
 */
export async function ensureFolder(path: string): Promise<() => Promise<void>> {
  const target = resolve(path)
  try {
    const made = await mkdir(target, { recursive: true })
    await access(target, constants.W_OK)
    return async () => {
      if (made === undefined) return
      let folder = target
      while (folder.startsWith(made) && (await removeEmpty(folder))) folder = dirname(folder)
    }
  } catch (cause) {
    throw notWritableFile(path, cause)
  }
}

/** Whether the folder is gone; one that somebody put something into stays. */
async function removeEmpty(folder: string): Promise<boolean> {
  try {
    await rmdir(folder)
    return true
  } catch (cause) {
    const taken = cause instanceof Error && 'code' in cause && (cause.code === 'ENOTEMPTY' || cause.code === 'EEXIST')
    if (!taken) throw notWritableFile(folder, cause)
    return false
  }
}

/** Writes a file as a whole or not at all. @throws file/not-writable */
export async function writeNamedFile(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFileAtomically(path, bytes)
  } catch (cause) {
    throw notWritableFile(path, cause)
  }
}
