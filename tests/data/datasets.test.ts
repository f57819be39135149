import { cp, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Datasets } from '../../data/datasets.ts'
import { writeIdxImages, writeIdxLabels } from '../../data/idx.ts'
import { describeWithMnist, fashionFolder } from '../mnist.ts'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'inkling-datasets-'))
})

afterEach(async () => {
  await rm(root, { recursive: true })
})

/** Writes a half of tiny digits: image i is filled with its label. */
async function writeHalf(
  folder: string,
  prefix: 'train' | 't10k',
  labels: readonly number[],
  side = 28,
): Promise<void> {
  await mkdir(folder, { recursive: true })
  const images = Uint8Array.from(
    { length: labels.length * side * side },
    (_, at) => labels[Math.floor(at / side / side)]!,
  )
  const set = { images, count: labels.length, height: side, width: side }
  await writeFile(join(folder, `${prefix}-images-idx3-ubyte.gz`), gzipSync(writeIdxImages(set)))
  await writeFile(join(folder, `${prefix}-labels-idx1-ubyte`), writeIdxLabels(Uint8Array.from(labels)))
}

const datasetsIn = (...searchFolders: string[]): Datasets =>
  new Datasets({ dataDirectory: join(root, 'data'), searchFolders })

describe('the data sets on this machine', () => {
  test('are the built-in one alone where nothing else is there', async () => {
    const entries = await datasetsIn(join(root, 'nowhere')).list()
    expect(entries.map(({ name, state }) => [name, state])).toEqual([['synthetic', 'generated']])
    expect(entries[0]?.splits).toEqual({
      train: { count: 60_000, classCounts: null },
      test: { count: 10_000, classCounts: null },
    })
  })

  test('are found in a subfolder, in the folder itself and in the data directory', async () => {
    await writeHalf(join(root, 'a', 'mnist'), 'train', [1, 2])
    await writeHalf(join(root, 'b'), 't10k', [3])
    await writeHalf(join(root, 'data', 'mnist'), 't10k', [4, 4])
    const foldersOf = async (datasets: Datasets): Promise<unknown> =>
      (await datasets.list()).filter(({ name }) => name === 'mnist').map(({ folder }) => folder)
    expect(await foldersOf(datasetsIn(join(root, 'a')))).toEqual([join(root, 'a', 'mnist')])
    expect(await foldersOf(datasetsIn(join(root, 'b')))).toEqual([join(root, 'b')])
    expect(await foldersOf(datasetsIn())).toEqual([join(root, 'data', 'mnist')])
  })

  test('prefer the folder with both halves', async () => {
    await writeHalf(join(root, 'a', 'mnist'), 't10k', [1])
    await writeHalf(join(root, 'b', 'mnist'), 'train', [1])
    await writeHalf(join(root, 'b', 'mnist'), 't10k', [1])
    const entry = await datasetsIn(join(root, 'a'), join(root, 'b')).entry('mnist')
    expect(entry.folder).toBe(join(root, 'b', 'mnist'))
  })

  test('show the counts of each class, and of the sample only threes and sevens', async () => {
    await writeHalf(join(root, 'mnist'), 'train', [3, 7, 3, 1])
    const datasets = datasetsIn(root)
    expect((await datasets.entry('mnist')).splits).toEqual({
      train: { count: 4, classCounts: [0, 1, 0, 2, 0, 0, 0, 1, 0, 0] },
      test: null,
    })
    expect((await datasets.entry('mnist_sample')).splits.train).toEqual({
      count: 3,
      classCounts: [0, 0, 0, 2, 0, 0, 0, 1, 0, 0],
    })
    const sample = await datasets.load('mnist_sample', 'train')
    expect([...sample.labels]).toEqual([3, 7, 3])
    expect([0, 784, 1568].map((at) => sample.images[at])).toEqual([3, 7, 3])
    expect(sample.count).toBe(3)
  })

  test('are read once, however many ask', async () => {
    await writeHalf(join(root, 'mnist'), 'train', [3, 7])
    const datasets = datasetsIn(root)
    const [first, second] = await Promise.all([datasets.load('mnist', 'train'), datasets.load('mnist', 'train')])
    expect(second).toBe(first)
    expect(await datasets.load('mnist', 'train')).toBe(first)
  })

  test('are read again after their files changed', async () => {
    await writeHalf(join(root, 'mnist'), 'train', [3, 7])
    const datasets = datasetsIn(root)
    await datasets.load('mnist', 'train')
    await writeHalf(join(root, 'mnist'), 'train', [5, 6])
    await utimes(join(root, 'mnist', 'train-labels-idx1-ubyte'), 1, 1)
    expect([...(await datasets.load('mnist', 'train')).labels]).toEqual([5, 6])
  })

  test('may be named by the path of a folder', async () => {
    await writeHalf(join(root, 'mine'), 't10k', [8, 9])
    const datasets = datasetsIn()
    expect((await datasets.entry(join(root, 'mine'))).title).toBe('mine')
    expect([...(await datasets.load(join(root, 'mine'), 'test')).labels]).toEqual([8, 9])
  })
})

