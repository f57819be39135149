/**
 * Reads and writes IDX, the format of MNIST's files: a big-endian header (magic number, then one 32-bit size per
 * dimension) and one byte per value. Files may be gzipped. Every fault is a coded error with exact numbers.
 */
import { AppError } from './error.ts'
import { decompress, isGzip, peek } from './gzip.ts'
import type { ImageSet } from './image-set.ts'

/** Images as an IDX file holds them: `[count x height x width]`, 0 background to 255 ink. */
export type IdxImages = Pick<ImageSet, 'images' | 'count' | 'height' | 'width'>

export type IdxKind = 'images' | 'labels'

/** What the header announces. `labels` have height and width 1. */
export type IdxHeader = {
  readonly count: number
  readonly height: number
  readonly width: number
  /** Bytes of the header itself. */
  readonly headerLength: number
  /** Bytes of the whole file, uncompressed. */
  readonly totalLength: number
}

type Kind = { readonly magic: number; readonly headerLength: number; readonly unit: string; readonly other: IdxKind }

const kinds: Readonly<Record<IdxKind, Kind>> = {
  images: { magic: 0x803, headerLength: 16, unit: 'images', other: 'labels' },
  labels: { magic: 0x801, headerLength: 8, unit: 'labels', other: 'images' },
}

/** The longest header. */
export const MAX_HEADER_LENGTH = 16

/** Larger sets are refused (650,000 digits fit), so that a hostile file cannot fill the memory. */
const LARGEST_SET = 2 ** 29

/** 4826109 -> '4,826,109'. */
const grouped = (value: number): string => value.toLocaleString('en-US')

