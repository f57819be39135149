import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { encode } from 'fast-png'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { imageAt, PIXELS, SIDE, type ImageSet } from '../../../data/image-set.ts'
import type { ImportedData } from '../../../data/import/collector.ts'
import { memorySource } from '../../../data/import/file-source.ts'
import {
  defaultImportOptions,
  importEntries,
  importFile,
  importPath,
  type ImportOptions,
} from '../../../data/import/import-data.ts'
import { describeImport } from '../../../data/import/report.ts'
import { generateDigits } from '../../../data/synthetic/index.ts'
import { describeWithMnist } from '../../mnist.ts'
import { csvOf, digits, filesOf, fixtures, formulaSet, zipOf, writeFiles, type File } from './samples.ts'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'inkling-import-'))
})

afterEach(async () => {
  await rm(root, { recursive: true })
})

const set = formulaSet()

async function importBytes(
  bytes: Uint8Array,
  name = 'set.zip',
  changes: Partial<ImportOptions> = {},
): Promise<ImportedData> {
  return await importFile(memorySource(bytes, name), { ...defaultImportOptions, ...changes })
}

const png = (index: number): Uint8Array =>
  encode({ width: SIDE, height: SIDE, data: imageAt(set, index), channels: 1, depth: 8 })
const pictures = (...paths: readonly string[]): Uint8Array =>
  zipOf(paths.map((path, index) => ({ path, bytes: png(index % set.count) })))
const labelsOf = (half: ImageSet | null): number[] | null => (half === null ? null : [...half.labels])

describe('folders of pictures', () => {
  test.each([
    [['train/3/0.png', 'valid/7/1.png'], [3], [7]],
    [['train/3/0.png', 'test/7/1.png'], [3], [7]],
    [['mnist_png/training/3/0.png', 'mnist_png/testing/7/1.png'], [3], [7]],
    [['Train/3/0.png', 'VAL/7/1.png'], [3], [7]],
    [['3/0.png', '7/1.png'], [3, 7], null],
    [['a/b/3/0.png', 'a/b/7/1.png'], [3, 7], null],
    [['test/3/0.png', 'test/7/1.png'], null, [3, 7]],
    [['train/3/0.png', 'valid/4/1.png', 'test/7/2.png'], [3, 4], [7]],
  ] as const)('%s', async (paths, train, test_) => {
    const { halves, classes } = await importBytes(pictures(...paths))
    expect([labelsOf(halves.train), labelsOf(halves.test)]).toEqual([train, test_])
    expect(classes).toEqual(digits)
  })

  test('of a test part alone, named by its folder', async () => {
    await writeFiles(join(root, 'valid'), [{ path: '3/1.png', bytes: png(0) }])
    const { halves } = await importPath(join(root, 'valid'), defaultImportOptions)
    expect([labelsOf(halves.train), labelsOf(halves.test)]).toEqual([null, [3]])
  })

  test('named by numbers come in the order of the numbers, over all classes', async () => {
    const { halves } = await importBytes(pictures('3/10.png', '7/9.png', '3/2.png'))
    expect(labelsOf(halves.train)).toEqual([3, 7, 3])
    expect(imageAt(halves.train!, 0)).toEqual(imageAt(set, 2))
  })

  test('named by words come class by class, in the order of their names', async () => {
    const { halves, classes } = await importBytes(pictures('dog/b10.png', 'cat/z.png', 'dog/b9.png'))
    expect(classes).toEqual(['cat', 'dog'])
    expect(labelsOf(halves.train)).toEqual([0, 1, 1])
    expect(imageAt(halves.train!, 1)).toEqual(imageAt(set, 2))
  })

  test('beside other files tell what was left out, and of what no picture can be made', async () => {
    const others: File[] = [
      { path: 'labels.md', bytes: Buffer.from('hello') },
      { path: '.DS_Store', bytes: Buffer.from('x') },
      { path: '__MACOSX/3/._0.png', bytes: Buffer.from('x') },
      { path: '3/1.png', bytes: png(1).subarray(0, 100) },
      { path: '3/2.jpg', bytes: Buffer.from('GIF89a') },
      { path: 'loose.png', bytes: png(2) },
    ]
    const { report } = await importBytes(zipOf([{ path: '3/0.png', bytes: png(0) }, ...others]))
    expect(report.skipped).toEqual([
      { reason: 'no picture', count: 1, example: 'labels.md' },
      { reason: 'damaged or no PNG or JPEG picture', count: 1, example: '3/1.png' },
      { reason: 'a picture that is neither PNG nor JPEG; save it as one of them', count: 1, example: '3/2.jpg' },
      { reason: 'no folder names its class', count: 1, example: 'loose.png' },
    ])
    expect(describeImport(report)).toBe(
      '1 training image, imported from set.zip. All were kept as they are. 1 left out: no picture (such as labels.md). 1 left out: damaged or no PNG or JPEG picture (such as 3/1.png). 1 left out: a picture that is neither PNG nor JPEG; save it as one of them (such as 3/2.jpg). 1 left out: no folder names its class (such as loose.png).',
    )
  })

  test('without test images put some aside where that is asked for: a part of each class, the same each time', async () => {
    const paths = Array.from({ length: 60 }, (_, index) => `${index % 3}/${index}.png`)
    const first = await importBytes(pictures(...paths), 'set.zip', { holdOut: 0.2 })
    const again = await importBytes(pictures(...paths), 'set.zip', { holdOut: 0.2 })
    expect(first.halves).toEqual(again.halves)
    expect(labelsOf(first.halves.test)?.toSorted()).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    expect(first.halves.train?.count).toBe(48)
    expect(first.report).toMatchObject({ images: { train: 48, test: 12 }, holdOut: { fraction: 0.2, seed: 1 } })
    const whole = await importBytes(pictures(...paths, 'test/1/99.png'), 'set.zip', { holdOut: 0.2 })
    expect(whole.report).toMatchObject({ images: { train: 60, test: 1 }, holdOut: null })
  })
})