describe('what is wrong with a data set', () => {
  const failureOf = async (promise: Promise<unknown>): Promise<unknown> => {
    try {
      return await promise
    } catch (error) {
      return error
    }
  }

  test('an unknown name, an absent set and an empty folder have codes of their own', async () => {
    const datasets = datasetsIn(root)
    expect(await failureOf(datasets.load('letters', 'test'))).toMatchObject({ code: 'dataset/unknown' })
    const absent = await failureOf(datasets.load('mnist', 'test'))
    expect(absent).toMatchObject({
      code: 'dataset/unknown',
      message: expect.stringContaining('INKLING_DATASETS') as string,
    })
    expect(await failureOf(datasets.load(root, 'test'))).toMatchObject({ code: 'dataset/empty-folder' })
    expect(await failureOf(datasets.load(join(root, 'none'), 'test'))).toMatchObject({ code: 'dataset/unknown' })
  })

  test('a missing half is null in the list and dataset/missing-split when asked for', async () => {
    await writeHalf(join(root, 'mnist'), 't10k', [1])
    const datasets = datasetsIn(root)
    expect(await datasets.entry('mnist')).toMatchObject({ state: 'ready', splits: { train: null, test: { count: 1 } } })
    expect(await failureOf(datasets.load('mnist', 'train'))).toMatchObject({ code: 'dataset/missing-split' })
    expect(await failureOf(datasets.load('mnist_sample', 'train'))).toMatchObject({ code: 'dataset/missing-split' })
  })

  test('a truncated file makes the set damaged, and its other half still reads', async () => {
    await writeHalf(join(root, 'mnist'), 'train', [1, 2, 3, 4])
    await writeHalf(join(root, 'mnist'), 't10k', [5])
    const whole = writeIdxImages({ images: new Uint8Array(4 * 784), count: 4, height: 28, width: 28 })
    await writeFile(join(root, 'mnist', 'train-images-idx3-ubyte.gz'), gzipSync(whole.subarray(0, 2000)))
    const datasets = datasetsIn(root)
    const entry = await datasets.entry('mnist')
    expect(entry).toMatchObject({ state: 'damaged', problem: { code: 'dataset/truncated' }, splits: { train: null } })
    expect(entry.problem?.message).toContain('ends after 2 of 4 images: 2,000 of 3,152 bytes')
    expect(await failureOf(datasets.load('mnist', 'train'))).toMatchObject({ code: 'dataset/truncated' })
    expect((await datasets.load('mnist', 'test')).count).toBe(1)
  })

  test('damage that only reading shows is listed afterwards and told once', async () => {
    await writeHalf(join(root, 'mnist'), 'train', new Array<number>(20).fill(1))
    const images = Uint8Array.from({ length: 20 * 784 }, (_, at) => (at * at * 7919) >>> 5)
    const file = gzipSync(writeIdxImages({ images, count: 20, height: 28, width: 28 }))
    file.writeUInt8(file.readUInt8(file.length - 8) ^ 1, file.length - 8)
    await writeFile(join(root, 'mnist', 'train-images-idx3-ubyte.gz'), file)
    const changed: string[] = []
    const datasets = new Datasets({ dataDirectory: root, searchFolders: [], onChanged: (name) => changed.push(name) })
    expect((await datasets.entry('mnist')).state).toBe('ready')
    expect(await failureOf(datasets.load('mnist', 'train'))).toMatchObject({ code: 'dataset/bad-gzip' })
    expect(await datasets.entry('mnist')).toMatchObject({ state: 'damaged', problem: { code: 'dataset/bad-gzip' } })
    expect(await failureOf(datasets.load('mnist', 'train'))).toMatchObject({ code: 'dataset/bad-gzip' })
    expect(changed).toEqual(['mnist'])
  })

  test('images and labels that disagree, other sizes, strange labels and a missing file are told apart', async () => {
    const problemOf = async (): Promise<string | undefined> => (await datasetsIn(root).entry('mnist')).problem?.code
    const folder = join(root, 'mnist')
    await writeHalf(folder, 'train', [1, 2, 3])
    await writeFile(join(folder, 'train-labels-idx1-ubyte'), writeIdxLabels(new Uint8Array(2)))
    expect(await problemOf()).toBe('dataset/count-mismatch')
    await writeHalf(folder, 'train', [1, 2], 32)
    expect(await problemOf()).toBe('dataset/bad-shape')
    await writeHalf(folder, 'train', [1, 10])
    expect(await problemOf()).toBe('dataset/bad-label')
    await rm(join(folder, 'train-labels-idx1-ubyte'))
    expect(await problemOf()).toBe('file/not-found')
    await rm(join(folder, 'train-images-idx3-ubyte.gz'))
    expect(await problemOf()).toBe('dataset/empty-folder')
  })
})

describeWithMnist('MNIST on disk', (folder) => {
  test('is listed with its class counts and read whole', async () => {
    const datasets = datasetsIn(join(folder, '..'))
    const entry = await datasets.entry('mnist_sample')
    expect(entry.splits.train?.count).toBe(6131 + 6265)
    expect(entry.splits.test?.count).toBe(1010 + 1028)
    expect((await datasets.load('mnist', 'test')).count).toBe(10_000)
  })

  test.skipIf(fashionFolder === null)(
    'Fashion-MNIST is known by its images where its folder has another name',
    async () => {
      await cp(fashionFolder ?? '', join(root, 'clothes'), { recursive: true })
      const datasets = datasetsIn(join(root, 'clothes'))
      expect((await datasets.list()).map(({ name }) => name)).toEqual(['synthetic', 'fashion_mnist'])
      expect((await datasets.entry(join(root, 'clothes'))).classes[9]).toBe('Ankle boot')
    },
  )
})
