/**
 * Makes the starter models anew: `npm run make:starter`. They learn from the built-in synthetic digits alone, with fixed
 * seeds, so that they come out the same again; nothing of MNIST goes into them.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { generateInWorkers } from '../../data/synthetic/generate-in-workers.ts'
import { syntheticHalves } from '../../data/synthetic-store.ts'
import { writeFileAtomically } from '../../data/write-file.ts'
import { defaultSpecification, type RunSpecification } from '../../native/learn/specification.ts'
import { Trainer } from '../../native/trainer/trainer.ts'
import { root } from './root.ts'

/** The best one, and a small net for comparison. Their settings were tried on MNIST's training images only. */
const starters: Readonly<Record<string, RunSpecification>> = {
  starter: {
    ...defaultSpecification(),
    model: 'lenet',
    optimizer: 'adam',
    learningRate: 0.004,
    batchSize: 128,
    epochs: 8,
    initialization: 'he',
    seed: 7,
  },
  'starter-small': {
    ...defaultSpecification(),
    model: 'mlp',
    hidden: [128],
    learningRate: 0.3,
    batchSize: 64,
    epochs: 12,
    initialization: 'he',
    seed: 7,
  },
}

/** The rate falls to a hundredth over the second half, so that the last steps do not undo one another. */
function learningRateAfter(epoch: number, { learningRate, epochs }: RunSpecification): number {
  const done = Math.max(0, epoch / epochs - 0.5) * 2
  return learningRate * 0.01 ** done
}

const [train, test] = await Promise.all([
  generateInWorkers(syntheticHalves.train),
  generateInWorkers(syntheticHalves.test),
])
const folder = join(root, 'native', 'starter')
await mkdir(folder, { recursive: true })

const accuracies: Record<string, number> = {}

for (const [name, specification] of Object.entries(starters)) {
  const trainer = await Trainer.create(
    specification,
    { train, test },
    {
      epochEnded: ({ epoch, trainLoss, validLoss, accuracy }) => {
        console.log(
          `${name}, epoch ${epoch} of ${specification.epochs}: loss ${trainLoss.toFixed(4)}, on new synthetic digits ${validLoss.toFixed(4)}, accuracy ${accuracy.toFixed(4)}`,
        )
        accuracies[name] = accuracy
        trainer.setLearningRate(learningRateAfter(epoch, specification))
      },
    },
  )
  trainer.resume()
  await trainer.ended
  const bytes = trainer.exportModel()
  await writeFileAtomically(join(folder, `${name}.onnx`), bytes)
  await trainer.dispose()
  console.log(`${name}.onnx: ${bytes.length.toLocaleString('en-US')} bytes`)
}
// What the Draw page tells before the built-in test images are generated.
await writeFileAtomically(
  join(folder, 'accuracies.json'),
  new TextEncoder().encode(`${JSON.stringify(accuracies, null, 2)}\n`),
)