describe('pictures of other forms', () => {
  const original = imageAt(generateDigits({ count: 1, seed: 5, labels: [4] }), 0)

  /** The digit `scale` times as large on a canvas with an edge of its own color, dark on light or light on dark. */
  function photo(scale: number, inverted: boolean, channels: 1 | 3): Uint8Array {
    const edge = 13
    const width = SIDE * scale + 2 * edge
    const height = SIDE * scale + edge
    const data = new Uint8Array(width * height * channels).fill(inverted ? 255 : 0)
    for (let y = 0; y < SIDE * scale; y += 1) {
      for (let x = 0; x < SIDE * scale; x += 1) {
        const ink = original[Math.floor(y / scale) * SIDE + Math.floor(x / scale)] ?? 0
        const at = ((y + 3) * width + x + edge) * channels
        data.fill(inverted ? 255 - ink : ink, at, at + channels)
      }
    }
    return encode({ width, height, data, channels, depth: 8 })
  }

  test.each([
    ['gray, light on dark', photo(5, false, 1), 0],
    ['gray, dark on light', photo(5, true, 1), 1],
    ['color, dark on light', photo(3, true, 3), 1],
  ])('are put into the box of MNIST: %s', async (_, bytes, inverted) => {
    const { halves, report } = await importBytes(zipOf([{ path: '4/1.png', bytes }]))
    expect(report).toMatchObject({ kept: 0, fitted: 1, inverted })
    // The generated digit is in that form already; scaling by whole numbers and back leaves it.
    expect([...halves.train!.images]).toEqual([...original])
  })

  test('are made smaller as they are where that is asked for', async () => {
    const { halves, report } = await importBytes(zipOf([{ path: '4/1.png', bytes: photo(4, true, 3) }]), 'set.zip', {
      resize: 'plain',
    })
    expect(report).toMatchObject({ resize: 'plain', fitted: 1, inverted: 1 })
    const image = halves.train!.images
    // 138 x 125 pixels become 28 x 25: a row of background above, two below.
    expect(image.slice(0, SIDE).every((value) => value === 0)).toBe(true)
    expect(Math.max(...image)).toBeGreaterThan(150)
    expect(Buffer.from(image).equals(Buffer.from(original))).toBe(false)
  })

  test('that are gray but stored as color, or with opaque transparency, are kept byte for byte', async () => {
    const rgb = Uint8Array.from({ length: PIXELS * 3 }, (_, at) => imageAt(set, 0)[Math.floor(at / 3)] ?? 0)
    const gray = Uint8Array.from({ length: PIXELS * 2 }, (_, at) =>
      at % 2 === 0 ? (imageAt(set, 1)[at / 2] ?? 0) : 255,
    )
    const { halves, report } = await importBytes(
      zipOf([
        { path: '3/0.png', bytes: encode({ width: SIDE, height: SIDE, data: rgb, channels: 3, depth: 8 }) },
        { path: '3/1.png', bytes: encode({ width: SIDE, height: SIDE, data: gray, channels: 2, depth: 8 }) },
      ]),
    )
    expect(report).toMatchObject({ kept: 2, fitted: 0 })
    expect([...halves.train!.images]).toEqual([...set.images.subarray(0, 2 * PIXELS)])
  })

  test('without ink are left out; in a plain resize they stay', async () => {
    const blank = encode({ width: 40, height: 40, data: new Uint8Array(1600).fill(250), channels: 1, depth: 8 })
    const bytes = zipOf([
      { path: '3/0.png', bytes: png(0) },
      { path: '3/1.png', bytes: blank },
    ])
    const ink = await importBytes(bytes)
    expect(ink.report.skipped).toEqual([{ reason: 'nothing to be seen in the picture', count: 1, example: '3/1.png' }])
    expect((await importBytes(bytes, 'set.zip', { resize: 'plain' })).report.images.train).toBe(2)
  })

  test('of 28 x 28 that are dark on light are kept, with a note; inverted where that is asked for', async () => {
    const negative = encode({
      width: SIDE,
      height: SIDE,
      data: original.map((value) => 255 - value),
      channels: 1,
      depth: 8,
    })
    const bytes = zipOf([{ path: '4/0.png', bytes: negative }])
    const kept = await importBytes(bytes)
    expect(kept.halves.train!.images[0]).toBe(255)
    expect(kept.report.notes[0]).toContain('dark on light')
    const inverted = await importBytes(bytes, 'set.zip', { invert: true })
    expect([...inverted.halves.train!.images]).toEqual([...original])
    expect(inverted.report).toMatchObject({ kept: 1, inverted: 1, notes: [] })
  })

  test('as JPEG photos come in', async () => {
    const files = ['gray', 'color', 'progressive'].map((name) => ({
      path: `0/${name}.jpg`,
      bytes: readFileSync(join(fixtures, `${name}.jpg`)),
    }))
    const { halves, report } = await importBytes(zipOf(files))
    expect(report).toMatchObject({ images: { train: 3 }, fitted: 3, skipped: [] })
    // The disc fills the box of 20 pixels.
    const image = imageAt(halves.train!, 0)
    const columns = Array.from({ length: SIDE }, (_, x) =>
      Math.max(...Array.from({ length: SIDE }, (_unused, y) => image[y * SIDE + x] ?? 0)),
    )
    expect(columns.filter((most) => most > 0)).toHaveLength(20)
  })
})

