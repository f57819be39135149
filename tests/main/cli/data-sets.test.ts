/** The ways in and out of the command line: info, import, export, generate, remove. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openLibrary } from '../../../data/library/index.ts'
import { readIdxImages, readIdxLabels } from '../../../data/idx.ts'
import { generateDigits } from '../../../data/synthetic/index.ts'
import { csvOf, digits, filesOf, formulaSet, tgzOf, writeFiles, zipOf } from '../../data/import/samples.ts'
import { linesOf, Workplace, type Outcome } from './run-cli.ts'

let place: Workplace
const set = formulaSet()
const animals = ['ant', 'bee', 'cat', 'dog', 'eel', 'fox', 'gnu', 'hen', 'ibis', 'jay']

beforeAll(async () => {
  place = await Workplace.create()
  await writeFile(
    place.path('animals.zip'),
    zipOf(filesOf({ classes: animals, halves: { train: set, test: set } }, 'folder')),
  )
  await writeFile(
    place.path('digits.tgz'),
    tgzOf(filesOf({ classes: digits, halves: { train: set, test: null } }, 'folder')),
  )
})

afterAll(async () => {
  await place.remove()
})

async function json(...args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await place.run([...args, '--json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return linesOf(stdout)[0] ?? {}
}

/** Exit code and error code; nothing may stand on stdout. */
async function failure(...args: readonly string[]): Promise<[number | null, string | undefined]> {
  const { code, stdout, stderr }: Outcome = await place.run(args)
  expect(stdout).toBe('')
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  return [code, stderr.split(':')[0]]
}

describe('data import', () => {
  test('keeps a set, which is then listed, told and trained with like any other', async () => {
    expect(await json('data', 'import', 'animals.zip', '--name', 'animals', '--title', 'My animals')).toMatchObject({
      name: 'animals',
      title: 'My animals',
      classes: animals,
      source: 'animals.zip',
      format: 'zip',
      images: { train: 6, test: 6 },
      kept: 12,
      skipped: [],
    })
    const listed = (await json('data', 'list'))['datasets'] as Record<string, unknown>[]
    expect(listed.find(({ name }) => name === 'animals')).toMatchObject({ title: 'My animals', state: 'ready' })
    expect(await json('data', 'info', 'animals')).toMatchObject({
      name: 'animals',
      classes: animals,
      splits: { train: { count: 6 }, test: { count: 6 } },
      imported: { source: 'animals.zip' },
    })
    const trained = await place.run([
      'train',
      '--data',
      'animals',
      '--epochs',
      '1',
      '--model',
      'linear',
      '--batch',
      '4',
    ])
    expect([trained.code, trained.stderr]).toEqual([0, ''])
  })

  test('says to a person what it did', async () => {
    const { code, stdout } = await place.run(['data', 'import', 'digits.tgz', '--name', 'held', '--hold-out', '.34'])
    expect(code).toBe(0)
    expect(stdout).toBe(
      'held: 5 training images and 1 test image, imported from digits.tgz. All were kept as they are. 34 % were put aside as test images, drawn with seed 1.\n',
    )
    const info = await place.run(['data', 'info', 'held'])
    expect(info.stdout).toContain('held (held), ready')
    expect(info.stdout).toMatch(/class\s+train\s+test\n0\s+0\s+0\n1\s+1\s+1\n/)
  })

  test('takes the column of the labels, the way of resizing and inversion', async () => {
    const header = `pixels,${Array.from({ length: 783 }, (_, i) => `p${i}`).join()},kind`
    const row = [...new Array<number>(784).fill(200), 'cat'].join()
    await writeFile(place.path('table.csv'), `${header}\n${row}\n`)
    expect(await json('data', 'import', 'table.csv', '--name', 'cats', '--labels', 'kind', '--invert')).toMatchObject({
      classes: ['cat'],
      kept: 1,
      inverted: 1,
    })
    await writeFile(
      place.path('small.csv'),
      `label,${Array.from({ length: 16 }, (_, i) => `p${i}`).join()}\n3,${new Array<number>(16).fill(9).join()}\n`,
    )
    expect(await json('data', 'import', 'small.csv', '--name', 'small', '--resize', 'plain')).toMatchObject({
      resize: 'plain',
      fitted: 1,
    })
    expect(await failure('data', 'import', 'small.csv', '--name', 'blank')).toEqual([1, 'import/no-images'])
  })

  test('fails with a code where it must, and uses the exit code of wrong usage for that alone', async () => {
    expect(await failure('data', 'import', 'animals.zip', '--name', 'animals')).toEqual([1, 'import/name-taken'])
    expect(await failure('data', 'import', 'animals.zip', '--name', 'Bad Name')).toEqual([1, 'import/bad-name'])
    expect(await failure('data', 'import', 'nothing.zip', '--name', 'x')).toEqual([1, 'file/not-found'])
    expect(await failure('data', 'import', 'animals.zip')).toEqual([2, 'usage/missing-option'])
    expect(await failure('data', 'import', '--name', 'x')).toEqual([2, 'usage/missing-option'])
    expect(await failure('data', 'import', 'a.zip', '--name', 'x', '--resize', 'big')).toEqual([2, 'usage/bad-value'])
    expect(await failure('data', 'import', 'a.zip', '--name', 'x', '--hold-out', '.9')).toEqual([2, 'usage/bad-value'])
    await writeFile(place.path('cut.zip'), (await readFile(place.path('animals.zip'))).subarray(0, 3000))
    expect(await failure('data', 'import', 'cut.zip', '--name', 'cut')).toEqual([1, 'import/bad-archive'])
  })
})

