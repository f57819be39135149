/** Measures a model on a set: loss, accuracy and confusion, from its logits. */
import type { ImageSet } from '../../data/image-set.ts'
import { classFromLogits, lossFunctions } from '../learn/losses.ts'
import type { LossName } from '../learn/specification.ts'

export type Evaluation = {
  /** Share of images whose class the model names. */
  readonly accuracy: number
  /** Mean of the model's own loss. */
  readonly loss: number
  readonly count: number
  /** `[true][predicted]`, class indices of the model. */
  readonly confusion: readonly (readonly number[])[]
}

/** Collects image after image. */
export class EvaluationTally {
  readonly #confusion: number[][]
  readonly #loss: LossName
  #total = 0
  #count = 0
  #correct = 0

  constructor(classes: number, loss: LossName) {
    this.#confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
    this.#loss = loss
  }

  /** `right` is the class index of the image. */
  add(logits: Float32Array, right: number): void {
    const answer = classFromLogits(logits)
    this.#total += lossFunctions[this.#loss].ofImage(logits, right)
    this.#count += 1
    if (answer === right) this.#correct += 1
    const row = this.#confusion[right]
    if (row !== undefined) row[answer] = (row[answer] ?? 0) + 1
  }

  result(): Evaluation {
    return {
      accuracy: this.#correct / this.#count,
      loss: this.#total / this.#count,
      count: this.#count,
      confusion: this.#confusion,
    }
  }
}

/** Images evaluated in one run of the graph: large enough for full speed, small enough to let a pause through. */
const CHUNK = 250

/**
 * Evaluates all images whose class index is not negative. `logitsOf` gets `[n, 784]` pixels and answers `[n, outputs]`
 * logits. Between chunks the event loop gets its turn.
 */
export async function evaluateSet(
  set: ImageSet,
  classes: Int16Array,
  options: { readonly outputs: number; readonly classCount: number; readonly loss: LossName },
  logitsOf: (pixels: Uint8Array, count: number) => Promise<Float32Array>,
): Promise<Evaluation> {
  const tally = new EvaluationTally(options.classCount, options.loss)
  const chosen: number[] = []
  for (const [image, index] of classes.entries()) if (index >= 0) chosen.push(image)
  const size = set.height * set.width
  const everything = chosen.length === set.count
  const gathered = everything ? null : new Uint8Array(Math.min(CHUNK, chosen.length) * size)

  for (let start = 0; start < chosen.length; start += CHUNK) {
    const images = chosen.slice(start, start + CHUNK)
    if (gathered !== null) {
      for (const [row, image] of images.entries()) {
        gathered.set(set.images.subarray(image * size, (image + 1) * size), row * size)
      }
    }
    const pixels =
      gathered?.subarray(0, images.length * size) ?? set.images.subarray(start * size, (start + images.length) * size)
    const logits = await logitsOf(pixels, images.length)
    for (const [row, image] of images.entries()) {
      tally.add(logits.subarray(row * options.outputs, (row + 1) * options.outputs), classes[image] ?? 0)
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  return tally.result()
}
