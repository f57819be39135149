import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Datasets } from '../../data/datasets.ts'
import { handwritingSet, labeledDrawings } from '../../data/handwriting.ts'
import { nextSplit, splitByNumber } from '../../data/handwriting-split.ts'
import { drawingToPixels } from '../../data/ink/index.ts'
import { imageAt } from '../../data/image-set.ts'
import { openLibrary } from '../../data/library/index.ts'
import { readStoredDrawings } from '../../data/library/stored-drawings.ts'
import type { StoredDrawing } from '../../data/library/types.ts'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'inkling-handwriting-'))
})

afterEach(async () => {
  await rm(root, { recursive: true })
})

/** A slanted line, different for each id. */
function drawn(id: number, label: number | null): StoredDrawing {
  const strokes = [[[50 + (id % 40), 20] as const, [100, 180] as const]]
  const split = label === null ? null : splitByNumber(id)
  return { id, createdAt: 0, drawing: { label, strokes, width: 200, height: 200 }, split }
}

const many = Array.from({ length: 1000 }, (_, index) => drawn(index + 1, index % 10))

describe('my handwriting', () => {
  test('is not there without a labeled drawing', async () => {
    const none = new Datasets({ dataDirectory: root, searchFolders: [], readDrawings: () => [drawn(1, null)] })
    expect((await none.list()).map(({ name }) => name)).toEqual(['synthetic'])
    await expect(none.load('handwriting', 'train')).rejects.toMatchObject({ code: 'dataset/unknown' })
  })

  test('puts the third of a digit aside, and then every fifth', () => {
    let test_ = 0
    const aside = Array.from({ length: 20 }, (_, all) => {
      const split = nextSplit({ all, test: test_ })
      if (split === 'test') test_ += 1
      return split === 'test' ? all + 1 : 0
    })
    expect(aside.filter((number) => number > 0)).toEqual([3, 8, 13, 18])
    expect(nextSplit({ all: 17, test: 3 })).toBe('test')
    expect(nextSplit({ all: 17, test: 4 })).toBe('train')
  })

  test('by number puts about a fifth aside, and the same ones when more are drawn', async () => {
    const test_ = many.filter(({ split }) => split === 'test').length
    expect(test_).toBeGreaterThan(150)
    expect(test_).toBeLessThan(250)
    const few = await handwritingSet(labeledDrawings(many.slice(0, 100)), 'test')
    const all = await handwritingSet(labeledDrawings(many), 'test')
    expect([...(all.origins ?? [])].slice(0, few.count)).toEqual([...(few.origins ?? [])])
  })

  test('has the pixels and labels of the drawings, in their order, none of them in both halves', async () => {
    const datasets = new Datasets({ dataDirectory: root, searchFolders: [], readDrawings: () => many.slice(0, 60) })
    const [train, test_] = [await datasets.load('handwriting', 'train'), await datasets.load('handwriting', 'test')]
    expect(train.count + test_.count).toBe(60)
    const origins = [...(train.origins ?? []), ...(test_.origins ?? [])]
    expect(origins.toSorted((a, b) => a - b)).toEqual(many.slice(0, 60).map(({ id }) => id))
    const id = test_.origins![0]!
    expect(imageAt(test_, 0)).toEqual(drawingToPixels(many[id - 1]!.drawing).pixels)
    expect(test_.labels[0]).toBe((id - 1) % 10)
    const entry = await datasets.entry('handwriting')
    expect(entry).toMatchObject({ title: 'My handwriting', state: 'ready', folder: null })
    expect(entry.splits.train?.count).toBe(train.count)
    expect(entry.splits.test?.classCounts?.reduce((sum, count) => sum + count)).toBe(test_.count)
  })

  test('follows the drawings', async () => {
    const drawings = many.slice(0, 20)
    const datasets = new Datasets({ dataDirectory: root, searchFolders: [], readDrawings: () => drawings })
    const before = await datasets.load('handwriting', 'train')
    expect(await datasets.load('handwriting', 'train')).toBe(before)
    const removed = drawings.findIndex(({ split }) => split === 'train')
    drawings.splice(removed, 1)
    const after = await datasets.load('handwriting', 'train')
    expect(after.count).toBe(before.count - 1)
  })

  test('keeps what a half was, in memory, until its own drawings change', async () => {
    const drawings = many.slice(0, 20)
    const datasets = new Datasets({ dataDirectory: root, searchFolders: [], readDrawings: () => drawings })
    const before = await datasets.load('handwriting', 'test')
    drawings.push(many.slice(20).find(({ split }) => split === 'train')!)
    expect(await datasets.load('handwriting', 'test')).toBe(before)
    const place = drawings.findIndex(({ split }) => split === 'test')
    drawings[place] = { ...drawings[place]!, drawing: { ...drawings[place]!.drawing, label: 9 } }
    expect((await datasets.load('handwriting', 'test')).labels[0]).toBe(9)
  })

  test('leaves out drawings without label', async () => {
    const drawings = [drawn(1, 3), drawn(2, null), drawn(3, 3), drawn(4, 3)]
    const datasets = new Datasets({ dataDirectory: root, searchFolders: [], readDrawings: () => drawings })
    const { splits } = await datasets.entry('handwriting')
    expect((splits.train?.count ?? 0) + (splits.test?.count ?? 0)).toBe(3)
  })

  test('says what to do where a half is empty', async () => {
    const id = many.find(({ split }) => split === 'train')!
    const datasets = new Datasets({ dataDirectory: root, searchFolders: [], readDrawings: () => [id] })
    expect((await datasets.entry('handwriting')).splits.test).toBeNull()
    await expect(datasets.load('handwriting', 'test')).rejects.toMatchObject({ code: 'dataset/missing-split' })
  })

  test('is listed with its problem where the library cannot be read, and other sets are there', async () => {
    await writeFile(join(root, 'inkling.db'), 'this is no database, and long enough to be looked at as one')
    const datasets = new Datasets({
      dataDirectory: root,
      searchFolders: [],
      readDrawings: () => readStoredDrawings(root),
    })
    const [first, second] = await datasets.list()
    expect(first).toMatchObject({ name: 'synthetic', problem: null })
    expect(second).toMatchObject({ name: 'handwriting', state: 'damaged', problem: { code: 'library/damaged' } })
    await expect(datasets.load('handwriting', 'train')).rejects.toMatchObject({ code: 'library/damaged' })
  })

  test('is read out of a library that is not open', async () => {
    const library = await openLibrary(root, { readSpecification: (json) => json })
    library.saveNewDrawings(many.slice(0, 10).map(({ drawing }) => drawing))
    expect(library.saveNewDrawings(many.slice(5, 12).map(({ drawing }) => drawing))).toBe(2)
    library.close()
    expect(readStoredDrawings(root).map(({ drawing }) => drawing)).toEqual(
      many.slice(0, 12).map(({ drawing }) => drawing),
    )
    expect(readStoredDrawings(join(root, 'none'))).toEqual([])
  })
})
