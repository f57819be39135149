/**
 * Makes the starter models anew: `npm run make:starter`. They learn from the simulated hand alone, 60,000 new digits in each
 * epoch, with fixed seeds, so that they come out the same again; nothing of MNIST goes into them.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FreshImages } from '../../data/synthetic/fresh-images.ts'
import { generateInWorkers } from '../../data/synthetic/generate-in-workers.ts'
import { syntheticHalves } from '../../data/synthetic-store.ts'
import { writeFileAtomically } from '../../data/write-file.ts'
import { defaultSpecification, type RunSpecification } from '../../native/learn/specification.ts'
import type { EpochImages } from '../../native/trainer/epoch-images.ts'
import { Trainer } from '../../native/trainer/trainer.ts'
import { root } from './root.ts'

/** The settings were chosen on MNIST's training images; its test images are for the last measure. */
const common = {
  ...defaultSpecification(),
  fresh: true,
  optimizer: 'adam',
  schedule: 'one-cycle',
  labelSmoothing: 0.02,
  batchSize: 128,
  epochs: 10,
  initialization: 'he',
  seed: 3,
} as const

/** The best one, and a small net for comparison. */
const starters: Readonly<Record<string, RunSpecification>> = {
  starter: { ...common, model: 'lenet', learningRate: 0.004 },
  'starter-small': { ...common, model: 'mlp', hidden: [128], learningRate: 0.002 },
}

const train = await generateInWorkers(syntheticHalves.train)
const test = await generateInWorkers(syntheticHalves.test)
const folder = join(root, 'native', 'starter')
await mkdir(folder, { recursive: true })

/** Both models see the same digits, which are written once: 47 MB for each epoch. */
class Kept implements EpochImages {
  readonly #fresh = new FreshImages({ ...common, train })
  readonly #images = new Map<number, Promise<Uint8Array>>()

  images(epoch: number): Promise<Uint8Array> {
    const images = this.#images.get(epoch) ?? this.#fresh.images(epoch)
    this.#images.set(epoch, images)
    return images
  }

  prepare(epoch: number): void {
    if (!this.#images.has(epoch)) this.#fresh.prepare(epoch)
  }
}
const fresh = new Kept()

/** Answers with its accuracy on the built-in test images. */
async function make(name: string, specification: RunSpecification): Promise<number> {
  let last = 0
  const trainer = await Trainer.create(
    specification,
    { train, test, fresh },
    {
      epochEnded: ({ epoch, trainLoss, validLoss, accuracy }) => {
        console.log(
          `${name}, epoch ${epoch} of ${specification.epochs}: loss ${trainLoss.toFixed(4)}, on the built-in test digits ${validLoss.toFixed(4)}, accuracy ${accuracy.toFixed(4)}`,
        )
        last = accuracy
      },
    },
  )
  trainer.resume()
  const state = await trainer.ended
  if (state !== 'finished') throw new Error(`The training of ${name} ended as ${state}.`)
  const bytes = trainer.exportModel()
  await writeFileAtomically(join(folder, `${name}.onnx`), bytes)
  await trainer.dispose()
  console.log(`${name}.onnx: ${bytes.length.toLocaleString('en-US')} bytes`)
  return last
}

const accuracies: Record<string, number> = {}
for (const [name, specification] of Object.entries(starters)) {
  accuracies[name] = await make(name, specification)
}
// What the Draw page tells before the built-in test images are generated.
await writeFileAtomically(
  join(folder, 'accuracies.json'),
  new TextEncoder().encode(`${JSON.stringify(accuracies, null, 2)}\n`),
)
