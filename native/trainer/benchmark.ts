/**
 * How fast a model begins, trains and reads on a device, measured on made-up images. Runs in a process of its own
 * (native/runtime/device-process.ts), so that nothing before it counts; `inkling bench` and `npm run bench` show the figures.
 */
import { input, matmul, writeModel } from '../graph/index.ts'
import { buildModel } from '../learn/models/index.ts'
import { initialize } from '../learn/parameters.ts'
import type { Device, RunSpecification } from '../learn/specification.ts'
import { Classifier } from '../runtime/classifier.ts'
import { runtimeVersion, Session, tensorOf } from '../runtime/session.ts'
import { madeUpImages } from './made-up-images.ts'
import { StepRunner } from './step-runner.ts'
import { Trainer, type TrainerListener, type TrainerState } from './trainer.ts'

/** The middle one, and what 95 of 100 do not exceed; microseconds. */
export type Latency = { readonly median: number; readonly p95: number }

export type BenchFigures = {
  /** From the specification to the first loss, the data set being in memory; milliseconds. */
  readonly firstLoss: number
  /** While training, all that a run does between its first and its last mini-batch included. */
  readonly imagesPerSecond: number
  /** Test images per second: loss, accuracy and confusion matrix. */
  readonly evaluatedPerSecond: number
  /** One image from its pixels to its probabilities, by the saved model, which computes on the CPU with one thread. */
  readonly oneImage: Latency
  /** What a large product of matrices reaches on the CPU with as many threads; GFLOP/s. */
  readonly productPeak: number
}

/** As MNIST has. */
const TRAIN_IMAGES = 60_000
const TEST_IMAGES = 10_000

/** Trains for about so many seconds; the other figures take about two more. */
export async function measureBenchmark(device: Device, spec: RunSpecification, seconds: number): Promise<BenchFigures> {
  const train = madeUpImages(TRAIN_IMAGES, 1)
  const test = madeUpImages(TEST_IMAGES, 1)
  const specification = { ...spec, device, epochs: 10_000 }
  // The engine has loaded ONNX Runtime long before a person starts a run.
  runtimeVersion()

  const clock = new StepClock()
  const began = performance.now()
  // Few test images, so that the evaluation after each epoch takes no part in the speed of training.
  const trainer = await Trainer.create(specification, { train, test: madeUpImages(100, 1) }, clock)
  trainer.resume()
  const firstLoss = (await clock.after(0)).at - began
  const warm = await clock.after(0.3)
  const end = await clock.after(seconds)
  const model = trainer.exportModel()
  await trainer.dispose()

  return {
    firstLoss,
    imagesPerSecond: (1000 * spec.batchSize * (end.steps - warm.steps)) / (end.at - warm.at),
    productPeak: await measureProducts(spec.threads),
    evaluatedPerSecond: await measureEvaluation(specification, { train, test }),
    oneImage: await measureOneImage(model, test.images),
  }
}

/** Tells when mini-batches were done. */
class StepClock implements TrainerListener {
  #steps = 0
  #stepped: (() => void) | null = null
  #failed: (error: unknown) => void = () => {}
  readonly #failure = new Promise<never>((_, reject) => {
    this.#failed = reject
  })

  stepped(_: number, losses: Float32Array): void {
    this.#steps += losses.length
    this.#stepped?.()
  }

  stateChanged(state: TrainerState, error: unknown): void {
    if (state === 'failed') this.#failed(error)
    if (state === 'diverged') this.#failed(new Error('The losses are no finite numbers any more.'))
  }

  /** The first end of mini-batches that is at least so many seconds away: when it was, and how many were done. */
  async after(seconds: number): Promise<{ readonly at: number; readonly steps: number }> {
    const began = performance.now()
    for (;;) {
      const stepped = new Promise<void>((resolve) => {
        this.#stepped = resolve
      })
      await Promise.race([stepped, this.#failure])
      const at = performance.now()
      if (at - began >= seconds * 1000) return { at, steps: this.#steps }
    }
  }
}

/** GFLOP/s of the fastest of some products of two matrices of 1024 x 1024. */
async function measureProducts(threads: number): Promise<number> {
  const size = 1024
  const [a, b] = [input('a', [size, size]), input('b', [size, size])]
  const model = writeModel({ name: 'product', inputs: [a, b], outputs: { product: matmul(a, b) } })
  const session = await Session.create(model, { threads })
  const numbers = Float32Array.from({ length: size * size }, (_, i) => ((i * 7919) % 1009) / 1009)
  const feeds = { a: tensorOf(numbers, [size, size]), b: tensorOf(numbers, [size, size]) }
  let fastest = Infinity
  for (let turn = 0; turn < 12; turn += 1) fastest = Math.min(fastest, await milliseconds(() => session.run(feeds)))
  await session.close()
  return (2 * size ** 3) / fastest / 1e6
}

async function measureEvaluation(
  spec: RunSpecification,
  sets: Parameters<typeof StepRunner.create>[1],
): Promise<number> {
  const weights = initialize(buildModel(spec).parameters, 'linear', spec.seed)
  const runner = await StepRunner.create(spec, sets, weights)
  await runner.evaluate()
  const times: number[] = []
  while (times.length < 3 || (sum(times) < 500 && times.length < 20)) {
    times.push(await milliseconds(() => runner.evaluate()))
  }
  await runner.close()
  return (1000 * sets.test.count) / quantile(times, 0.5)
}

async function measureOneImage(model: Uint8Array, images: Uint8Array): Promise<Latency> {
  const classifier = await Classifier.load(model)
  const read = (turn: number) => {
    const at = (turn % TEST_IMAGES) * 784
    return milliseconds(() => classifier.probabilities(images.subarray(at, at + 784)))
  }
  // V8 compiles this path in stages over the first one or two thousand images, which take up to three times as long.
  for (let turn = 0; turn < 2000; turn += 1) await read(turn)
  const times: number[] = []
  while (times.length < 200 || (sum(times) < 500 && times.length < 3000)) times.push(await read(times.length))
  await classifier.close()
  return { median: 1000 * quantile(times, 0.5), p95: 1000 * quantile(times, 0.95) }
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