describe('IDX files', () => {
  test('in an archive, gzipped, in a folder of their own', async () => {
    const files = filesOf({ classes: digits, halves: { train: set, test: set } }, 'idx')
    const packed = files.map(({ path, bytes }) => ({ path: `MNIST/raw/${path}.gz`, bytes: gzipSync(bytes) }))
    const { halves } = await importBytes(zipOf(packed))
    expect(halves.train).toEqual(set)
    expect(halves.test).toEqual(set)
  })

  test('of other sizes go through the ink box', async () => {
    const large = {
      images: new Uint8Array(2 * 32 * 32),
      labels: Uint8Array.from([3, 7]),
      count: 2,
      height: 32,
      width: 32,
    }
    for (let at = 0; at < 2048; at += 1)
      if (at % 32 > 8 && at % 32 < 14 && at % 1024 > 200 && at % 1024 < 800) large.images[at] = 255
    const { report } = await importBytes(
      zipOf(filesOf({ classes: digits, halves: { train: large, test: null } }, 'idx')),
    )
    expect(report).toMatchObject({ images: { train: 2, test: 0 }, fitted: 2, kept: 0 })
  })

  test('of several sets side by side, or without their partners, are refused', async () => {
    const files = filesOf({ classes: digits, halves: { train: set, test: null } }, 'idx')
    const twice = files.flatMap(({ path, bytes }) => [
      { path: `a/${path}`, bytes },
      // Another set.
      { path: `b/${path}`, bytes: bytes.map((byte, at) => (at < 20 ? byte : 9 - (byte % 10))) },
    ])
    await expect(importBytes(zipOf(twice))).rejects.toMatchObject({ code: 'import/no-images' })
    await expect(importBytes(zipOf(files.slice(0, 1)))).rejects.toMatchObject({
      code: 'import/no-images',
      message: expect.stringContaining('train-images-idx3-ubyte') as string,
    })
  })
})

