/** Writes exported files to a folder that appears as a whole, or not at all. */
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { Breather } from '../breather.ts'
import { reasonOf } from '../data-directory.ts'
import { AppError } from '../error.ts'
import type { ExportedFile } from './export-files.ts'

export type WriteOptions = {
  readonly signal?: AbortSignal
  readonly onProgress?: (fraction: number) => void
}

/** What was written. */
export type Written = { readonly files: number; readonly bytes: number }

/** Files that are written at the same time. */
const AT_ONCE = 16

/**
 * `folder` must not exist yet, or be empty; its parent folder must exist.
 * @throws export/target-taken, export/not-writable, and what the signal was aborted with; nothing is left then
 */
export async function writeFolder(
  files: Iterable<ExportedFile>,
  folder: string,
  { signal, onProgress }: WriteOptions = {},
): Promise<Written> {
  const target = resolve(folder)
  await ensureFreeFolder(target)
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`)
  const made = new Set<string>()
  let written = { files: 0, bytes: 0 }
  try {
    await mkdir(temporary)
    let waiting: Promise<void>[] = []
    const breather = new Breather()
    for (const { path, bytes, fraction } of files) {
      await breather.pause()
      signal?.throwIfAborted()
      const own = join(temporary, dirname(path))
      if (!made.has(own)) await mkdir(own, { recursive: true })
      made.add(own)
      waiting.push(writeFile(join(temporary, path), bytes, { flag: 'wx' }))
      written = { files: written.files + 1, bytes: written.bytes + bytes.length }
      if (waiting.length < AT_ONCE) continue
      await Promise.all(waiting)
      waiting = []
      onProgress?.(fraction)
    }
    await Promise.all(waiting)
    await removeEmpty(target)
    await rename(temporary, target)
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true })
    if (signal?.aborted === true || cause instanceof AppError) throw cause
    throw notWritable(target, cause)
  }
  onProgress?.(1)
  return written
}

/** Whether a folder can be made there, asked before a long export. @throws export/target-taken, export/not-writable */
export async function ensureFreeFolder(folder: string): Promise<void> {
  let names: readonly string[]
  try {
    names = await readdir(folder)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return
    throw notWritable(folder, cause)
  }
  if (names.length === 0) return
  throw new AppError(
    'export/target-taken',
    `The folder ${folder} is not empty, and nothing in it is overwritten. Name a new folder, or an empty one.`,
    { details: { path: folder } },
  )
}

async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder)
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause
  }
}

function notWritable(path: string, cause: unknown): AppError {
  return new AppError(
    'export/not-writable',
    `The folder ${path} cannot be written: ${reasonOf(cause)}. Choose another place.`,
    { details: { path }, cause },
  )
}
