/** Sets and files for the tests of imports: made by a formula, packed by other code than the one that reads them. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { zipSync, type Zippable } from 'fflate'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { Header } from 'tar/header'
import { exportFiles, type ExportedSet } from '../../../data/export/export-files.ts'
import type { ExportFormat } from '../../../data/export/formats.ts'
import { imageAt, PIXELS, SIDE, type ImageSet } from '../../../data/image-set.ts'

export const fixtures = fileURLToPath(new URL('../../fixtures/import', import.meta.url))
export const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']

/** The images of make_import_samples.py and their labels. */
export function formulaSet(): ImageSet {
  const labels = Uint8Array.from([3, 1, 4, 1, 5, 9])
  const images = Uint8Array.from({ length: labels.length * PIXELS }, (_, at) => {
    const value = (Math.floor(at / PIXELS) * 7919 + (at % PIXELS) * 104729) % 1009
    return value < 256 ? value : 0
  })
  return { images, labels, count: labels.length, height: SIDE, width: SIDE }
}

/** Random sets: mostly empty, sparse or full images, labels below `classes`. */
export function arbitrarySet(classes: number, most = 12): fc.Arbitrary<ImageSet> {
  const pixel = fc.oneof(fc.constant(0), fc.constant(255), fc.nat(255))
  const image = fc.oneof(
    fc.uint8Array({ minLength: PIXELS, maxLength: PIXELS }),
    fc.array(fc.tuple(fc.nat(PIXELS - 1), pixel), { maxLength: 40 }).map((points) => {
      const pixels = new Uint8Array(PIXELS)
      for (const [at, value] of points) pixels[at] = value
      return pixels
    }),
  )
  return fc.array(fc.tuple(image, fc.nat(classes - 1)), { minLength: 1, maxLength: most }).map((pairs) => ({
    images: Uint8Array.from(pairs.flatMap(([pixels]) => [...pixels])),
    labels: Uint8Array.from(pairs, ([, label]) => label),
    count: pairs.length,
    height: SIDE,
    width: SIDE,
  }))
}

export type File = { readonly path: string; readonly bytes: Uint8Array }

export function filesOf(set: ExportedSet, format: ExportFormat): File[] {
  return [...exportFiles(set, format)].map(({ path, bytes }) => ({ path, bytes }))
}

export async function writeFiles(folder: string, files: readonly File[]): Promise<void> {
  for (const { path, bytes } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), bytes)
  }
}

export function zipOf(files: readonly File[]): Uint8Array {
  const entries: Zippable = {}
  for (const { path, bytes } of files) entries[path] = [bytes, { mtime: '1990-01-01' }]
  return zipSync(entries)
}

export type TarEntry = File & {
  readonly type?: 'File' | 'SymbolicLink' | 'CharacterDevice' | 'Link'
  readonly linkpath?: string
  readonly size?: number
}

/** A tar archive of paths below 100 characters. */
export function tarOf(entries: readonly TarEntry[]): Uint8Array {
  const blocks = entries.flatMap(({ path, bytes, type = 'File', linkpath, size = bytes.length }) => {
    const block = Buffer.alloc(512)
    const header = new Header({ path, size, type, mode: 0o644, mtime: new Date(0) })
    if (linkpath !== undefined) header.linkpath = linkpath
    header.encode(block, 0)
    return [block, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

export function tgzOf(entries: readonly TarEntry[]): Uint8Array {
  return gzipSync(tarOf(entries))
}

export function csvOf(set: ImageSet, classes: readonly string[] = digits, separator = ','): Uint8Array {
  const lines = Array.from(set.labels, (label, index) => [classes[label], ...imageAt(set, index)].join(separator))
  return new TextEncoder().encode(`${lines.join('\n')}\n`)
}

/** Pictures as PNG bytes in a column `image`, labels as a column of whole numbers. */
export function parquetOf(set: ImageSet, codec: 'SNAPPY' | 'UNCOMPRESSED' = 'SNAPPY'): Uint8Array {
  const files = filesOf({ classes: digits, halves: { train: set, test: null } }, 'folder')
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'image', data: files.map(({ bytes }) => bytes), type: 'BYTE_ARRAY' },
        { name: 'label', data: [...set.labels], type: 'INT32' },
      ],
      codec,
      rowGroupSize: 5,
    }),
  )
}

/** An array as numpy.save writes it. */
export function npyOf(descr: string, shape: readonly number[], values: Uint8Array, order = 'False'): Uint8Array {
  const shapeText = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const facts = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shapeText}), }`
  const padded = `${facts.padEnd(Math.ceil((facts.length + 11) / 64) * 64 - 11)}\n`
  const length = Buffer.alloc(2)
  length.writeUInt16LE(padded.length)
  return Buffer.concat([Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]), length, Buffer.from(padded), values])
}
