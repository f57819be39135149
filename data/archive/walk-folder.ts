/** The files of a folder on disk and of the folders in it, by name. Links are told and not followed. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openFileSource, unreadableFile } from '../import/file-source.ts'
import type { Found } from './entry.ts'
import { DEEPEST_FOLDER } from '../import/limits.ts'
import type { UnpackLimit } from './unpack-limit.ts'

/** @throws file/unreadable, file/not-found, import/too-large */
export async function* walkFolder(folder: string, limit: UnpackLimit): AsyncGenerator<Found, void, undefined> {
  yield* walk(folder, '', limit, 0)
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
    else yield { path, size: await sizeOf(onDisk), read: () => readWhole(onDisk, path, limit) }
  }
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (cause) {
    throw unreadableFile(folder, cause)
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (cause) {
    throw unreadableFile(path, cause)
  }
}

async function readWhole(onDisk: string, path: string, limit: UnpackLimit): Promise<Uint8Array> {
  const file = await openFileSource(onDisk)
  try {
    limit.size(path, file.size)
    limit.unpacked(file.size)
    return await file.read(0, file.size)
  } finally {
    await file.close()
  }
}
