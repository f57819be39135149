/**
 * Mutated files of every format that people hand in: valid ones with bits flipped, cut, spliced, or with other lengths in them. Case i
 * of a seed is always the same, so that a finding can be looked at again.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { readDrawingLines, writeDrawingLines } from '../../../data/drawing-lines.ts'
import { AppError } from '../../../data/error.ts'
import { writeIdxImages, writeIdxLabels } from '../../../data/idx.ts'
import { memorySource } from '../../../data/import/file-source.ts'
import { defaultImportOptions, importEntries, importFile } from '../../../data/import/import-data.ts'
import type { ImportedData } from '../../../data/import/collector.ts'
import { Random } from '../../../data/synthetic/random.ts'
import {
  csvOf,
  digits,
  filesOf,
  fixtures,
  formulaSet,
  npyOf,
  parquetOf,
  tarOf,
  tgzOf,
  zipOf,
  type File,
} from './samples.ts'

/** A valid file, and what reads it. */
export type Sample = {
  readonly name: string
  readonly bytes: Uint8Array
  readonly read: (bytes: Uint8Array) => Promise<ImportedData | null>
}

const asFile =
  (name: string) =>
  async (bytes: Uint8Array): Promise<ImportedData> =>
    await importFile(memorySource(bytes, name), defaultImportOptions)

/** Read as one file among others of a folder, where a damaged picture is left out. */
function asEntry(path: string, others: readonly File[] = []) {
  return async (bytes: Uint8Array): Promise<ImportedData> => {
    async function* entries() {
      for (const file of [{ path, bytes }, ...others]) {
        yield { path: file.path, read: () => Promise.resolve(file.bytes) }
      }
    }
    return await importEntries(entries(), 'folder', defaultImportOptions)
  }
}

export function samples(): Sample[] {
  const set = formulaSet()
  const halves = { train: set, test: set }
  const tree = filesOf({ classes: digits, halves }, 'folder')
  const idx = filesOf({ classes: digits, halves: { train: set, test: null } }, 'idx')
  const small = { ...set, count: 2, images: set.images.subarray(0, 1568), labels: set.labels.subarray(0, 2) }
  const files: [string, Uint8Array][] = [
    ['tree.zip', zipOf(tree)],
    ['idx.zip', zipOf(idx)],
    ['tree.tar', tarOf(tree)],
    ['tree.tgz', tgzOf(tree)],
    ['digits.csv', csvOf(small)],
    ['digits.csv.gz', gzipSync(csvOf(small))],
    [
      'mnist.npz',
      zipOf([
        { path: 'x_train.npy', bytes: npyOf('|u1', [2, 28, 28], small.images) },
        { path: 'y_train.npy', bytes: npyOf('<i8', [2], new Uint8Array(16).fill(0)) },
      ]),
    ],
    ['plain.parquet', parquetOf(set, 'UNCOMPRESSED')],
  ]
  for (const name of readdirSync(fixtures)) {
    const bytes = readFileSync(join(fixtures, name))
    if (name.endsWith('.parquet')) files.push([name, bytes])
    if (name === 'gnu.tar.gz' || name === 'pax.tar.gz') files.push([name.slice(0, -3), gunzipSync(bytes)])
  }
  const labels = { path: 'train-labels-idx1-ubyte', bytes: writeIdxLabels(set.labels) }
  const images = { path: 'train-images-idx3-ubyte', bytes: writeIdxImages(set) }
  const drawing = {
    label: 3,
    width: 200,
    height: 200,
    strokes: [
      [
        [1, 2, 0.5, 3],
        [40, 50, 1, 9],
      ],
      [[7, 8]],
    ],
  } as const
  return [
    ...files.map(([name, bytes]) => ({ name, bytes, read: asFile(name) })),
    ...readdirSync(fixtures)
      .filter((name) => /\.(jpg|png)$/.test(name))
      .map((name) => ({ name, bytes: readFileSync(join(fixtures, name)), read: asEntry(`3/${name}`) })),
    { name: 'gray.png 28 x 28', bytes: tree[0]!.bytes, read: asEntry('3/1.png') },
    { name: 'IDX images', bytes: images.bytes, read: asEntry(images.path, [labels]) },
    { name: 'IDX images, gzipped', bytes: gzipSync(images.bytes), read: asEntry(`${images.path}.gz`, [labels]) },
    { name: 'IDX labels', bytes: labels.bytes, read: asEntry(labels.path, [images]) },
    {
      name: 'drawings',
      bytes: Buffer.from(writeDrawingLines([drawing, { ...drawing, label: null }])),
      read: (bytes) => {
        readDrawingLines(bytes, 'drawings.jsonl')
        return Promise.resolve(null)
      },
    },
  ]
}

const interesting = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x10000, 0x00ffffff, 0x7fffffff, 0x80000000, 0xffffffff,
]

function mutateOnce(bytes: Buffer, random: Random): Buffer {
  const at = random.below(Math.max(1, bytes.length))
  switch (random.below(8)) {
    case 0: {
      const copy = Buffer.from(bytes)
      if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8))
      return copy
    }
    case 1: {
      const copy = Buffer.from(bytes)
      for (let done = random.below(16); done >= 0; done -= 1)
        if (copy.length > 0) copy[random.below(copy.length)] = random.below(256)
      return copy
    }
    case 2:
      return bytes.subarray(0, at)
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + random.below(64)))])
    case 4: {
      const from = random.below(Math.max(1, bytes.length))
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, from + random.below(256)), bytes.subarray(at)])
    }
    case 5: {
      const from = random.below(Math.max(1, bytes.length))
      const piece = bytes.subarray(from, from + random.below(64))
      const copy = Buffer.from(bytes)
      piece.copy(copy, at)
      return copy
    }
    case 6: {
      const copy = Buffer.from(bytes)
      const value = interesting[random.below(interesting.length)] ?? 0
      if (at + 4 <= copy.length) {
        if (random.below(2) === 0) copy.writeUInt32LE(value, at)
        else copy.writeUInt32BE(value, at)
      }
      return copy
    }
    default: {
      const copy = Buffer.from(bytes)
      const value = (interesting[random.below(interesting.length)] ?? 0) & 0xffff
      if (at + 2 <= copy.length) {
        if (random.below(2) === 0) copy.writeUInt16LE(value, at)
        else copy.writeUInt16BE(value, at)
      }
      return copy
    }
  }
}

/** Case `index` of the seed: the sample's bytes, changed once to four times. */
export function mutated(sample: Sample, seed: number, index: number): Buffer {
  const random = new Random()
  random.start(seed, 'image', index)
  let bytes = Buffer.from(sample.bytes)
  for (let left = random.below(4); left >= 0; left -= 1) bytes = Buffer.from(mutateOnce(bytes, random))
  return bytes
}

/** What became of a case: a code, `valid`, or what should never be. */
export type Outcome = {
  readonly outcome: string
  readonly data: ImportedData | null
  readonly milliseconds: number
  readonly fault: unknown
}

export async function tryCase(sample: Sample, bytes: Uint8Array): Promise<Outcome> {
  const started = process.cpuUsage()
  const took = (): number => {
    const { user, system } = process.cpuUsage(started)
    return (user + system) / 1000
  }
  try {
    const data = await sample.read(bytes)
    return { outcome: 'valid', data, milliseconds: took(), fault: null }
  } catch (error) {
    const coded = error instanceof AppError
    return { outcome: coded ? error.code : 'crash', data: null, milliseconds: took(), fault: coded ? null : error }
  }
}
