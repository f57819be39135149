/** Takes what a folder or an archive holds, file by file, and gathers the images in it. */
import type { Entry, Found } from '../archive/entry.ts'
import { readZip } from '../archive/zip.ts'
import { Breather } from '../breather.ts'
import { CsvReader, type CsvRow } from '../csv.ts'
import { AppError } from '../error.ts'
import { SIDE } from '../image-set.ts'
import { readParquet } from '../parquet.ts'
import { MOST_PIXELS } from '../picture.ts'
import { ArrayFiles } from './array-files.ts'
import type { Collector } from './collector.ts'
import { EMNIST_NOTE, emnistOf, turned } from './emnist.ts'
import { decodePicture } from './decode-picture.ts'
import { memorySource, type FileSource } from './file-source.ts'
import { idxKindOf, IdxFiles } from './idx-files.ts'
import { knownPicture, OTHER_PICTURE, otherPictures } from './known-forms.ts'
import { partInName, placeOf, tidyName, type Part } from './place.ts'
import { grayPicture, keep } from './to-image.ts'

/** What a file is, by its name; its contents are looked at when it is read. */
type Kind = 'picture' | 'foreign' | 'idx' | 'csv' | 'parquet' | 'npy' | 'npz' | 'classes' | 'archive' | 'junk' | 'other'

/** Names of the classes, one a line, in the order of their labels; written by our own export. */
export const CLASSES_FILE = 'classes.txt'

function kindOf(path: string): Kind {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (name.startsWith('.') || path.startsWith('__MACOSX/') || /^(thumbs\.db|desktop\.ini)$/i.test(name)) return 'junk'
  if (name.toLowerCase() === CLASSES_FILE) return 'classes'
  if (idxKindOf(path) !== null) return 'idx'
  if (/\.(png|jpe?g)$/i.test(name)) return 'picture'
  if (otherPictures.test(name)) return 'foreign'
  if (/\.(csv|tsv)$/i.test(name)) return 'csv'
  if (/\.npy$/i.test(name)) return 'npy'
  if (/\.npz$/i.test(name)) return 'npz'
  if (/\.parquet$/i.test(name)) return 'parquet'
  if (/\.(zip|tar|tgz|gz|bz2|xz|zst|7z|rar)$/i.test(name)) return 'archive'
  return 'other'
}

const used: ReadonlySet<Kind> = new Set(['picture', 'idx', 'csv', 'parquet', 'npy', 'npz', 'classes'])

/** Whether a file's bytes are needed; a table inside an archive must fit into memory, and a picture is never that large. */
export function isWanted(path: string): boolean {
  return used.has(kindOf(path))
}

export type Options = {
  /** Column of the labels in tables; null for the usual ones. */
  readonly labels: string | null
  readonly signal: AbortSignal | undefined
}

/** @throws import/nested-archive where nothing but archives was found, and what reading can meet */
export async function collectEntries(
  entries: AsyncIterable<Found>,
  collector: Collector,
  options: Options,
): Promise<void> {
  const gatherer = new Gatherer(collector, options)
  const breather = new Breather()
  for await (const entry of entries) {
    await breather.pause()
    options.signal?.throwIfAborted()
    if ('oddity' in entry) collector.skip(entry.oddity, entry.path)
    else await gatherer.take(entry)
  }
  await gatherer.finish()
}

class Gatherer {
  readonly #collector: Collector
  readonly #options: Options
  readonly #idx = new IdxFiles()
  readonly #arrays = new ArrayFiles()
  readonly #seen = new Set<string>()
  readonly #rows = new Map<Part, number>()
  #classes: readonly string[] | null = null
  #nested: string | null = null
  /** Why the first table that holds something else was left out. */
  #otherTable: AppError | null = null

  constructor(collector: Collector, options: Options) {
    this.#collector = collector
    this.#options = options
  }

  async take(entry: Entry): Promise<void> {
    const { path } = entry
    const kind = kindOf(path)
    if (kind === 'junk') return
    if (this.#seen.has(path)) {
      this.#collector.skip('a second file of the same name', path)
      return
    }
    this.#seen.add(path)
    switch (kind) {
      case 'classes':
        this.#classes ??= readClasses(await entry.read())
        return
      case 'idx':
        this.#idx.add(path, await entry.read())
        return
      case 'picture':
        await this.#picture(entry)
        return
      case 'csv':
        await this.#table(path, await entry.read(), 'csv')
        return
      case 'parquet':
        await this.#table(path, await entry.read(), 'parquet')
        return
      case 'npy':
        this.#arrays.add(path, await entry.read())
        return
      case 'npz':
        await this.#arraysIn(path, await entry.read())
        return
      case 'foreign':
        this.#collector.skip(OTHER_PICTURE, path)
        return
      case 'archive':
        this.#nested ??= path
        this.#collector.skip('an archive within', path)
        return
      case 'other':
        this.#collector.skip('no picture', path)
    }
  }

