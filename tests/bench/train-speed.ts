/**
 * Measures our training speed once, in a process of its own, and prints one JSON line: the same work as the peers in
 * ../shared/bench do (60,000 images in memory, shuffled mini-batches, SGD, cross-entropy).
 */
import { parseArgs } from 'node:util'
import { Random } from '../../native/learn/random.ts'
import { defaultSpecification, type RunSpecification } from '../../native/learn/specification.ts'
import { Trainer } from '../../native/trainer/trainer.ts'

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'mlp128' },
    batch: { type: 'string', default: '256' },
    threads: { type: 'string', default: '1' },
    epochs: { type: 'string', default: '5' },
    images: { type: 'string', default: '60000' },
  },
})

const models: Record<string, Pick<RunSpecification, 'model' | 'hidden'>> = {
  linear: { model: 'linear', hidden: [] },
  mlp30: { model: 'mlp', hidden: [30] },
  mlp128: { model: 'mlp', hidden: [128] },
  mlp512: { model: 'mlp', hidden: [512, 256] },
  lenet: { model: 'lenet', hidden: [] },
}
const model = models[values.model]
if (model === undefined) throw new Error(`--model is one of ${Object.keys(models).join(', ')}`)

/** As the peers' data: each class lights a fifth of the pixels, 2 % are noise. */
function prototypes(count: number) {
  const random = new Random(0)
  const lit = Array.from({ length: 10 }, () => Array.from({ length: 784 }, () => random.uniform() < 0.2))
  const images = new Uint8Array(count * 784)
  const labels = new Uint8Array(count)
  for (let i = 0; i < count; i += 1) {
    const label = random.below(10)
    labels[i] = label
    for (let p = 0; p < 784; p += 1) {
      if (lit[label]?.[p]) images[i * 784 + p] = 100 + random.below(156)
      if (random.below(50) === 0) images[i * 784 + p] = 200
    }
  }
  return { images, labels, count, height: 28, width: 28 }
}

const train = prototypes(Number(values.images))
const test = prototypes(100)
const rates: number[] = []
const losses: number[] = []
const trainer = await Trainer.create(
  {
    ...defaultSpecification(),
    ...model,
    batchSize: Number(values.batch),
    threads: Number(values.threads),
    epochs: Number(values.epochs) + 1,
  },
  { train, test },
  {
    epochEnded: ({ imagesPerSecond, trainLoss }) => {
      rates.push(imagesPerSecond)
      losses.push(trainLoss)
    },
  },
)
trainer.resume()
await trainer.ended
// The first epoch warms up, as the peers' does.
const timed = rates.slice(1).sort((a, b) => a - b)
console.log(
  JSON.stringify({
    peer: 'inkling',
    model: values.model,
    batch: Number(values.batch),
    threads: Number(values.threads),
    images_per_s: Math.round(timed[timed.length >> 1] ?? 0),
    loss_first: losses[0],
    loss_last: losses.at(-1),
  }),
)
