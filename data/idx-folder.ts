/** A folder with the IDX files of a labeled set, under their standard names, gzipped or not. */
import { open, readFile, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { reasonOf } from './data-directory.ts'
import { AppError } from './error.ts'
import { isGzip, statedLength } from './gzip.ts'
import {
  countMismatch,
  labelImages,
  peekIdxHeader,
  readIdxImages,
  readIdxLabels,
  type IdxHeader,
  type IdxKind,
} from './idx.ts'
import { SIDE, splits, type ImageSet, type Split } from './image-set.ts'

const prefixes: Readonly<Record<Split, string>> = { train: 'train', test: 't10k' }
const suffixes: Readonly<Record<IdxKind, string>> = { images: 'idx3-ubyte', labels: 'idx1-ubyte' }

/** The standard name of a file: `t10k-images-idx3-ubyte`. */
export function idxFileName(split: Split, kind: IdxKind): string {
  return `${prefixes[split]}-${kind}-${suffixes[kind]}`
}

/** Names under which a file may lie, the preferred first. Some mirrors write a dot for the second hyphen. */
function fileNames(split: Split, kind: IdxKind): readonly string[] {
  const standard = idxFileName(split, kind)
  const dotted = `${prefixes[split]}-${kind}.${suffixes[kind]}`
  return [standard, `${standard}.gz`, dotted, `${dotted}.gz`]
}

/** What is known of one half without decompressing its images. */
export type Half = {
  readonly images: string
  readonly labels: string
  readonly count: number
  /** `classCounts[c]`: images labeled c. */
  readonly classCounts: readonly number[]
  /** Labels of the first images, by which well-known sets are told apart. */
  readonly firstLabels: readonly number[]
}

/** A half as it was found: readable, or with the reason why it is not. */
export type FoundHalf =
  { readonly half: Half; readonly problem: null } | { readonly half: null; readonly problem: AppError }

export type IdxFolder = {
  readonly folder: string
  /** Null where none of a half's files is there. */
  readonly halves: Readonly<Record<Split, FoundHalf | null>>
  /** Changes whenever a file of the folder does. */
  readonly signature: string
}

type Files = { readonly images: string | null; readonly labels: string | null }

async function namesIn(folder: string): Promise<readonly string[] | null> {
  try {
    return await readdir(folder)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) return null
    throw unreadable(folder, cause)
  }
}

function unreadable(path: string, cause: unknown): AppError {
  return new AppError('file/unreadable', `${path} cannot be read: ${reasonOf(cause)}. Check its permissions.`, {
    details: { path },
    cause,
  })
}

/** The folder's IDX files, or null where the folder does not exist; `dataset/empty-folder` is for the caller to say. */
export async function findIdxFiles(folder: string): Promise<Readonly<Record<Split, Files>> | null> {
  const names = await namesIn(folder)
  if (names === null) return null
  const present = new Set(names)
  const pick = (split: Split, kind: IdxKind): string | null => {
    const name = fileNames(split, kind).find((candidate) => present.has(candidate))
    return name === undefined ? null : join(folder, name)
  }
  const filesOf = (split: Split): Files => ({ images: pick(split, 'images'), labels: pick(split, 'labels') })
  return { train: filesOf('train'), test: filesOf('test') }
}

/**
 * Looks at a folder: which halves it holds, how many images of each class, and whether the files are as long as they
 * should be. Null where the folder does not exist. `previous` is answered again while no file has changed.
 * @throws file/unreadable where the folder may not be read
 */
export async function inspectIdxFolder(folder: string, previous?: IdxFolder): Promise<IdxFolder | null> {
  const files = await findIdxFiles(folder)
  if (files === null) return null
  const signature = await signatureOf(splits.flatMap((split) => [files[split].images, files[split].labels]))
  if (previous?.signature === signature) return previous
  const [train, test] = await Promise.all([
    inspectHalf(files.train, 'train', folder),
    inspectHalf(files.test, 'test', folder),
  ])
  return { folder, halves: { train, test }, signature }
}

/** What to say of a folder that exists but holds no IDX file. */
export function emptyFolder(folder: string): AppError {
  return new AppError(
    'dataset/empty-folder',
    `${folder} holds no IDX files. Expected are pairs such as ${idxFileName('test', 'images')}.gz and ${idxFileName('test', 'labels')}.gz; put them there, or name another folder.`,
    { details: { folder } },
  )
}

