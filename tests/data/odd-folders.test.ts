/** What people and disks make of the data directory and of the files in it: one odd thing must not hide or hold up the others. */
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Datasets } from '../../data/datasets.ts'
import { imageAt, type ImageSet } from '../../data/image-set.ts'
import { openFileSource } from '../../data/import/file-source.ts'
import { defaultImportOptions, importPath } from '../../data/import/import-data.ts'
import { LoadedHalves } from '../../data/loaded-halves.ts'
import { openLibrary } from '../../data/library/index.ts'
import { csvOf, formulaSet } from './import/samples.ts'

let root: string
let datasets: Datasets

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'inkling-odd-'))
  datasets = new Datasets({ dataDirectory: root, searchFolders: [] })
})

afterEach(async () => {
  await rm(root, { recursive: true })
})

async function keep(name: string): Promise<string> {
  const table = join(root, `${name}.csv`)
  await writeFile(table, csvOf(formulaSet()))
  await datasets.imported.save(name, await importPath(table, defaultImportOptions))
  return join(root, 'imported', name)
}

const names = async (): Promise<string[]> => (await datasets.list()).map(({ name }) => name)
const onUnix = test.skipIf(process.platform === 'win32')

describe('an imported set whose description is odd', () => {
  test.each([
    ['empty', ''],
    ['half of one', '{"form":1,"title":"x","classes":["0"],"importedAt":1,"report":{"source":"x"}}'],
    ['of the right form alone', '{"form":1}'],
    ['a list', '[1]'],
    ['of other types', '{"form":1,"title":3,"classes":"0","importedAt":"now","report":null}'],
  ])('(%s) is listed, read and removed, and so are others', async (_, text) => {
    const folder = await keep('odd')
    await keep('plain')
    await writeFile(join(folder, 'dataset.json'), text)
    expect(await names()).toEqual(['synthetic', 'odd', 'plain'])
    expect((await datasets.entry('odd')).description).toContain('cannot be read any more')
    expect(imageAt(await datasets.load('odd', 'train'), 1)).toEqual(imageAt(formulaSet(), 1))
    await datasets.imported.remove('odd')
    expect(await names()).toEqual(['synthetic', 'plain'])
  })

  test('that is a folder hides nothing either', async () => {
    const folder = await keep('odd')
    await rm(join(folder, 'dataset.json'))
    await mkdir(join(folder, 'dataset.json'))
    expect(await names()).toEqual(['synthetic', 'odd'])
    expect((await datasets.entry('odd')).description).toContain('it is a folder')
  })

  test('with classes that were meant is what was written', async () => {
    const folder = await keep('plain')
    const written = JSON.parse(await readFile(join(folder, 'dataset.json'), 'utf8')) as object
    expect((await datasets.entry('plain')).imported).toEqual((written as { report: unknown }).report)
  })
})

describe('what is no file', () => {
  onUnix('is not waited for when it is imported', async () => {
    const pipe = join(root, 'pipe')
    execFileSync('mkfifo', [pipe])
    await expect(openFileSource(pipe)).rejects.toMatchObject({
      code: 'file/unreadable',
      message: expect.stringContaining('a device or a pipe') as string,
    })
    await expect(openFileSource(root)).rejects.toMatchObject({ code: 'file/unreadable' })
    await expect(importPath('/dev/zero', defaultImportOptions)).rejects.toMatchObject({ code: 'file/unreadable' })
  })

  onUnix('makes its set a damaged one, and the others are listed', async () => {
    const folder = await keep('odd')
    await keep('plain')
    await rm(join(folder, 'train-images-idx3-ubyte'))
    execFileSync('mkfifo', [join(folder, 'train-images-idx3-ubyte')])
    const mnist = join(root, 'mnist')
    await mkdir(join(mnist, 'train-images-idx3-ubyte'), { recursive: true })
    await writeFile(join(mnist, 'train-labels-idx1-ubyte'), '')
    const listed = (await datasets.list()).map(({ name, state, problem }) => [name, state, problem?.code])
    expect(listed).toEqual([
      ['synthetic', 'generated', undefined],
      ['mnist', 'damaged', 'file/unreadable'],
      ['mnist_sample', 'damaged', 'file/unreadable'],
      ['odd', 'damaged', 'file/unreadable'],
      ['plain', 'ready', undefined],
    ])
    await expect(datasets.load('odd', 'train')).rejects.toMatchObject({ code: 'file/unreadable' })
  })
})

test.each(['a\0b', '/a\0b', './\0', '__proto__', '..\0'])('no set is called %j', async (name) => {
  await expect(datasets.load(name, 'train')).rejects.toMatchObject({ code: 'dataset/unknown' })
  await expect(datasets.imported.remove(name)).rejects.toMatchObject({ code: 'import/not-imported' })
})

describe('halves in memory', () => {
  const half = (bytes: number): ImageSet => ({ images: new Uint8Array(bytes), labels: new Uint8Array(), count: 0, height: 28, width: 28 }) // prettier-ignore

  test('are read once, and those that were not asked for longest go first', async () => {
    const halves = new LoadedHalves(100)
    const read: string[] = []
    const ask = async (name: string, signature = '1'): Promise<void> => {
      await halves.load(name, 'train', signature, () => {
        read.push(name)
        return Promise.resolve(half(40))
      })
    }
    await Promise.all([ask('a'), ask('a')])
    await ask('b')
    await ask('a')
    await ask('c')
    expect(read).toEqual(['a', 'b', 'c'])
    await ask('a')
    await ask('b')
    expect(read).toEqual(['a', 'b', 'c', 'b'])
    await ask('b', 'changed')
    halves.forget('b')
    await ask('b', 'changed')
    expect(read).toEqual(['a', 'b', 'c', 'b', 'b', 'b'])
  })

  test('that could not be read are read anew', async () => {
    const halves = new LoadedHalves()
    const failed = halves.load('a', 'test', '1', () => Promise.reject(new Error('not yet')))
    await expect(failed).rejects.toThrow('not yet')
    expect((await halves.load('a', 'test', '1', () => Promise.resolve(half(3)))).images.length).toBe(3)
  })
})

test('drawings that another Inkling keeps are noticed, and none is read twice without need', async () => {
  const options = { readSpecification: (json: unknown) => json }
  const one = await openLibrary(root, options)
  const other = await openLibrary(root, options)
  const drawing = (label: number) => ({ label, strokes: [[[1, 2] as const]], width: 10, height: 10 })
  const first = one.saveDrawing(drawing(1))
  const [known] = one.listDrawings()
  other.saveDrawing(drawing(2))
  expect(one.listDrawings().map(({ drawing: { label } }) => label)).toEqual([1, 2])
  one.saveDrawing(drawing(3))
  other.removeDrawing(first.id)
  expect(one.listDrawings().map(({ drawing: { label } }) => label)).toEqual([2, 3])
  expect(one.listDrawings()[0]).toBe(one.listDrawings()[0])
  expect(known).toEqual(first)
  one.close()
  other.close()
})
