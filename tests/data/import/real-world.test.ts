/** Files in the forms that people really have: Kaggle's, Keras's, EMNIST's, QMNIST's, scikit-learn's, and what is often taken for a data set. */
import { gzipSync } from 'node:zlib'
import { encode } from 'fast-png'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, test } from 'vitest'
import { writeIdxImages, writeIdxLabels } from '../../../data/idx.ts'
import { imageAt, PIXELS, SIDE, type ImageSet } from '../../../data/image-set.ts'
import type { ImportedData } from '../../../data/import/collector.ts'
import { memorySource } from '../../../data/import/file-source.ts'
import { defaultImportOptions, importFile, type ImportOptions } from '../../../data/import/import-data.ts'
import { csvOf, digits, filesOf, formulaSet, npyOf, zipOf, type File } from './samples.ts'

const set = formulaSet()
const utf8 = (value: string): Uint8Array => new TextEncoder().encode(value)
const lines = new TextDecoder().decode(csvOf(set)).trimEnd().split('\n')
const names = Array.from({ length: PIXELS }, (_, index) => `pixel${index}`)

async function imported(bytes: Uint8Array, name: string, changes: Partial<ImportOptions> = {}): Promise<ImportedData> {
  return await importFile(memorySource(bytes, name), { ...defaultImportOptions, ...changes })
}

function expectSet(half: ImageSet | null, expected: ImageSet = set): void {
  expect([...(half?.labels ?? [])]).toEqual([...expected.labels])
  expect(Buffer.from(half?.images ?? []).equals(Buffer.from(expected.images))).toBe(true)
}

const png = (index: number, invert = false): Uint8Array => {
  const data = imageAt(set, index).map((value) => (invert ? 255 - value : value))
  return encode({ width: SIDE, height: SIDE, data, channels: 1, depth: 8 })
}

