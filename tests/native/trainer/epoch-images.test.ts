import { describe, expect, test } from 'vitest'
import type { ImageSet } from '../../../data/image-set.ts'
import { Random } from '../../../native/learn/random.ts'
import { defaultSpecification, type RunSpecification } from '../../../native/learn/specification.ts'
import type { EpochImages } from '../../../native/trainer/epoch-images.ts'
import { StepRunner } from '../../../native/trainer/step-runner.ts'
import { Trainer, type TrainerListener, type TrainerStart } from '../../../native/trainer/trainer.ts'

const COUNT = 500

/** Each digit lights its own block of pixels, with noise of its own in each epoch. */
function imagesOf(epoch: number): Uint8Array {
  const random = new Random(epoch)
  return Uint8Array.from({ length: COUNT * 784 }, (_, i) => {
    const own = Math.floor((i % 784) / 78) === Math.floor(i / 784) % 10
    return random.uniform() < (own ? 0.6 : 0.1) ? 255 : 0
  })
}

const labels = Uint8Array.from({ length: COUNT }, (_, i) => i % 10)
const train: ImageSet = { images: imagesOf(0), labels, count: COUNT, height: 28, width: 28 }
const test_: ImageSet = { ...train, images: imagesOf(99) }

/** Makes the images when they are asked for, as the simulated hand does; `hold` makes them wait. */
class Source implements EpochImages {
  readonly asked: number[] = []
  readonly prepared = new Set<number>()
  hold: Promise<unknown> = Promise.resolve()

  async images(epoch: number): Promise<Uint8Array> {
    this.asked.push(epoch)
    await this.hold
    return imagesOf(epoch)
  }
  prepare(epoch: number): void {
    this.prepared.add(epoch)
  }
}

const specification: RunSpecification = {
  ...defaultSpecification(),
  fresh: true,
  model: 'mlp',
  hidden: [12],
  optimizer: 'adam',
  learningRate: 0.01,
  batchSize: 64,
  epochs: 4,
}
const STEPS = Math.ceil(COUNT / 64)

function create(
  spec: RunSpecification,
  source: Source | undefined,
  listener: TrainerListener = {},
  start?: TrainerStart,
) {
  return Trainer.create(spec, { train, test: test_, fresh: source }, listener, start)
}

async function lossesOf(spec: RunSpecification, source: Source | undefined): Promise<number[]> {
  const losses: number[] = []
  const trainer = await create(spec, source, { stepped: (_, more) => losses.push(...more) })
  trainer.resume()
  expect(await trainer.ended).toBe('finished')
  await trainer.dispose()
  return losses
}

async function resting(trainer: Trainer): Promise<void> {
  while (trainer.state === 'training') await new Promise((resolve) => setTimeout(resolve, 1))
}

describe('a run with new images for each epoch', () => {
  test('sees those of its epoch, the next ones being prepared meanwhile, and is the same again', async () => {
    const source = new Source()
    const losses = await lossesOf(specification, source)
    expect(source.asked).toEqual([0, 1, 2, 3])
    expect([...source.prepared]).toEqual([1, 2, 3])
    expect(await lossesOf(specification, new Source())).toEqual(losses)

    // Epoch 0 has the fixed images here: up to its end the run is that of the fixed ones.
    const fixed = await lossesOf({ ...specification, fresh: false }, undefined)
    expect(losses.slice(0, STEPS)).toEqual(fixed.slice(0, STEPS))
    expect(losses[STEPS]).not.toBe(fixed[STEPS])
  })

  test('takes its steps from the images of the epoch, as a runner that is given them one epoch after another', async () => {
    const losses = await lossesOf({ ...specification, order: 'book', batchSize: 100 }, new Source())
    const spec: RunSpecification = { ...specification, order: 'book', batchSize: 100 }
    const trainer = await create(spec, new Source())
    const start = trainer.moment()
    await trainer.dispose()
    const runner = await StepRunner.create(spec, { train, test: test_ }, start.numbers)
    const order = Int32Array.from({ length: COUNT }, (_, i) => i).sort(
      (a, b) => (a % 10) - (b % 10) || (String(a) < String(b) ? -1 : 1),
    )
    const own: number[] = []
    for (let epoch = 0; epoch < 4; epoch++) {
      await runner.setImages(imagesOf(epoch))
      own.push(...(await runner.run(order, () => 0.01, epoch * 5 + 1)))
    }
    await runner.close()
    expect(losses).toEqual(own)
  })

  test('goes back over the border of epochs and on again with the same losses', async () => {
    const losses: number[] = []
    const record: TrainerListener = {
      stepped: (_, more) => losses.push(...more),
      wentBack: (step) => {
        losses.length = step
      },
    }
    const trainer = await create(specification, new Source(), record)
    trainer.stepBatches(2 * STEPS + 3)
    await resting(trainer)
    await trainer.back(STEPS + 1)
    expect(trainer.step).toBe(STEPS + 2)
    trainer.resume()
    await trainer.ended
    await trainer.dispose()
    expect(losses).toEqual(await lossesOf(specification, new Source()))
  })

  test('goes on from a checkpoint with the images of that epoch', async () => {
    const whole = await lossesOf(specification, new Source())
    const first = await create(specification, new Source())
    first.stepBatches(STEPS + 3)
    await resting(first)
    const checkpoint = await first.checkpoint()
    await first.dispose()
    const later: number[] = []
    const source = new Source()
    const start = { checkpoint, losses: Float32Array.from(whole.slice(0, STEPS + 3)) }
    const second = await create(specification, source, { stepped: (_, more) => later.push(...more) }, start)
    second.resume()
    await second.ended
    await second.dispose()
    expect(later).toEqual(whole.slice(STEPS + 3))
    expect(source.asked).toEqual([1, 2, 3])
  })

  test('can be paused, gone on with and stopped while it waits for images', async () => {
    const source = new Source()
    const trainer = await create(specification, source)
    trainer.stepEpoch()
    await resting(trainer)
    const { promise, resolve } = Promise.withResolvers<undefined>()
    source.hold = promise
    trainer.resume()
    await trainer.pause()
    expect([trainer.state, trainer.step]).toEqual(['paused', STEPS])
    trainer.resume()
    await trainer.pause()
    resolve(undefined)
    await trainer.back(0)
    expect([trainer.state, trainer.step]).toEqual(['paused', STEPS])

    source.hold = Promise.reject(new Error('closed'))
    source.hold.catch(() => undefined)
    trainer.stepBatches(STEPS + 1)
    await resting(trainer)
    expect(await trainer.ended).toBe('failed')
    await trainer.dispose()

    const stopped = await create(specification, source)
    stopped.resume()
    await stopped.stop()
    await stopped.dispose()
    expect(stopped.state).toBe('stopped')
  })
})
