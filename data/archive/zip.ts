/** The files of a zip archive, read from its directory at the end, each checked by its checksum. Zip64 too; nothing encrypted. */
import { callbackify, promisify } from 'node:util'
import { crc32, inflateRaw } from 'node:zlib'
import { fromRandomAccessReaderPromise, RandomAccessReader, type Entry as ZipEntry, type ZipFile } from 'yauzl'
import { Readable } from 'node:stream'
import { AppError } from '../error.ts'
import { buffered, type FileSource } from '../import/file-source.ts'
import { decodeName, safePath, type Found, type Wanted } from './entry.ts'
import { badArchive, UnpackLimit } from './unpack-limit.ts'

const inflate = promisify(inflateRaw)

const STORED = 0
const DEFLATED = 8
/** Flag: names are UTF-8. */
const UTF8 = 0x800
/** File types in the upper half of the attributes that Unix systems write. */
const TYPE_MASK = 0o170_000
const FILE_TYPE = 0o100_000

/** `PK` and the number of an entry, or of an empty archive's end. */
export function isZip(start: Uint8Array): boolean {
  return (
    start[0] === 0x50 && start[1] === 0x4b && ((start[2] === 3 && start[3] === 4) || (start[2] === 5 && start[3] === 6))
  )
}

class SourceReader extends RandomAccessReader {
  readonly #source: FileSource

  constructor(source: FileSource) {
    super()
    this.#source = source
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const source = this.#source
    return Readable.from(
      (async function* () {
        yield await source.read(start, end - start)
      })(),
    )
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    const source = this.#source
    const fill = async (): Promise<void> => {
      const bytes = await source.read(position, length)
      if (bytes.length < length) throw new Error('the file ends too early')
      buffer.set(bytes, offset)
    }
    callbackify(fill)(callback)
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null)
  }
}

/**
 * What the archive holds, in the order of its directory.
 * @throws import/bad-archive, import/too-large, import/unsafe-path, import/encrypted
 */
export async function* readZip(file: FileSource, wanted: Wanted): AsyncGenerator<Found, void, undefined> {
  // The directory and the entries are read in many small steps.
  const source = buffered(file)
  const limit = new UnpackLimit(source.name, source.size)
  const archive = await opened(source)
  /** Bytes that the files are said to take, as they are packed. */
  let listed = 0
  const entries = archive.eachEntry()
  for (;;) {
    let entry: ZipEntry
    try {
      if (archive.entriesRead === archive.entryCount && (await hasMore(source, archive))) archive.entryCount += COUNTED
      const next = await entries.next()
      if (next.done === true) return
      entry = next.value
    } catch (cause) {
      throw asBadArchive(source, cause)
    }
    limit.file()
    listed += entry.compressedSize
    // Each may be small; a thousand of them in the same place are a thousand times as much to unpack.
    if (listed > source.size) throw badArchive(source.name, 'the files in it lie over each other')
    const path = safePath(nameOf(entry), source.name)
    if (isFolder(entry)) continue
    const oddity = oddityOf(entry)
    if (oddity !== null) yield { path, oddity }
    else if (!wanted(path)) yield { path, read: notRead }
    else {
      limit.size(path, entry.uncompressedSize)
      yield { path, read: () => unpack(source, archive, entry, path, limit) }
    }
  }
}

/** Some programs write more entries than a plain archive can count, and the count modulo this. */
const COUNTED = 65_536
/** `PK` and the number of an entry of the directory. */
const DIRECTORY_ENTRY = [0x50, 0x4b, 1, 2] as const

/** Whether the directory goes on behind the entries that were counted. */
async function hasMore(source: FileSource, archive: ZipFile): Promise<boolean> {
  // Its type says boolean; it is the place in the file where the next entry of the directory begins.
  const cursor = Number(archive.readEntryCursor)
  const start = await source.read(cursor, DIRECTORY_ENTRY.length)
  return DIRECTORY_ENTRY.every((byte, index) => start[index] === byte)
}

function notRead(): Promise<never> {
  return Promise.reject(new Error('An entry was read that nobody wanted.'))
}

async function opened(source: FileSource): Promise<ZipFile> {
  try {
    return await fromRandomAccessReaderPromise(new SourceReader(source), source.size, {
      // Names are decoded here, and entries are checked one by one.
      decodeStrings: false,
      lazyEntries: true,
      autoClose: false,
      validateEntrySizes: true,
    })
  } catch (cause) {
    throw asBadArchive(source, cause)
  }
}

function asBadArchive(source: FileSource, cause: unknown): AppError {
  if (cause instanceof AppError) return cause
  return badArchive(source.name, cause instanceof Error ? cause.message : String(cause), cause)
}

/**
 * With `decodeStrings: false` the raw bytes are there as well. Names that are not marked as UTF-8 are in the first PC's characters, or in
 * UTF-8 all the same; Unicode names of Info-ZIP come as an extra field, which is rare by now.
 */
function nameOf(entry: ZipEntry): string {
  const utf8 = (entry.generalPurposeBitFlag & UTF8) !== 0
  return utf8 ? new TextDecoder().decode(entry.fileNameRaw) : decodeName(entry.fileNameRaw, 'cp437')
}

function isFolder(entry: ZipEntry): boolean {
  const last = entry.fileNameRaw.at(-1)
  return last === 0x2f || last === 0x5c
}

function oddityOf(entry: ZipEntry): string | null {
  const madeOnUnix = entry.versionMadeBy >> 8 === 3
  const type = (entry.externalFileAttributes >>> 16) & TYPE_MASK
  return madeOnUnix && type !== 0 && type !== FILE_TYPE ? 'link or device' : null
}

async function unpack(
  source: FileSource,
  archive: ZipFile,
  entry: ZipEntry,
  path: string,
  limit: UnpackLimit,
): Promise<Uint8Array> {
  if (entry.isEncrypted()) {
    throw new AppError(
      'import/encrypted',
      `${source.name} is encrypted, and Inkling asks for no password. Unpack it yourself and import the folder.`,
      { details: { file: source.name } },
    )
  }
  const { compressionMethod: method, compressedSize, uncompressedSize } = entry
  if (method !== STORED && method !== DEFLATED) {
    throw badArchive(
      source.name,
      `${JSON.stringify(path)} is packed by method ${method}, where stored and deflated can be read`,
    )
  }
  let packed: Uint8Array
  try {
    const { fileDataStart } = await archive.readLocalFileHeaderPromise(entry, { minimal: true })
    packed = await source.read(fileDataStart, compressedSize)
  } catch (cause) {
    throw asBadArchive(source, cause)
  }
  if (packed.length < compressedSize) throw badArchive(source.name, `it ends within ${JSON.stringify(path)}`)
  limit.unpacked(uncompressedSize)
  const content = method === STORED ? packed : await inflated(source, packed, uncompressedSize, path)
  if (content.length !== uncompressedSize || crc32(content) !== entry.crc32) {
    throw badArchive(source.name, `the contents of ${JSON.stringify(path)} do not match their checksum`)
  }
  return content
}

async function inflated(source: FileSource, packed: Uint8Array, size: number, path: string): Promise<Uint8Array> {
  if (size === 0) return new Uint8Array()
  try {
    return await inflate(packed, { maxOutputLength: size })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw badArchive(source.name, `${JSON.stringify(path)} cannot be unpacked (${reason})`, cause)
  }
}
