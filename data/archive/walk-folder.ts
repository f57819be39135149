/** The files of a folder on disk and of the folders in it, by name. Links are told and not followed. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openFileSource, unreadableFile } from '../import/file-source.ts'
import type { Found } from './entry.ts'
import { DEEPEST_FOLDER } from '../import/limits.ts'
import type { UnpackLimit } from './unpack-limit.ts'

/**
 * Paths are relative to `folder`, with `prefix` before them.
 * @throws file/unreadable, file/not-found, import/too-large
 */
export async function* walkFolder(
  folder: string,
  limit: UnpackLimit,
  prefix = '',
): AsyncGenerator<Found, void, undefined> {
  yield* walk(folder, prefix, limit, 0)
}

async function* walk(
  folder: string,
  prefix: string,
  limit: UnpackLimit,
  depth: number,
): AsyncGenerator<Found, void, undefined> {
  const names = await entriesOf(folder)
  for (const name of names.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${prefix}${name.name}`
    const onDisk = join(folder, name.name)
    if (name.isDirectory()) {
      if (depth < DEEPEST_FOLDER) yield* walk(onDisk, `${path}/`, limit, depth + 1)
      else yield { path, oddity: 'folder within too many folders' }
      continue
    }
    limit.file()
    if (!name.isFile()) yield { path, oddity: 'link or device' }
    else yield { path, read: () => readWhole(onDisk, path, limit) }
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (cause) {
    throw unreadableFile(folder, cause)
  }
}

/** Files up to this size are read at once: asking for each step of 70,000 small ones takes several times as long. */
const SMALL = 2 ** 18

async function readWhole(onDisk: string, path: string, limit: UnpackLimit): Promise<Uint8Array> {
  const small = readSmall(onDisk)
  if (small !== null) {
    limit.unpacked(small.length)
    return small
  }
  const file = await openFileSource(onDisk)
  try {
    limit.size(path, file.size)
    limit.unpacked(file.size)
    return await file.read(0, file.size)
  } finally {
    await file.close()
  }
}

/** The content of a small file, or null for a larger one. */
function readSmall(path: string): Uint8Array | null {
  try {
    const file = openSync(path, 'r')
    try {
      const { size } = fstatSync(file)
      if (size > SMALL) return null
      const bytes = new Uint8Array(size)
      return bytes.subarray(0, readSync(file, bytes))
    } finally {
      closeSync(file)
    }
  } catch (cause) {
    throw unreadableFile(path, cause)
  }
}
