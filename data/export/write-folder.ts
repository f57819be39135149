/** Writes exported files to a folder that appears as a whole, or not at all. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { Breather } from '../breather.ts'
import { reasonOf } from '../data-directory.ts'
import { AppError } from '../error.ts'
import { isRunning } from '../running.ts'
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
  await removeStale(dirname(target))
  // A short name of its own: the folder's may be as long as names can be.
  const temporary = join(dirname(target), `${OWN}${process.pid}-${randomUUID()}${ENDING}`)
  const made = new Set<string>()
  let written = { files: 0, bytes: 0 }
  let waiting: Promise<void>[] = []
  try {
    await mkdir(temporary)
    const breather = new Breather()
    for (const { path, bytes, fraction } of files) {
      await breather.pause()
      signal?.throwIfAborted()
      const own = join(temporary, dirname(path))
      if (!made.has(own)) await mkdir(own, { recursive: true })
      made.add(own)
      const write = writeFile(join(temporary, path), bytes, { flag: 'wx' })
      // A failure is met below; until then Node would take it for one that nobody hears of, and end the process.
      write.catch(() => undefined)
      waiting.push(write)
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
    // Those that are still being written would fail unheard, or be written behind the removal.
    await Promise.allSettled(waiting)
    await removeQuietly(temporary)
    if (signal?.aborted === true || cause instanceof AppError) throw cause
    throw notWritable(target, cause)
  }
  onProgress?.(1)
  return written
}

/** Folders that killed exports leave: of this computer, which knows its processes, and of any. */
const ENDING = '.tmp'
const ANY = '.inkling-export-'
const OWN = `${ANY}${createHash('sha256').update(hostname()).digest('hex').slice(0, 8)}-`
/** Milliseconds after which nobody writes to such a folder any more. */
const STALE = 24 * 3_600_000

/** Removes what exports to this folder left when they were killed. What cannot be removed is in nobody's way. */
async function removeStale(folder: string): Promise<void> {
  let names: readonly string[]
  try {
    names = await readdir(folder)
  } catch {
    // Whether it can be written shows when it is.
    return
  }
  for (const name of names) {
    if (!name.startsWith(ANY) || !name.endsWith(ENDING)) continue
    const path = join(folder, name)
    const owner = name.startsWith(OWN) ? Number.parseInt(name.slice(OWN.length), 10) : null
    if (owner !== null && !isRunning(owner)) await removeQuietly(path)
    else if (Date.now() - (await changedAt(path)) > STALE) await removeQuietly(path)
  }
}

/** Milliseconds since 1970; now where somebody has removed it meanwhile. */
async function changedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return Date.now()
    throw cause
  }
}

/** The failure that led here is what a person should hear of. */
async function removeQuietly(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true })
  } catch (error) {
    console.error('Inkling: what an export left could not be removed:', error)
  }
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
  const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
  return new AppError(
    'export/not-writable',
    missing
      ? `The folder ${path} cannot be made, since ${dirname(path)} does not exist or takes no folders. Nothing was written. Make that folder first, or choose another place.`
      : `The folder ${path} cannot be written: ${reasonOf(cause)}. Nothing was left there, and the data set is unharmed. Choose another place.`,
    { details: { path }, cause },
  )
}
