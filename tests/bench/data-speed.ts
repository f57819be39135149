/**
 * Measures reading MNIST from its four gz files, the averages of its 60,000 training images and the nearest-average
 * classifier on its 10,000 test images: the first time, as a command meets it, and the median of the next ones.
 * `node tests/bench/data-speed.ts`; needs MNIST in a folder of INKLING_DATASETS.
 */
import { resolveDataDirectory, resolveSearchFolders } from '../../data/data-directory.ts'
import { Datasets } from '../../data/datasets.ts'
import { averagesOf } from '../../native/averages/average-digits.ts'
import { distances } from '../../native/averages/distances.ts'
import { NearestAverage } from '../../native/averages/nearest-average.ts'
import { allDigits } from '../../native/learn/specification.ts'

const ROUNDS = 5

async function measure(name: string, work: () => unknown): Promise<void> {
  const times: number[] = []
  for (let round = 0; round <= ROUNDS; round += 1) {
    const began = performance.now()
    await work()
    times.push(performance.now() - began)
  }
  const [first = Number.NaN, ...next] = times
  const median = next.toSorted((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN
  console.log(`${name.padEnd(36)} first ${first.toFixed(1).padStart(7)} ms, then ${median.toFixed(1).padStart(7)} ms`)
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
