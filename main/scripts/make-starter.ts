/**
 * Makes the starter model anew: `npm run make:starter`. It learns from the built-in synthetic digits alone, with a fixed
 * seed, so that it comes out the same again; nothing of MNIST goes into it.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { generateInWorkers } from '../../data/synthetic/generate-in-workers.ts'
import { syntheticHalves } from '../../data/synthetic-store.ts'
import { writeFileAtomically } from '../../data/write-file.ts'
import { defaultSpecification, type RunSpecification } from '../../native/learn/specification.ts'
import { Trainer } from '../../native/trainer/trainer.ts'
import { root } from './root.ts'

/** 784-128-10 with plain SGD; tried on MNIST's training images only. */
const specification: RunSpecification = {
  ...defaultSpecification(),
  model: 'mlp',
  hidden: [128],
  learningRate: 0.3,
  batchSize: 64,
  epochs: 12,
  initialization: 'he',
  seed: 7,
}

/** The rate falls to a tenth over the last epochs, so that the last steps do not undo one another. */
function learningRateOf(epoch: number): number {
  const begin = specification.epochs / 2
  const done = Math.max(0, (epoch - begin) / (specification.epochs - begin))
  return specification.learningRate * 0.1 ** done
}

const [train, test] = await Promise.all([
  generateInWorkers(syntheticHalves.train),
  generateInWorkers(syntheticHalves.test),
])
const trainer = await Trainer.create(
  specification,
  { train, test },
  {
    epochEnded: ({ epoch, trainLoss, validLoss, accuracy }) => {
      console.log(
        `epoch ${epoch} of ${specification.epochs}: loss ${trainLoss.toFixed(4)}, on new synthetic digits ${validLoss.toFixed(4)}, accuracy ${accuracy.toFixed(4)}`,
      )
      trainer.setLearningRate(learningRateOf(epoch))
    },
  },
)
trainer.resume()
await trainer.ended
const file = join(root, 'native', 'starter', 'starter.onnx')
await mkdir(join(root, 'native', 'starter'), { recursive: true })
const bytes = trainer.exportModel()
await writeFileAtomically(file, bytes)
await trainer.dispose()
console.log(`${file}: ${bytes.length.toLocaleString('en-US')} bytes`)
