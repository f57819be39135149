/**
 * Measures accuracies in the background: one model at a time, in pieces so small that a drawing hardly waits for one, and
 * only while nobody draws.
 */
import { imageAt, type ImageSet } from '../../data/image-set.ts'

/** Images in a piece: a few milliseconds of the largest starter model. */
const PIECE = 50
/** Milliseconds without a drawing until measuring goes on. */
const QUIET = 500
const LOOK_AGAIN = 100

/** The digits that a model reads in `count` pictures of `pixels`, `[count x 784]`. */
export type Reader = (pixels: Uint8Array, count: number) => readonly number[] | Promise<readonly number[]>

export class AccuracyMeter {
  #lastDrawing = 0
  #queue: Promise<unknown> = Promise.resolve()

  /** Somebody draws: measuring makes way. */
  noteDrawing(): void {
    this.#lastDrawing = performance.now()
  }

  /** The share of the images in which `read` finds their label. */
  measure(set: ImageSet, read: Reader): Promise<number> {
    const measured = this.#queue.then(() => this.#measure(set, read))
    // The next one takes its turn however this one ends; its own caller hears of that.
    this.#queue = Promise.allSettled([measured])
    return measured
  }

  async #measure(set: ImageSet, read: Reader): Promise<number> {
    let correct = 0
    for (let start = 0; start < set.count; start += PIECE) {
      await this.#quiet()
      const count = Math.min(PIECE, set.count - start)
      const size = set.height * set.width
      const digits = await read(set.images.subarray(start * size, (start + count) * size), count)
      for (const [row, digit] of digits.entries()) if (digit === set.labels[start + row]) correct += 1
    }
    return correct / set.count
  }

  async #quiet(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    while (performance.now() - this.#lastDrawing < QUIET) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN))
    }
  }
}

/** A reader made of one that takes a single picture. */
export function oneByOne(read: (pixels: Uint8Array) => number): Reader {
  return (pixels, count) => {
    const pictures = { images: pixels, labels: new Uint8Array(count), count, height: 1, width: pixels.length / count }
    return Array.from({ length: count }, (_, index) => read(imageAt(pictures, index)))
  }
}
