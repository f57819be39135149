/**
 * The way in for data of others: finds out what a file or folder is, by its contents, and makes a set of it in memory. Nothing is
 * written here, and nothing outside of the named file or folder is read.
 */
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { gunzipChunks } from '../archive/gunzip-chunks.ts'
import type { Found } from '../archive/entry.ts'
import { isTar, readTar } from '../archive/tar.ts'
import { UnpackLimit } from '../archive/unpack-limit.ts'
import { walkFolder } from '../archive/walk-folder.ts'
import { isZip, readZip } from '../archive/zip.ts'
import { AppError } from '../error.ts'
import { isGzip } from '../gzip.ts'
import { isJpeg } from '../jpeg.ts'
import { isNpy } from '../npy.ts'
import { isParquet } from '../parquet.ts'
import { Collector, type CollectorOptions, type ImportedData } from './collector.ts'
import { isPng } from './decode-picture.ts'
import { chunksOf, openFileSource, unreadableFile, type FileSource } from './file-source.ts'
import { collectCsv, collectEntries, collectParquet, isWanted } from './from-entries.ts'
import { idxPartners } from './idx-files.ts'
import { knownForm } from './known-forms.ts'
import { MOST_SOURCE_BYTES } from './limits.ts'
import { partInName, partOf } from './place.ts'
import type { SourceFormat } from './report.ts'

export type ImportOptions = CollectorOptions & {
  /** Column of the labels in tables; null for one of a usual name, else the first. */
  readonly labels: string | null
  readonly signal?: AbortSignal
  /** 0..1 of what is to be read, null where that is not known; and the images so far. Called often. */
  readonly onProgress?: (fraction: number | null, images: number) => void
}

/** What may be said on the command line or by the page without more. */
export const defaultImportOptions: ImportOptions = {
  resize: 'ink',
  invert: false,
  holdOut: 0,
  labels: null,
  classes: null,
}

/** Bytes by which a file is known. */
const START = 1024

/**
 * Imports the file or folder at `path`.
 * @throws AppError for all that can be wrong with it; what the signal was aborted with
 */
export async function importPath(path: string, options: ImportOptions): Promise<ImportedData> {
  const folder = await isFolder(path)
  const name = basename(resolve(path))
  if (folder) {
    // A folder that is named `test` holds test images.
    const prefix = partOf(name) === null ? '' : `${name}/`
    return await importEntries(walkFolder(path, new UnpackLimit(name, null), prefix), name, options)
  }
  const pair = await idxPairOf(path)
  if (pair !== null) return await collect(pair, name, 'idx', options, new Progress(options.onProgress))
  const source = await openFileSource(path)
  try {
    return await importFile(source, options)
  } finally {
    await source.close()
  }
}

/**
 * Imports files that were handed over, such as a folder dropped into the page. `name` is what the report calls them; `total`: how
 * many there are, where that is known.
 */
export async function importEntries(
  entries: AsyncIterable<Found>,
  name: string,
  options: ImportOptions,
  total: number | null = null,
): Promise<ImportedData> {
  const progress = new Progress(options.onProgress)
  const followed = total === null ? entries : progress.countEntries(entries, total)
  return await collect(followed, name, 'folder', options, progress)
}

async function collect(
  entries: AsyncIterable<Found>,
  name: string,
  format: SourceFormat,
  options: ImportOptions,
  progress: Progress,
): Promise<ImportedData> {
  const collector = new Collector(options, progress.images)
  await collectEntries(entries, collector, { labels: options.labels, signal: options.signal })
  return collector.finish(name, format)
}

/**
 * Imports one file: an archive or a table.
 * @throws AppError for all that can be wrong with it; what the signal was aborted with
 */
export async function importFile(file: FileSource, options: ImportOptions): Promise<ImportedData> {
  if (file.size > MOST_SOURCE_BYTES) {
    throw new AppError(
      'import/too-large',
      `${file.name} has ${file.size.toLocaleString('en-US')} bytes; at most ${MOST_SOURCE_BYTES.toLocaleString('en-US')} can be imported. Import a part of it.`,
      { details: { file: file.name } },
    )
  }
  const progress = new Progress(options.onProgress)
  const source = progress.follow(file)
  const { name } = source
  const start = await source.read(0, START)
  if (isZip(start)) {
    if (isWorkbook(start)) throw workbook(name)
    // The arrays in a `.npz` file are known by its name, too.
    const folder = /\.npz$/i.test(name) ? `${name}/` : ''
    return await collect(
      within(folder, readZip(source, isWanted)),
      name,
      folder === '' ? 'zip' : 'npz',
      options,
      progress,
    )
  }
  if (isNpy(start)) return await collect(alone(source), name, 'npz', options, progress)
  if (isGzip(start)) return await importStream(gunzipChunks(chunksOf(source), name), source, options, progress)
  if (isTar(start)) return await importStream(chunksOf(source), source, options, progress)
  if (isParquet(start)) {
    const collector = new Collector(options, progress.images)
    await collectParquet(source, collector, tableTarget(name, options))
    return collector.finish(name, 'parquet')
  }
  return await importStream(chunksOf(source), source, options, progress)
}

/** A tar archive or a CSV file, known by what comes first. */
async function importStream(
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
  source: FileSource,
  options: ImportOptions,
  progress: Progress,
): Promise<ImportedData> {
  const { name } = source
  const limit = new UnpackLimit(name, source.size)
  const { start, all } = await peeked(counted(chunks, limit))
  if (isTar(start)) return await collect(readTar(all, name, limit, isWanted), name, 'tar', options, progress)
  const fault = faultOf(start, name)
  if (fault !== null) {
    await all.return()
    throw fault
  }
  const collector = new Collector(options, progress.images)
  await collectCsv(all, name, collector, tableTarget(name, options))
  return collector.finish(name, 'csv')
}

