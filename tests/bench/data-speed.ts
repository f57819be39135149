/**
 * Measures reading MNIST from its four gz files, the averages of its 60,000 training images and the nearest-average
 * classifier on its 10,000 test images, and the queries of the Data page: the first time, as a command meets it, and the median
 * of the next ones. With --cpu, time of the processor instead of the clock's: on a machine that others use.
 * `node tests/bench/data-speed.ts`; needs MNIST in a folder of INKLING_DATASETS.
 */
import { resolveDataDirectory, resolveSearchFolders } from '../../data/data-directory.ts'
import { Datasets } from '../../data/datasets.ts'
import { plainQuery, type ImageQuery } from '../../main/contract/image-query.ts'
import { ImageIndex } from '../../main/engine/image-index.ts'
import { averagesOf } from '../../native/averages/average-digits.ts'
import { distances } from '../../native/averages/distances.ts'
import { NearestAverage } from '../../native/averages/nearest-average.ts'
import { allDigits } from '../../native/learn/specification.ts'

const ROUNDS = 5

/** Milliseconds. */
const now = process.argv.includes('--cpu') ? () => process.cpuUsage().user / 1000 : () => performance.now()

async function measure(name: string, work: () => unknown): Promise<void> {
  const times: number[] = []
  for (let round = 0; round <= ROUNDS; round += 1) {
    const began = now()
    await work()
    times.push(now() - began)
  }
  const [first = Number.NaN, ...next] = times
  const median = next.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN
  console.log(`${name.padEnd(46)} first ${first.toFixed(1).padStart(7)} ms, then ${median.toFixed(1).padStart(7)} ms`)
}

const folders = { dataDirectory: resolveDataDirectory(), searchFolders: resolveSearchFolders() }
const readMnist = async () => {
  const datasets = new Datasets(folders)
  return await Promise.all([datasets.load('mnist', 'train'), datasets.load('mnist', 'test')])
}
const [train, test] = await readMnist()
await measure('read MNIST', readMnist)
await measure('average digits, 60,000 images', () => averagesOf(train, allDigits))
for (const distance of distances) {
  const model = new NearestAverage(averagesOf(train, allDigits), distance)
  await measure(`nearest average by ${distance}, 10,000 images`, () => model.evaluate(test))
}

/** What a person waits for in the Data page's grid: each query of a fresh index, then once more. */
const both: ImageQuery = plainQuery('both')
const queries: readonly (readonly [name: string, query: ImageQuery])[] = [
  ['60,000 in order', plainQuery('train')],
  ['60,000 by likeness to another class', { ...plainQuery('train'), sort: 'lookalike', descending: true }],
  ['70,000 by distance to the average', { ...both, sort: 'typical' }],
  ['70,000 that occur twice', { ...both, duplicates: true }],
]
for (const [name, query] of queries) {
  const datasets = new Datasets(folders)
  await datasets.load('mnist', 'train')
  await datasets.load('mnist', 'test')
  const index = new ImageIndex(datasets)
  await measure(`a page of ${name}`, () => index.page('mnist', query, 0, 400))
}
const index = new ImageIndex(new Datasets(folders))
await index.page('mnist', plainQuery('both'), 0, 1)
let image = 0
await measure('8 nearest of 60,000 images', () => index.nearest('mnist', { split: 'test', index: (image += 1) }, 8))