describe('CSV', () => {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value)
  const row = (label: string, side: number, value = '7'): string =>
    [label, ...new Array<string>(side * side).fill(value)].join()

  test('has its label in a named column, or where it is told', async () => {
    const header = `id,${Array.from({ length: 784 }, (_, i) => `${Math.floor(i / 28)}x${i % 28}`).join()},class`
    const body = [...new Array<string>(784).fill('9'), '4'].join()
    const found = await importBytes(text(`${header}\n17,${body}\n`), 'digits.csv')
    expect(labelsOf(found.halves.train)).toEqual([4])
    expect(found.halves.train!.images.every((value) => value === 9)).toBe(true)
    const told = await importBytes(text(`${header.replace('class', 'kind')}\n17,${body}\n`), 'digits.csv', {
      labels: 'kind',
    })
    expect(labelsOf(told.halves.train)).toEqual([4])
    const numbered = await importBytes(text(`${body}\n`), 'digits.csv', { labels: '785' })
    expect(labelsOf(numbered.halves.train)).toEqual([4])
  })

  test('may name its pixels by numbers alone, quote its cells, and end anywhere', async () => {
    const header = `"label",${Array.from({ length: 784 }, (_, i) => `"${i}"`).join()}`
    const found = await importBytes(
      text(`\uFEFF${header}\r\n"3",${new Array<string>(784).fill('"0"').join()}`),
      'a.csv',
    )
    expect(labelsOf(found.halves.train)).toEqual([3])
  })

  test('may have pixels from 0 to 1', async () => {
    const cells = Array.from({ length: 784 }, (_, index) => ['0.0', '0.5', '0', '1'][index % 4])
    const found = await importBytes(text(`3.0,${cells.join()}\n`), 'a.csv')
    expect([...found.halves.train!.images.subarray(0, 4)]).toEqual([0, 128, 0, 255])
    expect(labelsOf(found.halves.train)).toEqual([3])
  })

  test('may have pixels that are 0 and 1 alone; blank pictures before them say nothing', async () => {
    const blank = row('0', 28, '0')
    const mixed = ['5', ...Array.from({ length: 784 }, (_, index) => String(index % 2))].join()
    const found = await importBytes(text(`${blank}\n${mixed}\n`), 'a.csv')
    expect([...found.halves.train!.images.subarray(784, 788)]).toEqual([0, 255, 0, 255])
    const bytes = await importBytes(text(`${blank}\n${mixed}\n${row('7', 28, '2')}\n`), 'a.csv')
    expect([...bytes.halves.train!.images.subarray(784, 788)]).toEqual([0, 1, 0, 1])
    const late = text(`${new Array<string>(70).fill(mixed).join('\n')}\n${row('7', 28, '2')}\n`)
    await expect(importBytes(late, 'a.csv')).rejects.toMatchObject({
      code: 'import/bad-table',
      message: expect.stringContaining('Line 71 of a.csv has "2" in column 2, where a number from 0 to 1') as string,
    })
  })

  test('may have words for labels, and any square of pixels', async () => {
    const lines = [row('cat', 8, '0').replace(/0$/, '255'), row('dog', 8, '200').replace('200', '0')]
    const found = await importBytes(text(`${lines.join('\n')}\n`), 'a.csv', { resize: 'plain' })
    expect(found.classes).toEqual(['cat', 'dog'])
    expect(found.report).toMatchObject({ fitted: 2, format: 'csv' })
  })

  test('is a test half where its name says so', async () => {
    expect((await importBytes(csvOf(set), 'mnist_test.csv')).halves.train).toBeNull()
    expect((await importBytes(csvOf(set), 'mnist_train.csv')).halves.test).toBeNull()
  })

  test('in an archive of both halves', async () => {
    const { halves } = await importBytes(
      zipOf([
        { path: 'mnist_train.csv', bytes: csvOf(set) },
        { path: 'mnist_test.csv', bytes: csvOf(set) },
      ]),
      'archive.zip',
    )
    expect([halves.train, halves.test]).toEqual([set, set])
  })

  test.each([
    ['a pixel too large', `${row('3', 28)}\n${row('4', 28, '256')}\n`, 'Line 2 of a.csv has "256" in column 2'],
    ['a pixel that is no number', `${row('3', 28)}\n${row('4', 28, 'x')}\n`, 'Line 2 of a.csv has "x" in column 2'],
    ['an empty cell', `${row('3', 28)}\n${row('4', 28, '')}\n`, 'Line 2 of a.csv has nothing in column 2'],
    ['a missing label', row('', 28), 'Line 1 of a.csv has no label'],
    ['an open quotation mark', `"3,${row('', 28).slice(1)}`, 'not closed'],
    ['an unknown column of labels', row('3', 28), 'no column "kind"'],
  ])('with %s is told with its line', async (what, content, said) => {
    const labels = what === 'an unknown column of labels' ? 'kind' : null
    await expect(importBytes(text(content), 'a.csv', { labels })).rejects.toMatchObject({
      code: 'import/bad-table',
      message: expect.stringContaining(said) as string,
    })
  })
})

