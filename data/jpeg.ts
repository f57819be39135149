/**
 * JPEG pictures, baseline and progressive. The frame header is checked before the file goes to the decoder, so that a few
 * bytes cannot ask for hours or gigabytes (ITU-T T.81, B.2).
 */
import jpeg from 'jpeg-js'
import { AppError } from './error.ts'
import { decodeEighth } from './jpeg-eighth.ts'
import { orientationOf, oriented } from './jpeg-orientation.ts'
import { checkPictureSize, MOST_PIXELS, tooManyPixels, type Picture } from './picture.ts'

/** Markers of the frame headers that the decoder knows: baseline, extended, progressive. */
const PROGRESSIVE = 0xc2
const FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1, PROGRESSIVE])
const OTHER_FRAMES: ReadonlySet<number> = new Set([0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf])
const SCAN = 0xda
const END = 0xd9

/** The smallest blocks of 8 x 8 take a few bits; more pixels to a byte than this is no picture but an attempt to fill the memory. */
const MOST_PIXELS_PER_BYTE = 2048
/** Bytes that say nothing about a picture's size: tables and headers of a small file. */
const HEADERS = 1024
/** Progressive pictures have about ten scans; each goes over all pixels. */
const MOST_SCANS = 64
/** Pixels of all scans together: 20 of the largest picture. */
const MOST_SCANNED = 400e6
/** Brightness and colors of all pixels together, as they are stored; the decoder takes about 15 bytes for each. */
const MOST_SAMPLES = 48e6
/** Larger ones are read at an eighth of their size, which takes next to no memory and no more than two seconds up to here. */
const MOST_LARGE_PIXELS = 200e6
const MOST_LARGE_BYTES = 2 ** 25
/** What the decoder itself may take. */
const MEGABYTES = 700

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff
}

/**
 * The pixels of a JPEG, turned as its camera was held; of one that is too large to be decoded whole, gray and at an eighth of its width
 * and height. `name` is what errors call it.
 * @throws image/unreadable, image/too-large
 */
export function decodeJpeg(bytes: Uint8Array, name: string): Picture {
  const { width, height, tooLarge } = checkFrame(bytes, name)
  try {
    if (tooLarge !== null) {
      const small = decodeEighth(bytes)
      if (small === null) throw tooLarge
      return oriented(small, orientationOf(bytes))
    }
    const decoded = jpeg.decode(bytes, {
      useTArray: true,
      formatAsRGBA: true,
      tolerantDecoding: false,
      maxResolutionInMP: MOST_PIXELS / 1e6,
      maxMemoryUsageInMB: MEGABYTES,
    })
    if (decoded.width === width && decoded.height === height && decoded.data.length === width * height * 4)
      return oriented(decoded, orientationOf(bytes))
  } catch (cause) {
    if (cause === tooLarge) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw unreadable(name, `is a damaged JPEG picture: ${reason}`, cause)
  }
  throw unreadable(name, 'is a damaged JPEG picture: its header and its contents disagree')
}

type Frame = {
  readonly width: number
  readonly height: number
  /** Why it cannot be decoded whole, or null. */
  readonly tooLarge: AppError | null
}

/** Walks the segments up to the first scan. */
function checkFrame(bytes: Uint8Array, name: string): Frame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let frame: Frame | null = null
  let isProgressive = false
  let at = 2
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff)
      throw unreadable(name, 'is a damaged JPEG picture: a segment does not begin where it should')
    const marker = bytes[at + 1] ?? 0
    // Any number of fill bytes may stand before a marker.
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (marker === SCAN) {
      if (frame === null) throw unreadable(name, 'is a damaged JPEG picture: its size is missing')
      const scans = scansFrom(bytes, at)
      // Of many scans of a large picture few say how bright a block is, and the others are gone past.
      const pixels = frame.tooLarge !== null && isProgressive ? 0 : frame.width * frame.height
      if (scans > MOST_SCANS || scans * pixels > MOST_SCANNED)
        throw unreadable(name, `goes over its ${frame.width} x ${frame.height} pixels ${scans} times`)
      return frame
    }
    if (marker === END) break
    if (OTHER_FRAMES.has(marker)) throw unreadable(name, 'is a JPEG of a rare kind (lossless or arithmetic coding)')
    if (FRAMES.has(marker)) {
      if (frame !== null) throw unreadable(name, 'is a damaged JPEG picture: it states its size twice')
      frame = readFrame(view, at + 4, name)
      isProgressive = marker === PROGRESSIVE
    }
    at += 2 + view.getUint16(at + 2)
  }
  throw unreadable(name, `is incomplete: it ends after ${bytes.length} bytes, before the picture begins`)
}

/** Scans from byte `at` on; within a picture's data the marker stands for nothing else. */
function scansFrom(bytes: Uint8Array, at: number): number {
  let scans = 0
  for (let next = bytes.indexOf(0xff, at); next >= 0; next = bytes.indexOf(0xff, next + 1)) {
    if (bytes[next + 1] === SCAN) scans += 1
  }
  return scans
}

function readFrame(view: DataView, at: number, name: string): Frame {
  const components = at + 6 <= view.byteLength ? view.getUint8(at + 5) : 0
  if (at + 6 + components * 3 > view.byteLength) throw unreadable(name, 'is incomplete: it ends within its header')
  const height = view.getUint16(at + 1)
  const width = view.getUint16(at + 3)
  if (view.getUint8(at) !== 8) throw unreadable(name, `has ${view.getUint8(at)} bits a sample, where 8 can be read`)
  if (width === 0 || height === 0) throw unreadable(name, `has ${width} x ${height} pixels`)
  checkPictureSize(width, height, name, MOST_LARGE_PIXELS)
  if (width * height > (view.byteLength + HEADERS) * MOST_PIXELS_PER_BYTE) {
    throw unreadable(name, `says that its ${view.byteLength} bytes hold ${width} x ${height} pixels, which cannot be`)
  }
  if (components !== 1 && components !== 3 && components !== 4) {
    throw unreadable(name, `has ${components} color components, where 1, 3 or 4 can be read`)
  }
  const names = new Set<number>()
  let largest = 1
  let sampled = 0
  for (let component = 0; component < components; component += 1) {
    const entry = at + 6 + component * 3
    const sampling = view.getUint8(entry + 1)
    const horizontal = sampling >> 4
    const vertical = sampling & 15
    if (horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4) {
      throw unreadable(name, `is a damaged JPEG picture: a component is sampled ${horizontal} x ${vertical} times`)
    }
    names.add(view.getUint8(entry))
    largest = Math.max(largest, horizontal * vertical)
    sampled += horizontal * vertical
  }
  const samples = (width * height * sampled) / largest
  if (names.size !== components) throw unreadable(name, 'is a damaged JPEG picture: two of its components are one')
  const tooLarge =
    samples > MOST_SAMPLES || width * height > MOST_PIXELS
      ? tooManyPixels(
          name,
          `${width} x ${height} pixels in ${components} colors, which cannot be decoded in the memory for it`,
        )
      : null
  if (tooLarge !== null && view.byteLength > MOST_LARGE_BYTES) {
    throw tooManyPixels(
      name,
      `${view.byteLength.toLocaleString('en-US')} bytes, where ${MOST_LARGE_BYTES.toLocaleString('en-US')} are the most for so large a picture`,
    )
  }
  return { width, height, tooLarge }
}

function unreadable(name: string, fault: string, cause?: unknown): AppError {
  return new AppError('image/unreadable', `${name} ${fault}. Save it again as PNG or JPEG.`, {
    details: { file: name },
    cause,
  })
}
