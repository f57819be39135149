/**
 * New images of the built-in set for each epoch of a run, written in threads of their own while the epoch before trains. Epoch
 * 0 has the fixed set, which is there already, so that training begins at once. Node only.
 */

import { availableParallelism } from 'node:os'
import type { ImageSet } from '../image-set.ts'
import { generateInWorkers } from './generate-in-workers.ts'

export type FreshImagesOptions = {
  /** The fixed set: images of epoch 0, and the labels of every epoch. */
  readonly train: ImageSet
  /** Those that the run tells apart; the others' images stay blank. */
  readonly digits: readonly number[]
  /** The run's, 0 to 2^32 - 1. */
  readonly seed: number
}

/** Epochs kept in memory: the one that trains and the next, 47 MB each. */
const KEPT = 2

/** Threads beside the one that trains; while that one waits there is another. With two cores that makes two in all. */
const WORKERS = Math.min(Math.max(availableParallelism() - 1, 1), 4)

/** The generator's seed for an epoch of a run, 1 or more: no two runs or epochs, nor the fixed sets, share a random stream. */
export function freshSeed(seed: number, epoch: number): number {
  // Streams of different kinds differ in the lowest two bits of the upper half (random.ts).
  return seed + 4 * epoch * 2 ** 32
}

type Made = { readonly images: Promise<Uint8Array>; readonly hurry: () => void }

export class FreshImages {
  readonly #options: FreshImagesOptions
  /** The newest use last. */
  readonly #made = new Map<number, Made>()
  readonly #closed = new AbortController()

  constructor(options: FreshImagesOptions) {
    this.#options = options
  }

  /** `[train.count, 784]` of epoch 0, 1, ...; the same again whenever asked. Rejects once it is closed. */
  async images(epoch: number): Promise<Uint8Array> {
    if (epoch === 0) return this.#options.train.images
    const made = this.#make(epoch)
    made.hurry()
    try {
      return await made.images
    } catch (error) {
      this.#made.delete(epoch)
      throw error
    }
  }

  /** Begins with these images, unless they are there or under way. */
  prepare(epoch: number): void {
    // What goes wrong is told to whoever asks for the images.
    if (epoch > 0) this.#make(epoch).images.catch(() => undefined)
  }

  /** Ends what is under way. */
  close(): void {
    this.#closed.abort(new Error('These images are not wanted any more.'))
    this.#made.clear()
  }

  #make(epoch: number): Made {
    const known = this.#made.get(epoch)
    this.#made.delete(epoch)
    const made = known ?? this.#begin(epoch)
    this.#made.set(epoch, made)
    for (const oldest of [...this.#made.keys()].slice(0, -KEPT)) this.#made.delete(oldest)
    return made
  }

  #begin(epoch: number): Made {
    const { train, digits, seed } = this.#options
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const set = generateInWorkers({
      count: train.count,
      seed: freshSeed(seed, epoch),
      labels: train.labels,
      only: digits,
      workers: WORKERS,
      hurry: promise,
      signal: this.#closed.signal,
    })
    return { images: set.then(({ images }) => images), hurry: () => resolve(undefined) }
  }
}