describe('Parquet as pyarrow writes it', () => {
  const read = async (name: string): Promise<ImportedData> =>
    await importPath(join(fixtures, `${name}.parquet`), defaultImportOptions)

  test.each(['none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4', 'lists'])('%s', async (name) => {
    const { halves, report, classes } = await read(name)
    expect(halves.train).toEqual(set)
    expect(classes).toEqual(digits)
    expect(report.format).toBe('parquet')
  })

  test('with the names of its classes in their order', async () => {
    const { halves, classes } = await read('words')
    expect(classes).toEqual(['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'])
    expect(halves.train).toEqual(set)
  })

  test('that lies in a folder, a file for each half', async () => {
    const bytes = readFileSync(join(fixtures, 'snappy.parquet'))
    await writeFiles(root, [
      { path: 'mnist/train-00000-of-00001.parquet', bytes },
      { path: 'mnist/test-00000-of-00001.parquet', bytes },
    ])
    const { halves } = await importPath(root, defaultImportOptions)
    expect([halves.train, halves.test]).toEqual([set, set])
  })
})

describe('tar as GNU tar writes it', () => {
  test.each(['gnu', 'pax', 'ustar', 'v7'])('%s, with long names and links', async (name) => {
    const { halves, report } = await importPath(join(fixtures, `${name}.tar.gz`), defaultImportOptions)
    // A hard link is the same file again under another name: the second of the two in the archive is the link.
    expect(halves.train).toEqual(set)
    expect(report.skipped).toMatchObject([{ reason: 'link or device', count: 2 }])
  })
})

test('an import can be given up', async () => {
  const stop = new AbortController()
  const reason = new Error('enough')
  await mkdir(join(root, '3'))
  for (let index = 0; index < 40; index += 1) await writeFile(join(root, '3', `${index}.png`), png(0))
  const seen: number[] = []
  const importing = importPath(root, {
    ...defaultImportOptions,
    signal: stop.signal,
    onProgress(_, images) {
      seen.push(images)
      stop.abort(reason)
    },
  })
  await expect(importing).rejects.toBe(reason)
  expect(seen).toEqual([1])
})

test('a long import lets others have their turn, and hears that it is given up', async () => {
  const stop = new AbortController()
  const bytes = png(0)
  let read = 0
  async function* entries() {
    for (let index = 0; index < 200_000; index += 1) {
      read = index
      yield { path: `3/${index}.png`, read: () => Promise.resolve(bytes) }
    }
  }
  setTimeout(() => stop.abort(), 1)
  await expect(importEntries(entries(), 'many', { ...defaultImportOptions, signal: stop.signal })).rejects.toThrow(
    /abort/,
  )
  expect(read).toBeLessThan(199_999)
})

describeWithMnist('MNIST', (folder) => {
  test('comes in from its folder as it is', async () => {
    const { halves, report } = await importPath(folder, defaultImportOptions)
    expect(report).toMatchObject({ images: { train: 60_000, test: 10_000 }, kept: 70_000 })
    expect([...halves.test!.labels.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4])
  })
})