describe('tables', () => {
  const labelLast = lines.map((line) => line.replace(/^(\d),(.*)$/, '$2,$1'))

  test.each([
    ['with a column that counts the lines', [`,label,${names.join()}`, ...lines.map((line, at) => `${at},${line}`)]],
    ['with the label behind the pixels', [`${names.join()},class`, ...labelLast]],
    ['with columns that are numbered', [Array.from({ length: 785 }, (_, at) => at).join(), ...lines]],
    ['with numbered lines and columns', [`,${Array.from({ length: 785 }, (_, at) => at).join()}`, ...lines.map((line, at) => `${at},${line}`)]], // prettier-ignore
    ['with a comma at the end of every line', lines.map((line) => `${line},`)],
    ['with blanks between', lines.map((line) => ` ${line.replaceAll(',', '  ')} `)],
    ['with pixels from -1 to 1', lines.map((line) => line.replaceAll(/,(\d+)/g, (_, value) => `,${Number(value) / 127.5 - 1}`))], // prettier-ignore
  ])('%s are read', async (_, rows) => {
    expectSet((await imported(utf8(rows.join('\n')), 'a.csv')).halves.train)
  })

  test('without names have the label behind the pixels where the first pixel never changes', async () => {
    const cornered = { ...set, images: set.images.map((value, at) => (at % PIXELS === 0 ? 0 : value)) }
    const rows = new TextDecoder().decode(csvOf(cornered)).replaceAll(/^(\d),(.*)$/gm, '$2,$1')
    expectSet((await imported(utf8(rows), 'a.csv')).halves.train, cornered)
    expectSet((await imported(csvOf(cornered), 'a.csv')).halves.train, cornered)
  })

  test('of 8 x 8 dots from 0 to 16, as scikit-learn has them, are brought to full ink, and that is told', async () => {
    const row = (label: number): string =>
      [...Array.from({ length: 64 }, (_, at) => (at % 8 > 2 && at % 8 < 5 && at > 7 && at < 56 ? 16 : 0)), label].join()
    const { halves, report } = await imported(utf8(`${row(0)}\n${row(1)}\n${row(4)}\n`), 'optdigits.tra')
    expect([...(halves.train?.labels ?? [])]).toEqual([0, 1, 4])
    expect(Math.max(...(halves.train?.images ?? []))).toBe(255)
    expect(report.notes).toEqual(['The pixels of optdigits.tra go from 0 to 16; they were brought to 0 to 255.'])
  })

  test('without labels say so, and what to import instead', async () => {
    const rows = [names.join(), ...lines.map((line) => line.slice(2))]
    for (const content of [rows, rows.slice(1)]) {
      await expect(imported(utf8(content.join('\n')), 'test.csv')).rejects.toMatchObject({
        code: 'import/other-table',
        message: expect.stringMatching(/^test\.csv has 784 columns of pixels \(28 x 28\) and none of labels/) as string,
      })
    }
  })

  test('of another kind are told in numbers that agree', async () => {
    await expect(imported(utf8('hello\nworld\n'), 'a.csv')).rejects.toMatchObject({
      code: 'import/other-table',
      message: expect.stringContaining('a.csv has 1 column. Expected') as string,
    })
    await expect(imported(utf8('filename,label\n1.png,3\n'), 'a.csv')).rejects.toMatchObject({
      message: expect.stringContaining('a.csv has 2 columns (filename, label). Expected') as string,
    })
  })

  test('whose pixels were normalized are refused with what they hold', async () => {
    const odd = lines.map((line) => line.replaceAll(/,(\d+)/g, (_, value) => `,${Number(value) / 80 - 0.42}`))
    await expect(imported(utf8(odd.join('\n')), 'a.csv')).rejects.toMatchObject({
      code: 'import/bad-table',
      message: expect.stringContaining('has -0.42 in column') as string,
    })
  })

  test("of Kaggle's archive come in, and those without labels or pixels are left out", async () => {
    const { halves, report } = await imported(
      zipOf([
        { path: 'sample_submission.csv', bytes: utf8('ImageId,Label\n1,0\n2,0\n') },
        { path: 'test.csv', bytes: utf8([names.join(), ...lines.map((line) => line.slice(2))].join('\n')) },
        { path: 'train.csv', bytes: utf8([`label,${names.join()}`, ...lines].join('\n')) },
      ]),
      'digit-recognizer.zip',
    )
    expectSet(halves.train)
    expect(halves.test).toBeNull()
    expect(report.skipped).toEqual([
      { reason: 'a table without labels, or without pixels', count: 2, example: 'sample_submission.csv' },
    ])
  })

  test('beside pictures in one folder alone leave a set of one class, which is told', async () => {
    const { report } = await imported(
      zipOf([
        { path: 'set/images/1.png', bytes: png(0) },
        { path: 'set/labels.csv', bytes: utf8('file,label\n1.png,3\n') },
      ]),
      'set.zip',
    )
    expect(report.skipped).toHaveLength(1)
    expect(report.notes[0]).toContain('All pictures are of one class, images.')
  })
})

