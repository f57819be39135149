/**
 * The sets that a person has imported: each a folder in the data directory with its IDX files and a description. A set is there
 * as a whole or not at all.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureWritable, notWritable, reasonOf } from './data-directory.ts'
import { definitions } from './dataset-definitions.ts'
import { AppError } from './error.ts'
import { idxFileName } from './idx-folder.ts'
import { idxImageParts, writeIdxLabels } from './idx.ts'
import { splits } from './image-set.ts'
import type { ImportedData } from './import/collector.ts'
import { describeImport, type ImportReport } from './import/report.ts'
import { readDescription, writeDescription } from './imported-description.ts'

export type ImportedSet = {
  readonly name: string
  readonly folder: string
  readonly title: string
  /** The report in sentences. */
  readonly description: string
  readonly classes: readonly string[]
  /** Null where the description cannot be read; the images may be sound nevertheless. */
  readonly report: ImportReport | null
}

const DESCRIPTION = 'dataset.json'
/** Folders of imports under way; those of killed ones are removed after an hour. */
const TEMPORARY = '.importing-'
const STALE = 3_600_000

/** Names that stand for something else, as commands and in Windows. */
const reserved: ReadonlySet<string> = new Set(['handwriting', 'con', 'prn', 'aux', 'nul', 'all'])

/** @throws import/bad-name */
export function checkName(name: string): void {
  const known = definitions.some((definition) => definition.name === name) || reserved.has(name)
  if (/^[a-z0-9][a-z0-9_-]{0,39}$/.test(name) && !/^(com|lpt)\d$/.test(name) && !known) return
  throw new AppError(
    'import/bad-name',
    known
      ? `The name ${name} belongs to a data set of Inkling's own. Choose another, such as my-${name.replaceAll('_', '-')}.`
      : `A data set's name has up to 40 lowercase letters, digits, - and _, and begins with a letter or digit; ${JSON.stringify(name.slice(0, 60))} does not. Choose another, such as my-digits.`,
    { details: { name: name.slice(0, 60) } },
  )
}

/** A name made of any text, such as that of the imported file. */
export function suggestName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/(\.tar|\.csv)?\.[a-z0-9]{1,7}$/, '')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
  return name === '' ? 'my-digits' : name
}

export class ImportedSets {
  readonly #folder: string

  constructor(dataDirectory: string) {
    this.#folder = join(dataDirectory, 'imported')
  }

  /** All sets, by name. @throws file/unreadable */
  async list(): Promise<ImportedSet[]> {
    let names: readonly string[]
    try {
      names = await readdir(this.#folder)
    } catch (cause) {
      if (isMissing(cause)) return []
      throw unreadable(this.#folder, cause)
    }
    const sets = await Promise.all([...names].sort().map((name) => this.find(name)))
    return sets.filter((set) => set !== null)
  }

  /** One set, or null where there is none. */
  async find(name: string): Promise<ImportedSet | null> {
    if (name.startsWith('.') || /[/\\\0]/.test(name)) return null
    const folder = join(this.#folder, name)
    let text: string
    try {
      text = await readFile(join(folder, DESCRIPTION), 'utf8')
    } catch (cause) {
      if (isMissing(cause)) return null
      return undescribed(name, folder, reasonOf(cause))
    }
    const read = readDescription(text)
    if (read === null) return undescribed(name, folder, 'it was changed or damaged')
    const { title, classes, report } = read
    return { name, folder, title, description: describeImport(report), classes, report }
  }

  /**
   * Whether a set of this name can be kept, asked before a long import.
   * @throws import/bad-name, import/name-taken, library/not-writable
   */
  async ensureFree(name: string): Promise<void> {
    checkName(name)
    await ensureWritable(this.#folder)
    if (await isThere(join(this.#folder, name))) throw nameTaken(name)
  }

  /**
   * Keeps a set. What was there before stays if this fails.
   * @throws import/bad-name, import/name-taken, library/not-writable
   */
  async save(name: string, { classes, halves, report }: ImportedData, title = name): Promise<void> {
    await this.ensureFree(name)
    const temporary = join(this.#folder, `${TEMPORARY}${name}-${randomUUID()}`)
    try {
      await this.#removeStale()
      await mkdir(temporary)
      for (const split of splits) {
        const set = halves[split]
        if (set === null) continue
        await write(join(temporary, idxFileName(split, 'images')), idxImageParts(set))
        await write(join(temporary, idxFileName(split, 'labels')), writeIdxLabels(set.labels))
      }
      const text = writeDescription({ title, classes, importedAt: Date.now(), report })
      await write(join(temporary, DESCRIPTION), new TextEncoder().encode(text))
      await rename(temporary, join(this.#folder, name))
    } catch (cause) {
      await rm(temporary, { recursive: true, force: true })
      // Of a folder that is in the way, Windows says that permission is denied.
      if (isTaken(cause) || (await isThere(join(this.#folder, name)))) throw nameTaken(name)
      throw notWritable(this.#folder, cause)
    }
  }

  /** Removes a set and its files. @throws import/not-imported, library/not-writable */
  async remove(name: string): Promise<void> {
    const set = await this.find(name)
    if (set === null) {
      throw new AppError(
        'import/not-imported',
        `There is no imported data set called ${name}. Only imported sets can be removed.`,
        { details: { name: name.slice(0, 60) } },
      )
    }
    // Renamed first, so that a kill leaves no half of a set under its name.
    const doomed = join(this.#folder, `${TEMPORARY}removed-${randomUUID()}`)
    try {
      await rename(set.folder, doomed)
      await rm(doomed, { recursive: true, force: true })
    } catch (cause) {
      throw notWritable(this.#folder, cause)
    }
  }

  async #removeStale(): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      if (!name.startsWith(TEMPORARY)) continue
      const path = join(this.#folder, name)
      if (Date.now() - (await stat(path)).mtimeMs > STALE) await rm(path, { recursive: true, force: true })
    }
  }
}

/** A set whose images may be sound nevertheless. */
function undescribed(name: string, folder: string, reason: string): ImportedSet {
  const description = `What was known of it (${DESCRIPTION}) cannot be read any more: ${reason}.`
  return { name, folder, title: name, description, classes: [], report: null }
}

/** Waits until the disk has it: the rename of the folder must not come before its contents. */
async function write(path: string, bytes: Uint8Array | readonly Uint8Array[]): Promise<void> {
  await writeFile(path, bytes, { flag: 'wx', flush: true })
}

export function nameTaken(name: string): AppError {
  return new AppError(
    'import/name-taken',
    `There is a data set called ${name} already. Choose another name, or remove that set first.`,
    { details: { name } },
  )
}

/** @throws library/not-writable where that cannot be found out */
async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (cause) {
    if (isMissing(cause)) return false
    throw notWritable(path, cause)
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
}

function isTaken(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOTEMPTY' || cause.code === 'EEXIST')
}

function unreadable(path: string, cause: unknown): AppError {
  return new AppError('file/unreadable', `${path} cannot be read: ${reasonOf(cause)}. Check its permissions.`, {
    details: { path },
    cause,
  })
}
