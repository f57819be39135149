/** Which images a query asks for, on a set small enough to know the answer, and on MNIST. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Datasets } from '../../../data/datasets.ts'
import { writeIdxImages, writeIdxLabels } from '../../../data/idx.ts'
import { imageAt, PIXELS, type ImageSet } from '../../../data/image-set.ts'
import { plainQuery, type ImageQuery } from '../../../main/contract/image-query.ts'
import { ImageIndex } from '../../../main/engine/image-index.ts'
import { averagesOf } from '../../../native/averages/average-digits.ts'
import { NearestAverage } from '../../../native/averages/nearest-average.ts'
import { datasetsFolder, describeWithMnist } from '../../mnist.ts'

/** Pictures of one gray each: their ink is that gray, and distances are differences of grays over 255. */
function grays(list: readonly (readonly [gray: number, label: number])[]): ImageSet {
  const images = new Uint8Array(list.length * PIXELS)
  list.forEach(([gray], index) => images.fill(gray, index * PIXELS, (index + 1) * PIXELS))
  return { images, labels: Uint8Array.from(list, ([, label]) => label), count: list.length, height: 28, width: 28 }
}

// Averages: class 0 is 20 (of 10, 30, 10, 30), class 1 is 100 (of 90, 90, 120), class 2 is 200.
const train = grays([
  [10, 0], [90, 1], [30, 0], [200, 2], [90, 1], [120, 1], [10, 0], [30, 0],
]) // prettier-ignore
const test0 = grays([
  [90, 2], [20, 0], [61, 0],
]) // prettier-ignore

let folder = ''
let index: ImageIndex
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-index-'))
  for (const [name, half] of [['train', train], ['t10k', test0]] as const) {
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, `${name}-images-idx3-ubyte`), writeIdxImages(half))
    await writeFile(join(folder, `${name}-labels-idx1-ubyte`), writeIdxLabels(half.labels))
  } // prettier-ignore
  index = new ImageIndex(new Datasets({ dataDirectory: folder, searchFolders: [] }))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function ask(split: ImageQuery['split'], change: Partial<ImageQuery> = {}) {
  return await index.page(folder, { ...plainQuery(split), ...change }, 0, 100)
}
const indicesOf = async (...question: Parameters<typeof ask>): Promise<number[]> => [
  ...(await ask(...question)).indices,
]

describe('the images of a query', () => {
  test('are all of a half in order, or of both halves one after the other', async () => {
    expect(await indicesOf('train')).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    const both = await ask('both')
    expect([...both.indices]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2])
    expect([...both.inTest]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1])
    expect(both.total).toBe(11)
    expect(both.pixels[8 * PIXELS]).toBe(90)
    expect(both.values).toHaveLength(0)
  })

  test('a page is a part of them', async () => {
    const page = await index.page(folder, plainQuery('both'), 7, 2)
    expect(page).toMatchObject({ total: 11, offset: 7, indices: Uint32Array.of(7, 0), labels: Uint8Array.of(0, 2) })
  })

  test('are sorted by label and by ink, either way, ties in order', async () => {
    expect(await indicesOf('train', { sort: 'label' })).toEqual([0, 2, 6, 7, 1, 4, 5, 3])
    expect(await indicesOf('train', { sort: 'label', descending: true })).toEqual([3, 1, 4, 5, 0, 2, 6, 7])
    const ink = await ask('train', { sort: 'ink', descending: true })
    expect([...ink.indices]).toEqual([3, 5, 1, 4, 2, 7, 0, 6])
    expect([...ink.values]).toEqual([200, 120, 90, 90, 30, 30, 10, 10])
  })

  test('are sorted by the distance to the average of their class', async () => {
    const typical = await ask('train', { sort: 'typical' })
    expect([typical.indices[0], typical.indices[7]]).toEqual([3, 5])
    const expected = [0, 10, 10, 10, 10, 10, 10, 20]
    expected.forEach((distance, place) => expect(typical.values[place]).toBeCloseTo(distance / 255, 5))
    // Test images too are compared with the averages of the training images.
    const tested = await ask('test', { sort: 'typical', descending: true })
    expect([...tested.indices]).toEqual([0, 2, 1])
    expect(tested.values[0]).toBeCloseTo(110 / 255, 5)
  })

  test('are sorted and filtered by the other class that they look like', async () => {
    const page = await ask('test', { sort: 'lookalike', descending: true })
    expect([...page.indices]).toEqual([0, 2, 1])
    expect([...page.lookalikes]).toEqual([1, 1, 1])
    expect(page.values[0]).toBeCloseTo((110 - 10) / 255, 5)
    expect(page.values[1]).toBeCloseTo((41 - 39) / 255, 5)
    expect(page.values[2]).toBeCloseTo((0 - 80) / 255, 5)
    expect(await indicesOf('train', { lookalike: 0 })).toEqual([1, 4])
    expect(await indicesOf('train', { lookalike: 1, sort: 'ink', descending: true })).toEqual([3, 2, 7, 0, 6])
  })

  test('are those that occur more than once, equal ones together', async () => {
    expect(await indicesOf('train', { duplicates: true })).toEqual([0, 6, 1, 4, 2, 7])
    expect(await indicesOf('test', { duplicates: true })).toEqual([])
    expect(await indicesOf('both', { duplicates: true, label: 2 })).toEqual([0])
    expect(await index.countDuplicates(folder)).toEqual({
      pictures: 3,
      images: 7,
      inBothSplits: 1,
      labeledDifferently: 1,
    })
  })

  test('stand at a place, or are not among them', async () => {
    const byInk: ImageQuery = { ...plainQuery('both'), sort: 'ink', descending: true }
    expect(await index.position(folder, byInk, { split: 'test', index: 2 })).toBe(5)
    expect(await index.position(folder, { ...byInk, label: 1 }, { split: 'test', index: 2 })).toBeNull()
    expect(await index.position(folder, plainQuery('train'), { split: 'test', index: 2 })).toBeNull()
    expect(await index.position(folder, plainQuery('train'), { split: 'train', index: 99 })).toBeNull()
  })
})