describe('arrays of NumPy', () => {
  const images = npyOf('|u1', [set.count, 28, 28], set.images)
  const labels = npyOf('|u1', [set.count], set.labels)
  const bytesOf = (values: ArrayBufferView): Uint8Array =>
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  const halves = (x: Uint8Array, y: Uint8Array): File[] => [
    { path: 'x_train.npy', bytes: x },
    { path: 'y_train.npy', bytes: y },
    { path: 'x_test.npy', bytes: x },
    { path: 'y_test.npy', bytes: y },
  ]

  test("come in as in Keras's mnist.npz", async () => {
    const found = await imported(zipOf(halves(images, labels)), 'mnist.npz')
    expectSet(found.halves.train)
    expectSet(found.halves.test)
    expect(found.report).toMatchObject({ format: 'npz', kept: 12, notes: [] })
  })

  const parts = Float32Array.from(set.images, (value) => value / 255)
  const wide = BigInt64Array.from(set.labels, BigInt)
  const big = Buffer.from(Uint16Array.from(set.images).buffer).swap16()
  const hot = Float64Array.from({ length: set.count * 10 }, (_, at) =>
    at % 10 === set.labels[Math.floor(at / 10)] ? 1 : 0,
  )
  test.each([
    [
      'fractions with a channel, and labels of eight bytes',
      npyOf('<f4', [6, 28, 28, 1], bytesOf(parts)),
      npyOf('<i8', [6], bytesOf(wide)),
    ],
    ['rows of 784, and one-hot labels', npyOf('|u1', [6, 784], set.images), npyOf('<f8', [6, 10], bytesOf(hot))],
    ['the higher byte first, and a column of labels', npyOf('>u2', [6, 28, 28], big), npyOf('|u1', [6, 1], set.labels)],
  ] as const)('of %s', async (_, x, y) => {
    expectSet((await imported(zipOf(halves(x, y)), 'set.npz')).halves.test)
  })

  test("in files of their own, as KMNIST's, within an archive", async () => {
    const file = (bytes: Uint8Array): Uint8Array => zipOf([{ path: 'arr_0.npy', bytes }])
    const found = await imported(
      zipOf([
        { path: 'kmnist/kmnist-test-imgs.npz', bytes: file(images) },
        { path: 'kmnist/kmnist-test-labels.npz', bytes: file(labels) },
      ]),
      'kmnist.zip',
    )
    expect(found.halves.train).toBeNull()
    expectSet(found.halves.test)
  })

  test.each([
    ['pictures alone', [{ path: 'arr_0.npy', bytes: images }], 'import/no-images', 'pictures without labels'],
    [
      'labels alone',
      [{ path: 'y.npy', bytes: labels }],
      'import/no-images',
      'the pictures that belong to them are missing',
    ],
    ['objects', halves(npyOf('|O', [6, 28, 28], set.images), labels), 'import/bad-array', 'array.astype("uint8")'],
    [
      'columns first',
      halves(npyOf('|u1', [6, 28, 28], set.images, 'True'), labels),
      'import/bad-array',
      'ascontiguousarray',
    ],
    ['a shape that lies', halves(npyOf('|u1', [7, 28, 28], set.images), labels), 'import/bad-array', 'needs 5,488'],
    [
      'fewer labels',
      halves(images, npyOf('|u1', [5], set.labels.subarray(0, 5))),
      'dataset/count-mismatch',
      '6 pictures',
    ],
    [
      'five dimensions',
      halves(npyOf('|u1', [6, 28, 28, 1, 1], set.images), labels),
      'import/bad-array',
      '(6, 28, 28, 1, 1)',
    ],
  ] as const)('of %s are told', async (_, files, code, said) => {
    await expect(imported(zipOf(files), 'set.npz')).rejects.toMatchObject({
      code,
      message: expect.stringContaining(said) as string,
    })
  })
})

