import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Datasets } from '../../data/datasets.ts'
import type { ImportedData } from '../../data/import/collector.ts'
import { memorySource } from '../../data/import/file-source.ts'
import { defaultImportOptions, importFile } from '../../data/import/import-data.ts'
import { checkName, ImportedSets, suggestName } from '../../data/imported-sets.ts'
import { filesOf, formulaSet, zipOf } from './import/samples.ts'

let root: string
let sets: ImportedSets
let data: ImportedData

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'inkling-imported-'))
  sets = new ImportedSets(root)
  const classes = ['ant', 'bee', 'cat', 'dog', 'eel', 'fox', 'gnu', 'hen', 'ibis', 'jay']
  const halves = { train: formulaSet(), test: formulaSet() }
  data = await importFile(
    memorySource(zipOf(filesOf({ classes, halves }, 'folder')), 'animals.zip'),
    defaultImportOptions,
  )
})

afterEach(async () => {
  await chmod(join(root, 'imported'), 0o755).catch(() => undefined)
  await rm(root, { recursive: true })
})

const datasets = (): Datasets => new Datasets({ dataDirectory: root, searchFolders: [] })

describe('an imported set', () => {
  test('is listed as any other, with its classes and its story, and read back byte for byte', async () => {
    await sets.save('animals', data, 'My animals')
    const entry = (await datasets().list()).at(-1)!
    expect(entry).toMatchObject({
      name: 'animals',
      title: 'My animals',
      state: 'ready',
      folder: join(root, 'imported', 'animals'),
      splits: { train: { count: 6 }, test: { count: 6 } },
      imported: { source: 'animals.zip', format: 'zip' },
      problem: null,
    })
    expect(entry.classes[3]).toBe('dog')
    expect(entry.description).toContain('6 training images and 6 test images, imported from animals.zip.')
    expect(await datasets().load('animals', 'train')).toEqual(formulaSet())
  })

  test('may have a test half alone', async () => {
    await sets.save('animals', { ...data, halves: { train: null, test: data.halves.test } })
    expect((await datasets().entry('animals')).splits).toMatchObject({ train: null, test: { count: 6 } })
    await expect(datasets().load('animals', 'train')).rejects.toMatchObject({
      code: 'dataset/missing-split',
      message: expect.stringMatching(
        /^animals was imported without training images\. Import its training images/,
      ) as string,
    })
  })

  test('keeps its name: a second import of it changes nothing', async () => {
    await sets.save('animals', data)
    const files = async (): Promise<Buffer[]> => {
      const folder = join(root, 'imported', 'animals')
      return await Promise.all((await readdir(folder)).sort().map((name) => readFile(join(folder, name))))
    }
    const before = await files()
    await expect(sets.save('animals', { ...data, classes: ['x'] })).rejects.toMatchObject({ code: 'import/name-taken' })
    expect(await files()).toEqual(before)
    expect(await readdir(join(root, 'imported'))).toEqual(['animals'])
  })

  test('that is saved twice at the same time is there once, as a whole', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => sets.save('animals', data)))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await readdir(join(root, 'imported'))).toEqual(['animals'])
    expect(await datasets().load('animals', 'test')).toEqual(formulaSet())
  })

  test('is gone with its files when it is removed, and only then', async () => {
    await sets.save('animals', data)
    await sets.remove('animals')
    expect(await readdir(join(root, 'imported'))).toEqual([])
    await expect(sets.remove('animals')).rejects.toMatchObject({ code: 'import/not-imported' })
    for (const name of ['mnist', '..', '../imported', '.', 'a/b', '']) {
      await expect(sets.remove(name)).rejects.toMatchObject({ code: 'import/not-imported' })
    }
  })

  test('of a killed import is not listed, and is swept away later', async () => {
    const left = join(root, 'imported', '.importing-animals-1-1')
    await mkdir(left, { recursive: true })
    await writeFile(join(left, 'train-labels-idx1-ubyte'), 'half of it')
    expect(await sets.list()).toEqual([])
    await sets.save('other', data)
    expect(await readdir(join(root, 'imported'))).toContain('.importing-animals-1-1')
    await utimes(left, 1, 1)
    await sets.save('another', data)
    expect(await readdir(join(root, 'imported'))).toEqual(['another', 'other'])
  })

  test('whose files were damaged is listed as that, and can be removed', async () => {
    await sets.save('animals', data)
    await writeFile(join(root, 'imported', 'animals', 't10k-images-idx3-ubyte'), 'no')
    expect(await datasets().entry('animals')).toMatchObject({
      state: 'damaged',
      problem: { code: 'dataset/truncated' },
    })
    await writeFile(join(root, 'imported', 'animals', 'dataset.json'), '{')
    expect((await datasets().list()).at(-1)).toMatchObject({ name: 'animals', imported: null })
    await sets.remove('animals')
    expect(await sets.list()).toEqual([])
  })

  test.skipIf(process.getuid?.() === 0)('cannot be kept where nothing can be written', async () => {
    await mkdir(join(root, 'imported'))
    await chmod(join(root, 'imported'), 0o500)
    await expect(sets.save('animals', data)).rejects.toMatchObject({ code: 'library/not-writable' })
  })
})

describe('names', () => {
  test.each(['animals', 'a', '3d', 'my-digits_2', 'x'.repeat(40)])('%s is one', (name) => {
    expect(() => checkName(name)).not.toThrow()
  })

  test.each([
    '',
    'Animals',
    'my digits',
    '../x',
    'a/b',
    '-a',
    '.a',
    'x'.repeat(41),
    'mnist',
    'synthetic',
    'handwriting',
    'con',
    'lpt1',
    'é',
  ])('%s is none', (name) => {
    expect(() => checkName(name)).toThrow(expect.objectContaining({ code: 'import/bad-name' }) as Error)
  })

  test.each([
    ['My Photos.zip', 'my-photos'],
    ['archive.tar.gz', 'archive'],
    ['Ziffern für Anna.csv', 'ziffern-fur-anna'],
    ['???', 'my-digits'],
  ])('for %s is suggested %s', (text, name) => {
    expect(suggestName(text)).toBe(name)
    expect(() => checkName(suggestName(text))).not.toThrow()
  })
})