describe('data export', () => {
  test('writes a folder that the import reads back, byte for byte', async () => {
    expect(await json('data', 'export', 'animals', '--format', 'folder', '--out', 'tree')).toMatchObject({
      data: 'animals',
      format: 'folder',
      images: { train: 6, test: 6 },
      files: 13,
    })
    expect((await readdir(place.path('tree'))).sort()).toEqual(['classes.txt', 'test', 'train'])
    await json('data', 'import', 'tree', '--name', 'again')
    expect(await json('data', 'export', 'again', '--format', 'idx', '--out', 'idx')).toMatchObject({ files: 5 })
    const images = await readIdxImages(await readFile(place.path('idx/train-images-idx3-ubyte')), 'images')
    const labels = await readIdxLabels(await readFile(place.path('idx/train-labels-idx1-ubyte')), 'labels')
    expect([images.images, labels]).toEqual([set.images, set.labels])
  })

  test('leaves what lies in its way', async () => {
    await mkdir(place.path('full'))
    await writeFile(place.path('full/mine.txt'), 'mine')
    expect(await failure('data', 'export', 'animals', '--format', 'idx', '--out', 'full')).toEqual([
      1,
      'export/target-taken',
    ])
    expect(await readdir(place.path('full'))).toEqual(['mine.txt'])
    expect(await failure('data', 'export', 'animals', '--format', 'idx', '--out', 'no/such/place')).toEqual([
      1,
      'export/not-writable',
    ])
    expect(await failure('data', 'export', 'nothing', '--format', 'idx', '--out', 'new')).toEqual([
      1,
      'dataset/unknown',
    ])
    expect(await failure('data', 'export', 'animals', '--out', 'new')).toEqual([2, 'usage/missing-option'])
  })

  test('takes a folder of IDX files too', async () => {
    await writeFiles(place.path('raw'), filesOf({ classes: digits, halves: { train: set, test: null } }, 'idx'))
    expect(await json('data', 'export', './raw', '--format', 'folder', '--out', 'raw-tree')).toMatchObject({ files: 6 })
  })
})

describe('data generate', () => {
  test('writes the digits of a seed under the standard names', async () => {
    const answer = await json('data', 'generate', '--count', '120', '--seed', '9', '--out', 'generated')
    expect(answer).toMatchObject({ count: 120, seed: 9, split: 'train' })
    const expected = generateDigits({ count: 120, seed: 9 })
    const images = await readIdxImages(await readFile(place.path('generated/train-images-idx3-ubyte')), 'images')
    expect(Buffer.from(images.images).equals(Buffer.from(expected.images))).toBe(true)
    await json('data', 'generate', '--count', '20', '--seed', '2', '--split', 'test', '--out', 'generated')
    expect((await readdir(place.path('generated'))).sort()).toEqual([
      't10k-images-idx3-ubyte',
      't10k-labels-idx1-ubyte',
      'train-images-idx3-ubyte',
      'train-labels-idx1-ubyte',
    ])
    expect(await json('data', 'info', './generated')).toMatchObject({
      splits: { train: { count: 120 }, test: { count: 20 } },
    })
  })

  test('refuses senseless numbers', async () => {
    expect(await failure('data', 'generate', '--count', '0', '--out', 'x')).toEqual([2, 'usage/bad-value'])
    expect(await failure('data', 'generate', '--count', '9')).toEqual([2, 'usage/missing-option'])
  })
})

describe('my handwriting', () => {
  test('is a data set once there are labeled drawings', async () => {
    const library = await openLibrary(place.path('data'), { readSpecification: (stored) => stored })
    const strokes = [[[60, 20] as const, [90, 180] as const]]
    for (let label = 0; label < 10; label += 1) library.saveDrawing({ label, strokes, width: 200, height: 200 })
    library.close()
    const info = (await json('data', 'info', 'handwriting')) as { splits: Record<string, { count: number } | null> }
    expect((info.splits['train']?.count ?? 0) + (info.splits['test']?.count ?? 0)).toBe(10)
    expect(await json('data', 'export', 'handwriting', '--format', 'idx', '--out', 'drawn')).toMatchObject({
      data: 'handwriting',
    })
  })
})

describe('data remove', () => {
  test('removes an imported set and no other', async () => {
    await writeFile(place.path('plain.csv'), csvOf(set))
    await json('data', 'import', 'plain.csv', '--name', 'doomed')
    expect(await json('data', 'remove', 'doomed')).toEqual({ removed: 'doomed' })
    expect(await failure('data', 'info', 'doomed')).toEqual([1, 'dataset/unknown'])
    expect(await failure('data', 'remove', 'doomed')).toEqual([1, 'import/not-imported'])
    expect(await failure('data', 'remove', 'synthetic')).toEqual([1, 'import/not-imported'])
    expect(await failure('data', 'remove')).toEqual([2, 'usage/missing-option'])
  })
})

describe('help', () => {
  test('names what each command takes', async () => {
    for (const [command, said] of [
      ['import', '--hold-out'],
      ['export', '--format folder|idx'],
      ['generate', '--seed N'],
      ['info', 'DATA'],
      ['remove', 'NAME'],
    ] as const) {
      const { code, stdout } = await place.run(['data', command, '--help'])
      expect([code, stdout.includes(said)], command).toEqual([0, true])
    }
  })
})