function tableTarget(name: string, options: ImportOptions): Parameters<typeof collectCsv>[3] {
  return { part: partInName(name), first: 0, options: { labels: options.labels, signal: options.signal } }
}

/** The first file of a spreadsheet's archive, as Excel and LibreOffice write it. */
function isWorkbook(start: Uint8Array): boolean {
  const name = new TextDecoder('latin1').decode(start.subarray(30, 60))
  return (
    name.startsWith('[Content_Types].xml') || name.startsWith('xl/') || name.startsWith('mimetypeapplication/vnd.oasis')
  )
}

function workbook(name: string): AppError {
  return new AppError(
    'import/unknown-format',
    `${name} is a document of an office program, such as an Excel workbook. Save its table as CSV (UTF-8), and import that.`,
    { details: { file: name } },
  )
}

/** The same entries, in a folder. */
async function* within(
  folder: string,
  entries: AsyncGenerator<Found, void, undefined>,
): AsyncGenerator<Found, void, undefined> {
  for await (const entry of entries) yield { ...entry, path: `${folder}${entry.path}` }
}

/** One file as an entry. */
async function* alone(source: FileSource): AsyncGenerator<Found, void, undefined> {
  yield await Promise.resolve({ path: source.name, read: () => source.read(0, source.size) })
}

/** Why these bytes are no CSV, or null where they may be. */
function faultOf(start: Uint8Array, name: string): AppError | null {
  const said = (code: 'import/unknown-format' | 'import/nested-archive', text: string): AppError =>
    new AppError(code, `${name} ${text}`, { details: { file: name } })
  if (isZip(start) || isGzip(start) || isParquet(start)) {
    return said('import/nested-archive', 'is packed twice. Unpack it once and import what comes out.')
  }
  if (start.length === 0) return said('import/unknown-format', 'is empty. Choose another file.')
  if (isIdx(start)) {
    return said(
      'import/unknown-format',
      'is one IDX file. Images and labels belong together: import both, or their folder.',
    )
  }
  const known = knownForm(start)
  if (known !== null) return said('import/unknown-format', `is ${known.what}. ${known.advice}`)
  if (isPng(start) || isJpeg(start)) {
    return said(
      'import/unknown-format',
      'is one picture. Import a folder that holds a folder of pictures for each class.',
    )
  }
  if (start[0] === 0x7b) {
    return said(
      'import/unknown-format',
      'looks like JSON. Drawings as JSON lines are imported where the drawings are kept, not as a data set.',
    )
  }
  const inUtf16 = (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff)
  // Text has no zero bytes but in UTF-16.
  if (start.includes(0) && !inUtf16) {
    return said(
      'import/unknown-format',
      'is of no form that can be imported. Known are folders of PNG or JPEG pictures, zip, tar and tgz archives of them, IDX, CSV, Parquet, and .npz files of NumPy.',
    )
  }
  return null
}

function isIdx(start: Uint8Array): boolean {
  return start[0] === 0 && start[1] === 0 && start[2] === 8 && (start[3] === 1 || start[3] === 3)
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  limit: UnpackLimit,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    limit.unpacked(chunk.length)
    yield chunk
  }
}

/** The first bytes, and all of them from the beginning. */
async function peeked(chunks: AsyncGenerator<Uint8Array, void, undefined>) {
  let start: Uint8Array = new Uint8Array()
  while (start.length < START) {
    const next = await chunks.next()
    if (next.done === true) break
    start = start.length === 0 ? next.value : Buffer.concat([start, next.value])
  }
  return { start, all: prepended(start, chunks) }
}

async function* prepended(
  start: Uint8Array,
  chunks: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    if (start.length > 0) yield start
    yield* chunks
  } finally {
    await chunks.return()
  }
}

/** Puts together how far the source has been read and how many images there are. */
class Progress {
  readonly #tell: ImportOptions['onProgress']
  #fraction: number | null = null

  constructor(tell: ImportOptions['onProgress']) {
    this.#tell = tell
  }

  /** For the collector to tell of its images. */
  readonly images = (count: number): void => this.#tell?.(this.#fraction, count)

  /** The same source; what is read is counted, wherever it lies: the directory of a zip archive is read first, and lies at the end. */
  follow(source: FileSource): FileSource {
    let bytes = 0
    return {
      ...source,
      read: (offset, length) => {
        this.#fraction = Math.min(1, bytes / Math.max(1, source.size))
        bytes += length
        return source.read(offset, length)
      },
    }
  }

  /** The same entries; they are counted. */
  async *countEntries(entries: AsyncIterable<Found>, total: number): AsyncGenerator<Found, void, undefined> {
    let count = 0
    for await (const entry of entries) {
      this.#fraction = count / Math.max(1, total)
      count += 1
      yield entry
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (cause) {
    throw unreadableFile(path, cause)
  }
}

/** Both files of the pair that an IDX file belongs to, or null for a file with another kind of name. */
async function idxPairOf(path: string): Promise<AsyncGenerator<Found, void, undefined> | null> {
  const partners = idxPartners(basename(path))
  if (partners.length === 0) return null
  const folder = dirname(path)
  const names = new Set(await readdir(folder))
  const other = partners.find((name) => names.has(name))
  return pairEntries(folder, [basename(path), ...(other === undefined ? [] : [other])])
}

async function* pairEntries(folder: string, names: readonly string[]): AsyncGenerator<Found, void, undefined> {
  for (const name of names) {
    const file = await openFileSource(join(folder, name))
    try {
      yield { path: name, read: () => file.read(0, file.size) }
    } finally {
      await file.close()
    }
  }
}
