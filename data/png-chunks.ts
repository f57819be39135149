/**
 * The structure of a PNG file, checked before it is decoded: sizes within bounds, no more data than its pixels need, and
 * only the chunks that make up the picture (w3.org/TR/png-3).
 */
import { crc32, inflateSync } from 'node:zlib'
import { AppError } from './error.ts'
import { checkPictureSize } from './picture.ts'

export type PngHeader = {
  readonly width: number
  readonly height: number
  readonly depth: number
  /** Samples of a pixel are indices into a palette. */
  readonly indexed: boolean
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const

/** Samples of a pixel, by PNG's color type. */
const channelsOf: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
])
const INDEXED = 3

/** Programs write parts of at least 8 kB. */
const MOST_CHUNKS = 50_000

type Chunk = { readonly type: string; readonly content: Uint8Array; readonly whole: Uint8Array }

export type EssentialPng = {
  readonly header: PngHeader
  /** The file without what the picture does not need: text, color profiles, animation. */
  readonly png: Uint8Array
  /** Unpacked rows with their filters, for a plain picture: 8 bits a sample, no palette, no transparent color, not interlaced. */
  readonly rows: { readonly data: Uint8Array; readonly channels: number } | null
}

/**
 * Checks a file and takes what makes up its picture.
 * @throws image/unreadable, image/too-large
 */
export function essentialPng(bytes: Uint8Array, name: string): EssentialPng {
  if (!SIGNATURE.every((value, index) => bytes[index] === value)) {
    throw unreadable(name, 'is no PNG picture', 'Save the picture as PNG.')
  }
  const chunks = chunksOf(bytes, name)
  const [first] = chunks
  if (first?.type !== 'IHDR' || first.content.length !== 13)
    throw unreadable(name, 'has no PNG header', 'Save it again.')
  const view = new DataView(first.content.buffer, first.content.byteOffset, 13)
  const width = view.getUint32(0)
  const height = view.getUint32(4)
  const depth = view.getUint8(8)
  const colorType = view.getUint8(9)
  const interlaced = view.getUint8(12) !== 0
  const channels = channelsOf.get(colorType)
  if (channels === undefined) throw unreadable(name, `has the unknown color type ${colorType}`, 'Save it again.')
  if (width === 0 || height === 0) throw unreadable(name, `has ${width} x ${height} pixels`, 'Save it again.')
  checkPictureSize(width, height, name)
  if (interlaced && depth < 8) {
    throw unreadable(name, `is interlaced with ${depth} bits a sample`, 'Save it without interlacing.')
  }
  const indexed = colorType === INDEXED
  const needed = new Set(indexed ? ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'] : ['IHDR', 'tRNS', 'IDAT', 'IEND'])
  const data = unpack(chunks, height * (1 + Math.ceil((width * channels * depth) / 8)), interlaced, name)
  const essential = chunks.filter(({ type }) => needed.has(type))
  for (const chunk of essential) checkSum(chunk, name)
  const kept = essential.map(({ whole }) => whole)
  // Neither another compression nor another way of filtering exists.
  const isPlain = depth === 8 && !interlaced && !indexed && view.getUint16(10) === 0
  const isOpaque = !essential.some(({ type }) => type === 'tRNS')
  // A copy of its own, since the decoder reads from the beginning of a buffer.
  const png = new Uint8Array(Buffer.concat([bytes.subarray(0, SIGNATURE.length), ...kept]))
  return { header: { width, height, depth, indexed }, png, rows: isPlain && isOpaque ? { data, channels } : null }
}

/** Chunks up to IEND: length, four letters, content, checksum. */
function chunksOf(bytes: Uint8Array, name: string): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const chunks: Chunk[] = []
  let at: number = SIGNATURE.length
  for (;;) {
    const length = at + 8 <= bytes.length ? view.getUint32(at) : null
    if (length === null || at + 12 + length > bytes.length) {
      throw unreadable(
        name,
        `is incomplete: it ends after ${bytes.length} bytes, in the middle of the picture`,
        'Get it again.',
      )
    }
    if (chunks.length === MOST_CHUNKS) {
      throw unreadable(name, `consists of more than ${MOST_CHUNKS} parts`, 'Save it again.')
    }
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    chunks.push({ type, content: bytes.subarray(at + 8, at + 8 + length), whole: bytes.subarray(at, at + 12 + length) })
    if (type === 'IEND') return chunks
    at += 12 + length
  }
}

/** Each chunk ends with its checksum. */
function checkSum({ type, whole }: Chunk, name: string): void {
  const end = whole.length - 4
  const stated = new DataView(whole.buffer, whole.byteOffset, whole.byteLength).getUint32(end)
  if (crc32(whole.subarray(4, end)) === stated) return
  throw unreadable(name, `is a damaged PNG picture: its part ${type} does not match its checksum`, 'Save it again.')
}

/** Decompresses with a limit, since the decoder knows none. */
function unpack(chunks: readonly Chunk[], expected: number, interlaced: boolean, name: string): Uint8Array {
  const data = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ content }) => content))
  // Seven interlaced passes have at most twice the rows, with a filter byte each and padding.
  const limit = interlaced ? 2 * expected + 64 : expected
  let content: Uint8Array
  try {
    content = inflateSync(data, { maxOutputLength: limit })
  } catch (cause) {
    const tooLong = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE'
    const reason = tooLong ? `it holds more than its ${expected} bytes of pixels` : String(cause)
    throw unreadable(name, `is a damaged PNG picture: ${reason}`, 'Save it again.', cause)
  }
  if (content.length < expected) {
    throw unreadable(
      name,
      `is a damaged PNG picture: it holds ${content.length} of ${expected} bytes of pixels`,
      'Save it again.',
    )
  }
  return content
}

function unreadable(name: string, fault: string, advice: string, cause?: unknown): AppError {
  return new AppError('image/unreadable', `${name} ${fault}. ${advice}`, { details: { file: name }, cause })
}
