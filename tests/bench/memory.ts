/**
 * How much memory a run of 20 epochs adds, in MB: from its first mini-batch to its end, garbage collected before both. Run with
 * --expose-gc and the name of a model; prints one number.
 */
import { benchmarkModels, benchmarkSpecification, type BenchmarkModel } from '../../native/trainer/benchmark-models.ts'
import { madeUpImages } from '../../native/trainer/made-up-images.ts'
import { Trainer } from '../../native/trainer/trainer.ts'

const [name = 'mlp128', epochs = '20'] = process.argv.slice(2)
if (!(name in benchmarkModels)) throw new Error(`a model is one of ${Object.keys(benchmarkModels).join(', ')}`)
const specification = benchmarkSpecification(name as BenchmarkModel, { batchSize: 256, threads: 1 })

function resident(): number {
  globalThis.gc?.()
  return process.memoryUsage.rss() / 1e6
}

const sets = { train: madeUpImages(60_000, 1), test: madeUpImages(10_000, 1) }
let first = () => {}
const begun = new Promise<void>((resolve) => {
  first = resolve
})
const trainer = await Trainer.create({ ...specification, epochs: Number(epochs) }, sets, { stepped: () => first() })
trainer.stepBatches(1)
await begun
await trainer.pause()
const before = resident()
trainer.resume()
await trainer.ended
console.log((resident() - before).toFixed(1))
