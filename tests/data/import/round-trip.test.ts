import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeFolder } from '../../../data/export/write-folder.ts'
import { zipFiles } from '../../../data/export/write-zip.ts'
import { exportFiles, type ExportedSet } from '../../../data/export/export-files.ts'
import type { ImageSet } from '../../../data/image-set.ts'
import type { ImportedData } from '../../../data/import/collector.ts'
import { memorySource } from '../../../data/import/file-source.ts'
import { defaultImportOptions, importFile, importPath } from '../../../data/import/import-data.ts'
import { arbitrarySet, csvOf, digits, filesOf, parquetOf, tarOf, tgzOf, zipOf } from './samples.ts'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'inkling-round-trip-'))
})

afterEach(async () => {
  await rm(root, { recursive: true })
})

const importBytes = async (bytes: Uint8Array, name: string): Promise<ImportedData> =>
  await importFile(memorySource(bytes, name), defaultImportOptions)

const plain = (set: ImageSet | null) =>
  set === null ? null : { images: Buffer.from(set.images).toString('hex'), labels: [...set.labels], count: set.count }

function expectSame(found: ImportedData, { classes, halves }: ExportedSet): void {
  expect(plain(found.halves.train)).toEqual(plain(halves.train))
  expect(plain(found.halves.test)).toEqual(plain(halves.test))
  expect(found.classes).toEqual(classes)
  expect(found.report.skipped).toEqual([])
  expect(found.report.fitted).toBe(0)
}

const words = ['T-shirt', 'Ankle boot', 'Äpfel', 'zebra', '10', 'dog']

/** A set of digits, or of words in an order that is not the alphabet's; a half may be missing. */
const anySet: fc.Arbitrary<ExportedSet> = fc.constantFrom(digits, words).chain((classes) => {
  const half = arbitrarySet(classes.length)
  return fc
    .oneof(
      half.map((train) => ({ train, test: null })),
      half.map((own) => ({ train: null, test: own })),
      fc.tuple(half, half).map(([train, own]) => ({ train, test: own })),
    )
    .map((halves) => ({ classes, halves }))
})

describe('what is exported comes back byte for byte', () => {
  test.each(['folder', 'idx'] as const)('as a %s on disk', async (format) => {
    let number = 0
    await fc.assert(
      fc.asyncProperty(anySet, async (set) => {
        const folder = join(root, String((number += 1)))
        await writeFolder(exportFiles(set, format), folder)
        expectSame(await importPath(folder, defaultImportOptions), set)
      }),
      { numRuns: 25 },
    )
  })

  test.each(['folder', 'idx'] as const)('as the archive that a browser saves, of a %s', async (format) => {
    await fc.assert(
      fc.asyncProperty(anySet, async (set) => {
        const pieces = [...zipFiles(exportFiles(set, format))].map(({ bytes }) => bytes)
        expectSame(await importBytes(Buffer.concat(pieces), 'set.zip'), set)
      }),
      { numRuns: 25 },
    )
  })

  test.each([
    ['zip', zipOf],
    ['tar', tarOf],
    ['tgz', tgzOf],
  ] as const)('packed as %s by another program', async (name, pack) => {
    await fc.assert(
      fc.asyncProperty(
        anySet,
        fc.constantFrom('folder', 'idx'),
        fc.constantFrom('', 'a/', 'my data/b/'),
        async (set, format, prefix) => {
          const files = filesOf(set, format).map(({ path, bytes }) => ({ path: prefix + path, bytes }))
          expectSame(await importBytes(pack(files), `set.${name}`), set)
        },
      ),
      { numRuns: 25 },
    )
  })

  test('twice gives the same archive', () => {
    fc.assert(
      fc.property(anySet, (set) => {
        const bytes = (): Buffer => Buffer.concat([...zipFiles(exportFiles(set, 'folder'))].map((piece) => piece.bytes))
        expect(bytes().equals(bytes())).toBe(true)
      }),
      { numRuns: 5 },
    )
  })
})

/** Pictures whose pixels are 0 and 1 alone are taken for black and white ones in a table. */
const isGray = (set: ImageSet): boolean => set.images.some((value) => value > 1) || !set.images.includes(1)

describe('what other programs write comes in byte for byte', () => {
  test('as CSV with any separator', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitrarySet(10).filter(isGray),
        fc.constantFrom(',', ';', '\t'),
        fc.boolean(),
        async (set, separator, header) => {
          const start = header
            ? `label${separator}${Array.from({ length: 784 }, (_, i) => `pixel${i}`).join(separator)}\r\n`
            : ''
          const bytes = Buffer.concat([Buffer.from(start), csvOf(set, digits, separator)])
          expectSame(await importBytes(bytes, 'digits.csv'), { classes: digits, halves: { train: set, test: null } })
        },
      ),
      { numRuns: 25 },
    )
  })

  test.each(['SNAPPY', 'UNCOMPRESSED'] as const)('as Parquet, %s', async (codec) => {
    await fc.assert(
      fc.asyncProperty(arbitrarySet(10), async (set) => {
        const found = await importBytes(parquetOf(set, codec), 'test-00000-of-00001.parquet')
        expectSame(found, { classes: digits, halves: { train: null, test: set } })
      }),
      { numRuns: 25 },
    )
  })

  test('as an IDX file that is named by itself, with its partner beside it', async () => {
    const [set] = fc.sample(arbitrarySet(10), { numRuns: 1, seed: 3 })
    const files = filesOf({ classes: digits, halves: { train: set!, test: null } }, 'idx')
    for (const { path, bytes } of files) await writeFile(join(root, path), bytes)
    const found = await importPath(join(root, 'train-labels-idx1-ubyte'), defaultImportOptions)
    expectSame(found, { classes: digits, halves: { train: set!, test: null } })
    expect(found.report.format).toBe('idx')
    expect((await readFile(join(root, 'train-images-idx3-ubyte'))).length).toBe(16 + set!.images.length)
  })
})