const hexadecimal = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`

function magicOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0)
}

function badMagic(found: number, kind: IdxKind, name: string): AppError {
  const { magic, other } = kinds[kind]
  const hint =
    found === kinds[other].magic
      ? `That is the number of a file of ${other}: were images and labels swapped?`
      : 'It is not a file of that kind; get the original again.'
  return new AppError(
    'dataset/bad-magic',
    `${name} should begin with the number ${magic} (${hexadecimal(magic)}, IDX ${kind}) but begins with ${found} (${hexadecimal(found)}). ${hint}`,
    { details: { file: name, expected: magic, found } },
  )
}

/**
 * The header of uncompressed IDX bytes; needs only the file's beginning.
 * @throws dataset/truncated, dataset/bad-magic, dataset/bad-shape
 */
export function readIdxHeader(bytes: Uint8Array, kind: IdxKind, name: string): IdxHeader {
  const { magic, headerLength, unit } = kinds[kind]
  if (bytes.length >= 4) {
    const found = magicOf(bytes)
    if (found !== magic) throw badMagic(found, kind, name)
  }
  if (bytes.length < headerLength) {
    throw new AppError(
      'dataset/truncated',
      `${name} ends after ${bytes.length} bytes, within its header of ${headerLength} bytes. Get the file again.`,
      { details: { file: name, expectedBytes: headerLength, foundBytes: bytes.length } },
    )
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = view.getUint32(4)
  const height = kind === 'images' ? view.getUint32(8) : 1
  const width = kind === 'images' ? view.getUint32(12) : 1
  const totalLength = headerLength + count * height * width
  if (count === 0 || height === 0 || width === 0 || totalLength > LARGEST_SET) {
    const size =
      kind === 'images'
        ? `${grouped(count)} images of ${grouped(height)} x ${grouped(width)} pixels`
        : `${grouped(count)} labels`
    const advice =
      totalLength > LARGEST_SET
        ? `At most ${grouped(LARGEST_SET)} bytes can be read; take a part of it, or get it again if it should be smaller.`
        : `A file needs at least one of its ${unit}; get the original again.`
    throw new AppError('dataset/bad-shape', `${name} announces ${size}. ${advice}`, {
      details: { file: name, count, height, width },
    })
  }
  return { count, height, width, headerLength, totalLength }
}

/** A file that ends too early: how many images it still holds, and its bytes. */
export function truncated(header: IdxHeader, foundBytes: number, kind: IdxKind, name: string): AppError {
  const size = header.height * header.width
  const found = Math.floor(Math.max(0, foundBytes - header.headerLength) / size)
  return new AppError(
    'dataset/truncated',
    `${name} ends after ${grouped(found)} of ${grouped(header.count)} ${kinds[kind].unit}: ${grouped(foundBytes)} of ${grouped(header.totalLength)} bytes. Get the file again.`,
    { details: { file: name, found, expected: header.count, foundBytes, expectedBytes: header.totalLength } },
  )
}

function trailing(header: IdxHeader, foundBytes: number, exact: boolean, kind: IdxKind, name: string): AppError {
  const extra = foundBytes - header.totalLength
  return new AppError(
    'dataset/trailing-bytes',
    `${name} should end after ${grouped(header.count)} ${kinds[kind].unit} (${grouped(header.totalLength)} bytes) but goes on for ${exact ? '' : 'at least '}${grouped(extra)} more bytes. Its header or its contents are wrong; get the original again.`,
    { details: { file: name, foundBytes, expectedBytes: header.totalLength } },
  )
}

/** Reads the header from the beginning of a file that may be gzipped; `start` may be cut anywhere after the header. */
export function peekIdxHeader(start: Uint8Array, kind: IdxKind, name: string): IdxHeader {
  return readIdxHeader(isGzip(start) ? peek(start, MAX_HEADER_LENGTH, name) : start, kind, name)
}

/** The values behind the header, as a view where the file was not gzipped. */
async function readValues(bytes: Uint8Array, kind: IdxKind, name: string): Promise<IdxHeader & { values: Uint8Array }> {
  const header = peekIdxHeader(bytes, kind, name)
  let content = bytes
  if (isGzip(bytes)) {
    const result = await decompress(bytes, header.totalLength, name)
    if (result.length < header.totalLength) throw truncated(header, result.length, kind, name)
    if (result.length > header.totalLength) throw trailing(header, result.length, result.exact, kind, name)
    content = result.bytes
  } else if (bytes.length < header.totalLength) {
    throw truncated(header, bytes.length, kind, name)
  } else if (bytes.length > header.totalLength) {
    throw trailing(header, bytes.length, true, kind, name)
  }
  const values = new Uint8Array(
    content.buffer,
    content.byteOffset + header.headerLength,
    header.totalLength - header.headerLength,
  )
  return { ...header, values }
}

/**
 * Images from the bytes of an IDX file, gzipped or not. Memory is bounded by what the header announces and the file
 * can hold. `name` is what errors call the file.
 * @throws dataset/bad-magic, dataset/truncated, dataset/trailing-bytes, dataset/bad-gzip, dataset/bad-shape
 */
export async function readIdxImages(bytes: Uint8Array, name: string): Promise<IdxImages> {
  const { values, count, height, width } = await readValues(bytes, 'images', name)
  return { images: values, count, height, width }
}

/** Labels from the bytes of an IDX file, gzipped or not: `[count]`, 0 to 255. Errors as `readIdxImages`. */
export async function readIdxLabels(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  return (await readValues(bytes, 'labels', name)).values
}

/**
 * Puts images and labels together.
 * @throws dataset/count-mismatch
 */
export function labelImages(images: IdxImages, labels: Uint8Array, imagesName: string, labelsName: string): ImageSet {
  if (images.count !== labels.length) throw countMismatch(images.count, labels.length, imagesName, labelsName)
  return { ...images, labels }
}

export function countMismatch(images: number, labels: number, imagesName: string, labelsName: string): AppError {
  return new AppError(
    'dataset/count-mismatch',
    `${imagesName} holds ${grouped(images)} images but ${labelsName} holds ${grouped(labels)} labels. Each image needs one label: take both files from the same set.`,
    { details: { images, labels } },
  )
}

/** An uncompressed IDX file of images. */
export function writeIdxImages(set: IdxImages): Uint8Array {
  return Buffer.concat(idxImageParts(set))
}

/** The same file as its header and its values, without a copy of these. */
export function idxImageParts({ count, height, width, images }: IdxImages): [Uint8Array, Uint8Array] {
  return [headerOf('images', [count, height, width]), images]
}

/** An uncompressed IDX file of labels. */
export function writeIdxLabels(labels: Uint8Array): Uint8Array {
  return Buffer.concat([headerOf('labels', [labels.length]), labels])
}

function headerOf(kind: IdxKind, sizes: readonly number[]): Uint8Array {
  const { magic, headerLength } = kinds[kind]
  const bytes = new Uint8Array(headerLength)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, magic)
  sizes.forEach((size, index) => {
    view.setUint32(4 + 4 * index, size)
  })
  return bytes
}