  async finish(): Promise<void> {
    if (this.#classes !== null) this.#collector.orderClasses(this.#classes)
    await this.#idx.into(this.#collector, this.#classes)
    await this.#arrays.into(this.#collector, this.#options.signal)
    if (this.#collector.count === 0 && this.#otherTable !== null) throw this.#otherTable
    if (this.#collector.count === 0 && this.#nested !== null) {
      throw new AppError(
        'import/nested-archive',
        `There is nothing to import but ${this.#nested}, an archive within. Archives in archives are not opened: unpack it and import what it holds.`,
        { details: { file: this.#nested } },
      )
    }
  }

  async #picture(entry: Entry): Promise<void> {
    const { path } = entry
    const place = placeOf(path)
    if (place === null) {
      this.#collector.skip('no folder names its class', path)
      return
    }
    const bytes = await entry.read()
    try {
      const picture = decodePicture(bytes, path)
      this.#collector.addPicture({ part: place.part, className: place.className, name: place.stem }, picture, path)
    } catch (error) {
      this.#collector.skip(pictureFault(error, bytes), path)
    }
  }

  async #table(path: string, bytes: Uint8Array, kind: 'csv' | 'parquet'): Promise<void> {
    const part = partInName(path) ?? 'train'
    const first = this.#rows.get(part) ?? 0
    const source = memorySource(bytes, path)
    const table = { part, first, options: this.#options }
    try {
      const rows =
        kind === 'csv'
          ? await collectCsv([bytes], path, this.#collector, table)
          : await collectParquet(source, this.#collector, table)
      this.#rows.set(part, first + rows)
    } catch (error) {
      // Beside pictures there may be tables about them; beside Kaggle's train.csv there is one without labels.
      if (!(error instanceof AppError) || error.code !== 'import/other-table') throw error
      this.#otherTable ??= error
      this.#collector.skip('a table without labels, or without pixels', path)
    }
  }

  /** A `.npz` file is a zip archive of arrays. */
  async #arraysIn(path: string, bytes: Uint8Array): Promise<void> {
    const entries = readZip(memorySource(bytes, path), (name) => name.endsWith('.npy'))
    for await (const entry of entries) {
      if ('oddity' in entry || !entry.path.endsWith('.npy')) this.#collector.skip('no array', `${path}/${entry.path}`)
      else this.#arrays.add(`${path}/${entry.path}`, await entry.read())
    }
  }
}

/** Why a picture is left out; throws what is no fault of the picture. */
function pictureFault(error: unknown, bytes: Uint8Array): string {
  if (error instanceof AppError && error.code === 'image/unreadable') {
    return knownPicture(bytes) === null ? 'damaged or no PNG or JPEG picture' : OTHER_PICTURE
  }
  if (error instanceof AppError && error.code === 'image/too-large') {
    return `more pixels than can be decoded, ${MOST_PIXELS / 1e6} million in a PNG; make it smaller`
  }
  throw error
}

function readClasses(bytes: Uint8Array): readonly string[] {
  const names = new TextDecoder().decode(bytes.subarray(0, 2 ** 16)).split(/\r?\n/)
  return names
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map(tidyName)
}

/** Where the rows of a table go: their part, and the number of the first. */
export type TableTarget = { readonly part: Part | null; readonly first: number; readonly options: Options }

/** Number of rows. @throws import/bad-table, import/too-large */
export async function collectCsv(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  name: string,
  collector: Collector,
  { part, first, options }: TableTarget,
): Promise<number> {
  const emnist = emnistOf(name)
  const take = ({ label, pixels: given, side, line }: CsvRow): void => {
    const className = tidyName(emnist?.classes[Number(label)] ?? label)
    const address = { part, className, name: String(first + reader.rows - 1) }
    const pixels = emnist === null ? given : turned(given, side)
    if (side === SIDE) collector.add(address, keep(pixels))
    else collector.addPicture(address, grayPicture(pixels, side, side), `line ${line} of ${name}`)
  }
  const reader = new CsvReader(name, options.labels, take)
  const breather = new Breather()
  for await (const chunk of chunks) {
    // Pieces, so that a large table in memory is not doubled as text.
    for (let at = 0; at < chunk.length; at += PIECE) {
      reader.push(chunk.subarray(at, at + PIECE))
      await breather.pause()
      options.signal?.throwIfAborted()
    }
  }
  reader.end()
  if (emnist !== null) {
    collector.orderClasses(emnist.classes)
    collector.noteOnce(EMNIST_NOTE)
  }
  for (const note of reader.notes) collector.note(note)
  return reader.rows
}

const PIECE = 2 ** 18

/** Number of rows. @throws import/bad-parquet, import/too-large */
export async function collectParquet(
  source: FileSource,
  collector: Collector,
  { part, first, options }: TableTarget,
): Promise<number> {
  const { classes, rows } = await readParquet(source, options.labels)
  if (classes !== null) collector.orderClasses(classes.map(tidyName))
  const breather = new Breather()
  let count = 0
  for await (const { row, label, picture } of rows) {
    await breather.pause()
    options.signal?.throwIfAborted()
    count += 1
    const name = `row ${row} of ${source.name}`
    if (label === null || picture === null) {
      collector.skip(label === null ? 'a row without a label' : 'a row without a picture', name)
      continue
    }
    const address = { part, className: tidyName(label), name: String(first + row) }
    if ('pixels' in picture) {
      const { pixels, side } = picture
      if (side === SIDE) collector.add(address, keep(pixels))
      else collector.addPicture(address, grayPicture(pixels, side, side), name)
      continue
    }
    try {
      collector.addPicture(address, decodePicture(picture.file, name), name)
    } catch (error) {
      collector.skip(pictureFault(error, picture.file), name)
    }
  }
  return count
}