describe('IDX files of other sets', () => {
  const idx = filesOf({ classes: digits, halves: { train: set, test: null } }, 'idx')
  const [labels, images] = [writeIdxLabels(set.labels), writeIdxImages(set)]

  test("come in once where they lie there twice, as in Kaggle's archive of MNIST", async () => {
    const twice = idx.flatMap(({ path, bytes }) => [
      { path: `${path}/${path}`, bytes },
      { path: path.replace('-idx', '.idx'), bytes },
    ])
    expectSet((await imported(zipOf(twice), 'archive.zip')).halves.train)
  })

  test('with labels of QMNIST, eight whole numbers for each image', async () => {
    const wide = Buffer.alloc(12 + set.count * 32)
    wide.set([0, 0, 12, 2])
    wide.writeUInt32BE(set.count, 4)
    wide.writeUInt32BE(8, 8)
    set.labels.forEach((label, row) => wide.writeInt32BE(label, 12 + row * 32))
    set.labels.forEach((_, row) => wide.writeInt32BE(2000 + row, 12 + row * 32 + 8))
    for (const bytes of [wide, gzipSync(wide)]) {
      const files = [
        { path: 'qmnist-test-labels-idx2-int.gz', bytes },
        { path: 'qmnist-test-images-idx3-ubyte.gz', bytes: gzipSync(images) },
      ]
      expectSet((await imported(zipOf(files), 'qmnist.zip')).halves.test)
    }
    const cut = [
      { path: 'qmnist-test-labels-idx2-int', bytes: wide.subarray(0, -1) },
      { path: 'qmnist-test-images-idx3-ubyte', bytes: images },
    ]
    await expect(imported(zipOf(cut), 'qmnist.zip')).rejects.toMatchObject({ code: 'dataset/truncated' })
  })

  /** Mirrored along the diagonal, as EMNIST stores them. */
  const lying: ImageSet = {
    ...set,
    images: set.images.map((_, at) => {
      const own = at % PIXELS
      return set.images[at - own + (own % SIDE) * SIDE + Math.floor(own / SIDE)] ?? 0
    }),
  }

  test('of EMNIST are turned upright, in tables as well, and that is told once', async () => {
    const files = ['train', 'test'].flatMap((part) => [
      { path: `gzip/emnist-digits-${part}-labels-idx1-ubyte`, bytes: labels },
      { path: `gzip/emnist-digits-${part}-images-idx3-ubyte`, bytes: writeIdxImages(lying) },
    ])
    const found = await imported(zipOf(files), 'gzip.zip')
    expectSet(found.halves.train)
    expectSet(found.halves.test)
    expect(found.report.notes).toHaveLength(1)
    expect(found.report.notes[0]).toContain('turned upright')
    expectSet((await imported(csvOf(lying), 'emnist-digits-train.csv')).halves.train)
    // A set that only has such images stays as it is.
    expectSet((await imported(csvOf(lying), 'digits.csv')).halves.train, lying)
  })

  test('of too many classes name them by their letters, and up to ten can be chosen', async () => {
    const many = { ...lying, labels: Uint8Array.from([1, 2, 3, 24, 25, 26]) }
    const more = Array.from({ length: 3 }, (_, at) => ({ ...many, labels: many.labels.map((label) => (label + 5 * at) % 26 || 26) })) // prettier-ignore
    const all: ImageSet = {
      ...set,
      count: 18,
      images: Buffer.concat(more.map(({ images: own }) => own)),
      labels: Uint8Array.from(more.flatMap(({ labels: own }) => [...own])),
    }
    const file = zipOf([
      { path: 'emnist-letters-train-labels-idx1-ubyte', bytes: writeIdxLabels(all.labels) },
      { path: 'emnist-letters-train-images-idx3-ubyte', bytes: writeIdxImages(all) },
    ])
    await expect(imported(file, 'letters.zip')).rejects.toMatchObject({
      code: 'import/too-many-classes',
      message: expect.stringContaining(
        '(A, B, C, D, E, F, G, H, I, J, K, L, ...), where Inkling works with up to 10',
      ) as string,
      details: { names: expect.stringMatching(/^A\nB\nC\n/) as string },
    })
    const chosen = await imported(file, 'letters.zip', { classes: ['B', 'A', 'Z'] })
    expect(chosen.classes).toEqual(['A', 'B', 'Z'])
    expect([...(chosen.halves.train?.labels ?? [])]).toEqual([0, 1, 2])
    expectSet(chosen.halves.train, { ...set, labels: Uint8Array.from([0, 1, 2]), images: Buffer.concat([imageAt(set, 0), imageAt(set, 1), imageAt(set, 5)]) }) // prettier-ignore
    expect(chosen.report.notes).toContain('15 images of other classes were left out, as was asked for.')
  })
})

describe('folders', () => {
  const named = (...folders: readonly string[]): Uint8Array =>
    zipOf(folders.map((folder, index) => ({ path: `${folder}/${index}.png`, bytes: png(index) })))

  test.each([
    [['three', 'one', 'four', 'one', 'five', 'nine'], digits],
    [['digit_3', 'digit_1', 'digit_4', 'digit_1', 'digit_5', 'digit_9'], digits],
    [['03', '01', '04', '01', '05', '09'], digits],
    [['3 - three', '1 - one', '4 - four', '1 - one', '5 - five', '9 - nine'], digits],
    [['3', '1', '4', '1 (copy)', '5 - Copy', '9 (2)'], digits],
  ])('%s are the digits that they mean', async (folders, classes) => {
    const found = await imported(named(...folders), 'set.zip')
    expect(found.classes).toEqual(classes)
    expectSet(found.halves.train)
    expect(found.report.notes[0]).toContain('Classes were taken by their meaning:')
  })

  test('named otherwise keep their names', async () => {
    for (const folders of [
      ['3', 'cat'],
      ['3', '3 - four'],
      ['10', '3'],
      ['Sample001', 'Sample002'],
    ]) {
      expect((await imported(named(...folders), 'set.zip')).classes.toSorted()).toEqual(folders.toSorted())
    }
  })

  test('of clothes have the labels of Fashion-MNIST', async () => {
    const found = await imported(named('T-shirt_top', 'Bag', 'ankle boot'), 'set.zip')
    expect([...(found.halves.train?.labels ?? [])]).toEqual([0, 8, 9])
  })

  test('with pictures of both kinds say how many are dark on light; inverting turns those alone', async () => {
    const light = png(0)
    const files = Array.from({ length: 6 }, (_, at) => ({
      path: `3/${at}.png`,
      bytes: at % 3 === 0 ? png(0, true) : light,
    }))
    const kept = await imported(zipOf(files), 'set.zip')
    expect(kept.report.notes[0]).toContain('2 of 6 pictures of 28 x 28 are dark on light')
    const turned = await imported(zipOf(files), 'set.zip', { invert: true })
    expect(turned.report).toMatchObject({ inverted: 2, notes: [] })
    for (let at = 0; at < 6; at += 1) expect(imageAt(turned.halves.train!, at)).toEqual(imageAt(set, 0))
    const none = await imported(zipOf([{ path: '3/1.png', bytes: light }]), 'set.zip', { invert: true })
    expect(none.report.notes[0]).toContain('none was inverted')
  })
})