async function signatureOf(paths: readonly (string | null)[]): Promise<string> {
  const parts = await Promise.all(
    paths.map(async (path) => {
      if (path === null) return '-'
      try {
        const facts = await stat(path)
        // To open a pipe would be to wait for ever.
        if (!facts.isFile()) throw new Error('it is no file')
        const { mtimeMs, size } = facts
        return `${path}:${mtimeMs}:${size}`
      } catch (cause) {
        throw unreadable(path, cause)
      }
    }),
  )
  return parts.join('|')
}

async function inspectHalf(files: Files, split: Split, folder: string): Promise<FoundHalf | null> {
  const { images, labels } = files
  if (images === null && labels === null) return null
  try {
    if (images === null || labels === null) throw missingFile(images === null ? 'images' : 'labels', split, folder)
    const values = await readIdxLabels(await readBytes(labels), basename(labels))
    const header = await inspectImages(images)
    if (header.count !== values.length)
      throw countMismatch(header.count, values.length, basename(images), basename(labels))
    checkLabels(values, basename(labels))
    const firstLabels = [...values.subarray(0, 5)]
    return {
      half: { images, labels, count: header.count, classCounts: countClasses(values), firstLabels },
      problem: null,
    }
  } catch (error) {
    if (error instanceof AppError) return { half: null, problem: error }
    throw error
  }
}

function missingFile(kind: IdxKind, split: Split, folder: string): AppError {
  const name = `${idxFileName(split, kind)}.gz`
  return new AppError(
    'file/not-found',
    `${folder} holds one file of its ${split} half but not ${name}. Images and labels belong together: put that file there too.`,
    { details: { folder, file: name } },
  )
}

/** Bytes of a file. @throws file/unreadable */
async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/** More than any IDX header, gzipped or not, with room for a file name in the gzip header. */
const START_LENGTH = 4096

/** Compares the length that the header announces with the length that the file has; reads it all only if they differ. */
async function inspectImages(path: string): Promise<IdxHeader> {
  const { start, end, size } = await readEnds(path)
  const header = peekIdxHeader(start, 'images', basename(path))
  checkShape(header, basename(path))
  const length = isGzip(start) ? statedLength(end) : size
  if (length !== header.totalLength) await readIdxImages(await readBytes(path), basename(path))
  return header
}

async function readEnds(path: string): Promise<{ start: Uint8Array; end: Uint8Array; size: number }> {
  try {
    const file = await open(path)
    try {
      const { size } = await file.stat()
      const start = new Uint8Array(Math.min(size, START_LENGTH))
      await file.read(start, 0, start.length, 0)
      const end = new Uint8Array(Math.min(size, 8))
      await file.read(end, 0, end.length, size - end.length)
      return { start, end, size }
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/** Every picture in Inkling has 28 x 28 pixels. */
function checkShape(shape: { readonly height: number; readonly width: number }, name: string): void {
  if (shape.height === SIDE && shape.width === SIDE) return
  throw new AppError(
    'dataset/bad-shape',
    `The images of ${name} have ${shape.height} x ${shape.width} pixels; Inkling works with ${SIDE} x ${SIDE}. Convert them first.`,
    { details: { file: name, height: shape.height, width: shape.width } },
  )
}

/** Sets have up to ten classes. */
export const CLASSES = 10

function checkLabels(labels: Uint8Array, name: string): void {
  const index = labels.findIndex((label) => label >= CLASSES)
  if (index < 0) return
  const label = labels[index] ?? 0
  throw new AppError(
    'dataset/bad-label',
    `Label ${index} of ${name} is ${label}; labels go from 0 to ${CLASSES - 1}. Check that the file belongs to a set of ten classes.`,
    { details: { file: name, index, label } },
  )
}

/** Images of each class. */
export function countClasses(labels: Uint8Array): number[] {
  const counts = new Array<number>(CLASSES).fill(0)
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1
  return counts
}

/**
 * Reads a half, both files at once.
 * @throws the errors of readIdxImages, file/unreadable, dataset/count-mismatch, dataset/bad-shape, dataset/bad-label
 */
export async function readHalf(half: Half): Promise<ImageSet> {
  const imagesName = basename(half.images)
  const labelsName = basename(half.labels)
  const [images, labels] = await Promise.all([
    readBytes(half.images).then((bytes) => readIdxImages(bytes, imagesName)),
    readBytes(half.labels).then((bytes) => readIdxLabels(bytes, labelsName)),
  ])
  checkShape(images, imagesName)
  checkLabels(labels, labelsName)
  return labelImages(images, labels, imagesName, labelsName)
}
