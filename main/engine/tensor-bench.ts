/**
 * The tensor bench's thread, seen from the engine: starts it at first use, hands it the data set's images when a text speaks of
 * them, and ends it where it does not answer, so that no text can hold the engine up.
 */
import { Worker } from 'node:worker_threads'
import type { Datasets } from '../../data/datasets.ts'
import { AppError } from '../../data/error.ts'
import type { ErrorPayload } from '../../data/error.ts'
import type { ImageSet, Split } from '../../data/image-set.ts'
import { threadFile } from '../../data/thread-file.ts'
import { halvesMentioned } from '../../native/tensor/chapter-names.ts'
import type { ChapterImages } from '../../native/tensor/chapter-names.ts'
import { defaultLimits } from '../../native/tensor/limits.ts'
import type { Evaluation } from '../../native/tensor/session.ts'
import type { BenchReply, BenchRequest } from '../../native/tensor/worker.ts'

export type BenchText = { readonly session: string; readonly dataset: string | null; readonly source: string }

/** The evaluator ends by itself within its limits; this much later it has not, and its thread is ended. */
const GRACE_MILLISECONDS = 10_000
/** Of the thread, without the numbers of tensors. */
const HEAP_MEGABYTES = 768

const workerFile = threadFile(import.meta.url, '../../native/tensor/worker.ts', 'tensor-worker.cjs')

type Waiting = {
  /** The thread has it: from now on it has so much time, however long it took to start. */
  readonly begin: () => void
  readonly resolve: (evaluation: Evaluation) => void
  readonly reject: (error: unknown) => void
}

/** What the thread knows of a session: its data set's halves, and which of them its texts spoke of. */
type Known = { images: ChapterImages; train: boolean; test: boolean }

export class TensorBench {
  readonly #datasets: Datasets
  readonly #milliseconds: number
  #worker: Worker | null = null
  readonly #waiting = new Map<number, Waiting>()
  readonly #sessions = new Map<string, Known>()
  /** Texts are evaluated one after another. */
  #last: Promise<unknown> = Promise.resolve()
  #nextId = 1

  constructor(datasets: Datasets, milliseconds = defaultLimits.milliseconds + GRACE_MILLISECONDS) {
    this.#datasets = datasets
    this.#milliseconds = milliseconds
  }

  /** Evaluates a text in a session. Mistakes in it are told in the answer; throws what loading the data set throws. */
  async evaluate({ session, dataset, source }: BenchText, reset = false): Promise<Evaluation> {
    const images = dataset === null ? null : await this.#imagesFor(session, dataset, source)
    const turn = this.#last.then(() => this.#ask({ id: this.#nextId++, session, images, reset, source }))
    // The next text takes its turn however this one ends; who asked hears of it below.
    this.#last = turn.catch(() => undefined)
    return await turn
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#end(new AppError('channel/closed', 'Inkling is closing.'))
    await worker?.terminate()
  }

  /** The halves that the session needs by now; null where the thread has them already. */
  async #imagesFor(session: string, dataset: string, source: string): Promise<ChapterImages | null> {
    const known = this.#sessions.get(session) ?? { images: { train: null, test: null }, train: false, test: false }
    this.#sessions.set(session, known)
    const mentioned = halvesMentioned(source)
    const train = known.train || mentioned.train
    const test = known.test || mentioned.test
    if (!train && !test) return null
    const images = {
      train: train ? await this.#half(dataset, 'train') : null,
      test: test ? await this.#half(dataset, 'test') : null,
    }
    known.train = train
    known.test = test
    if (images.train === known.images.train && images.test === known.images.test) return null
    known.images = images
    return images
  }

  async #half(dataset: string, split: Split): Promise<ImageSet | null> {
    const { splits } = await this.#datasets.entry(dataset)
    return splits[split] === null ? null : await this.#datasets.load(dataset, split)
  }

  #ask(request: BenchRequest): Promise<Evaluation> {
    const worker = this.#worker ?? this.#start()
    return new Promise((resolve, reject) => {
      let limit: NodeJS.Timeout | null = null
      const settled = (): void => {
        if (limit !== null) clearTimeout(limit)
        this.#waiting.delete(request.id)
      }
      this.#waiting.set(request.id, {
        begin: () => {
          limit = setTimeout(() => {
            settled()
            this.#end(null)
            void worker.terminate()
            resolve(lost('tensor/too-slow', 'This took far too long, so the bench was ended.'))
          }, this.#milliseconds)
        },
        resolve: (evaluation) => {
          settled()
          resolve(evaluation)
        },
        reject: (error) => {
          settled()
          reject(error instanceof Error ? error : new Error(String(error)))
        },
      })
      worker.postMessage(request)
    })
  }

  #start(): Worker {
    const worker = new Worker(workerFile, { resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES } })
    worker.unref()
    worker.on('message', (reply: BenchReply) => {
      const waiting = this.#waiting.get(reply.id)
      if (reply.kind === 'begun') waiting?.begin()
      else if (reply.kind === 'evaluated') waiting?.resolve(reply.evaluation)
      else waiting?.reject(new Error(reply.failure))
    })
    worker.on('error', (error) => {
      if (this.#worker !== worker) return
      const full = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      if (!full) {
        this.#end(error)
        return
      }
      const answer = lost('tensor/too-large', 'This needed more memory than the bench has, so the bench was ended.')
      for (const { resolve } of this.#waiting.values()) resolve(answer)
      this.#end(null)
    })
    this.#worker = worker
    return worker
  }

  /** The thread is gone, and with it what its sessions knew. What waits is refused with this error. */
  #end(error: unknown): void {
    this.#worker = null
    this.#sessions.clear()
    if (error === null) return
    for (const { reject } of this.#waiting.values()) reject(error)
  }
}

function lost(code: 'tensor/too-slow' | 'tensor/too-large', what: string): Evaluation {
  const problem: ErrorPayload = {
    code,
    message: `${what} The names that it knew are forgotten; the data set and everything else are unharmed. Use less at once.`,
    details: {},
  }
  return { outputs: [], broadcasts: [], problem, names: [], milliseconds: 0 }
}
