import { mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Datasets } from '../../data/datasets.ts'
import type { ImageSet } from '../../data/image-set.ts'
import { GENERATOR_VERSION } from '../../data/synthetic-store.ts'
import { generateDigits } from '../../data/synthetic/index.ts'

let dataDirectory: string
let first: ImageSet
const fractions: number[] = []
const changed: string[] = []

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'inkling-synthetic-'))
  for (const name of [`synthetic-${GENERATOR_VERSION - 1}`, `synthetic-${GENERATOR_VERSION + 1}`, 'synthetic-mine']) {
    await mkdir(join(dataDirectory, name))
    await writeFile(join(dataDirectory, name, 'train-labels-idx1-ubyte'), 'old')
  }
  const datasets = new Datasets({
    dataDirectory,
    searchFolders: [],
    onProgress: (_, fraction) => fractions.push(fraction),
    onChanged: (name) => changed.push(name),
  })
  first = await datasets.load('synthetic', 'test')
})

afterAll(async () => {
  await rm(dataDirectory, { recursive: true })
})

test('the built-in test half is 10,000 digits of seed 2, however it is cut while it is made', () => {
  expect(first.count).toBe(10_000)
  const whole = generateDigits({ count: 200, seed: 2 })
  expect(first.images.subarray(0, whole.images.length)).toEqual(whole.images)
  expect(first.labels.subarray(0, 200)).toEqual(whole.labels)
})

test('its progress goes up to 1 in steps of a hundredth', () => {
  expect(fractions.at(-1)).toBe(1)
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
  expect(fractions.length).toBeLessThanOrEqual(101)
  expect(changed).toEqual(['synthetic'])
})

test('it is kept on disk and read from there the next time', async () => {
  expect(await readdir(join(dataDirectory, `synthetic-${GENERATOR_VERSION}`))).toEqual([
    't10k-images-idx3-ubyte',
    't10k-labels-idx1-ubyte',
  ])
  const progress: number[] = []
  const again = new Datasets({ dataDirectory, searchFolders: [], onProgress: (_, value) => progress.push(value) })
  expect((await again.entry('synthetic')).splits.test?.classCounts).toEqual(new Array(10).fill(1000))
  expect(Buffer.compare((await again.load('synthetic', 'test')).images, first.images)).toBe(0)
  expect(progress).toEqual([])
})

test('what an older simulated hand wrote is removed, and nothing else', async () => {
  expect((await readdir(dataDirectory)).toSorted()).toEqual(
    [`synthetic-${GENERATOR_VERSION}`, `synthetic-${GENERATOR_VERSION + 1}`, 'synthetic-mine'].toSorted(),
  )
})

test('it is made again where the kept file is damaged', async () => {
  await truncate(join(dataDirectory, `synthetic-${GENERATOR_VERSION}`, 't10k-images-idx3-ubyte'), 5000)
  const again = new Datasets({ dataDirectory, searchFolders: [] })
  expect(Buffer.compare((await again.load('synthetic', 'test')).images, first.images)).toBe(0)
})

test('a data directory that cannot be written to is told before anything is generated', async () => {
  const file = join(dataDirectory, 'file')
  await writeFile(file, '')
  const datasets = new Datasets({ dataDirectory: join(file, 'inside'), searchFolders: [] })
  await expect(datasets.load('synthetic', 'test')).rejects.toMatchObject({ code: 'library/not-writable' })
})