describe('one image among the others', () => {
  test('has its distances, its rank in its class, and the images that are equal to it', async () => {
    const facts = await index.facts(folder, { split: 'test', index: 0 })
    expect(facts).toMatchObject({ split: 'test', index: 0, label: 2, ink: 90, rank: 1, ofClass: 1 })
    expect(facts.distances.map(({ label }) => label)).toEqual([1, 0, 2])
    expect(facts.distances[0]!.distance).toBeCloseTo(10 / 255, 5)
    expect(facts.duplicates).toEqual([
      { split: 'train', index: 1, label: 1 },
      { split: 'train', index: 4, label: 1 },
    ])
    expect(await index.facts(folder, { split: 'train', index: 5 })).toMatchObject({
      rank: 3,
      ofClass: 3,
      duplicates: [],
    })
  })

  test('has the training images that are most like it', async () => {
    const { images, pixels } = await index.nearest(folder, { split: 'test', index: 1 }, 3)
    expect(images.map(({ split, index: at, label }) => [split, at, label])).toEqual([
      ['train', 0, 0],
      ['train', 2, 0],
      ['train', 6, 0],
    ])
    expect(images[0]!.distance).toBeCloseTo(10 / 255, 10)
    expect(pixels).toHaveLength(3 * PIXELS)
    expect(pixels[PIXELS]).toBe(30)
    const own = await index.nearest(folder, { split: 'train', index: 1 }, 1)
    expect(own.images).toEqual([{ split: 'train', index: 4, label: 1, distance: 0 }])
  })

  test('that is not there is told as such', async () => {
    const missing = { split: 'test', index: 3 } as const
    await expect(index.facts(folder, missing)).rejects.toMatchObject({ code: 'dataset/no-such-image' })
    await expect(index.nearest(folder, missing, 1)).rejects.toMatchObject({ code: 'dataset/no-such-image' })
  })
})

describeWithMnist('of MNIST', () => {
  test('the least typical training image is the one farthest from its average', async () => {
    const datasets = new Datasets({ dataDirectory: '/nowhere', searchFolders: [datasetsFolder ?? ''] })
    const set = await datasets.load('mnist', 'train')
    const classifier = new NearestAverage(averagesOf(set, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), 'rmse')
    let farthest = { index: -1, distance: -1 }
    for (let image = 0; image < set.count; image += 1) {
      const distance = classifier.distances(imageAt(set, image))[set.labels[image]!]!
      if (distance > farthest.distance) farthest = { index: image, distance }
    }
    const mnist = new ImageIndex(datasets)
    const page = await mnist.page('mnist', { ...plainQuery('train'), sort: 'typical', descending: true }, 0, 1)
    expect(page.total).toBe(60_000)
    expect(page.indices[0]).toBe(farthest.index)
    expect(page.values[0]).toBeCloseTo(farthest.distance, 5)
  })
})