test.each([
  ['a pickle', Buffer.from([0x80, 4, 0x95, 1, 2]), 'a Python pickle', 'numpy.savez'],
  ['a packed pickle', gzipSync(Buffer.from([0x80, 3, 0x63, 1, 2])), 'a Python pickle', 'numpy.savez'],
  ['a web page', utf8('<!DOCTYPE html><html><body>Log in</body></html>'), 'a web page', 'instead of a download'],
  [
    'a pointer of Git LFS',
    utf8('version https://git-lfs.github.com/spec/v1\noid sha256:0\n'),
    'Git LFS',
    'git lfs pull',
  ],
  ['a table of Weka', utf8('% MNIST\n@RELATION mnist_784\n\n@ATTRIBUTE pixel1 real\n'), 'ARFF', 'CSV'],
  ['a table of LIBSVM', utf8('5 153:3 154:18 155:18\n0 128:51\n'), 'LIBSVM', 'CSV'],
  ['an xz archive', Buffer.from('fd377a585a000000', 'hex'), 'packed by xz', 'Unpack it'],
  [
    'a photo of an iPhone',
    Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic0000mif1heic')]),
    'HEIC',
    'PNG or JPEG',
  ],
  ['a GIF', Buffer.from('GIF89a'), 'a GIF picture', 'PNG or JPEG'],
  ['an Excel workbook', zipOf([{ path: '[Content_Types].xml', bytes: utf8('<x/>') }]), 'Excel', 'CSV'],
])('%s is told by what it is, and what to do', async (_, bytes, what, advice) => {
  const failure = imported(bytes, 'file')
  await expect(failure).rejects.toMatchObject({ code: 'import/unknown-format', message: expect.stringContaining(what) as string }) // prettier-ignore
  await expect(failure).rejects.toThrow(advice)
})

describe('Parquet', () => {
  test('rows without a label or a picture are left out', async () => {
    const { report, halves } = await imported(
      parquetWith(
        Int8Array.from(set.labels, (label, row) => (row === 2 ? -1 : label)),
        (row) => (row === 4 ? null : png(row)),
      ),
      'set.parquet',
    )
    expect([...(halves.train?.labels ?? [])]).toEqual([3, 1, 1, 9])
    expect(report.skipped).toEqual([
      { reason: 'a row without a label', count: 1, example: 'row 2 of set.parquet' },
      { reason: 'a row without a picture', count: 1, example: 'row 4 of set.parquet' },
    ])
  })

  test('with a column for each pixel says so, and what to do', async () => {
    const columnData = names.map((name) => ({ name, data: [0, 1], type: 'INT32' as const }))
    await expect(imported(new Uint8Array(parquetWriteBuffer({ columnData })), 'set.parquet')).rejects.toMatchObject({
      code: 'import/other-table',
      message: expect.stringContaining('A table with a column for each pixel is imported as CSV') as string,
    })
  })
})

function parquetWith(labels: Int8Array, pictureOf: (row: number) => Uint8Array | null): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'image', data: Array.from(labels, (_, row) => pictureOf(row)), type: 'BYTE_ARRAY', nullable: true },
        { name: 'label', data: Array.from(labels), type: 'INT32' },
      ],
    }),
  )
}
