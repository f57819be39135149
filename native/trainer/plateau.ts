/** Notices a model that answers with one and the same class whatever it is shown, and goes on doing so. */
import { classFromLogits } from '../learn/losses.ts'

/** What a look at some images showed. */
export type Look = {
  /** The class that all or almost all images were read as; null where the model tells them apart. */
  readonly only: number | null
  /** The largest difference between two images in any output: 0 where the model does not look at its input. */
  readonly spread: number
  /** The largest output, regardless of its sign. */
  readonly largest: number
}

/** Share of the images from which a class counts as the only one. */
const ALMOST_ALL = 0.995

/** `logits` are `[images, outputs]` of images in which no class prevails. */
export function lookAt(logits: Float32Array, outputs: number): Look {
  const images = logits.length / outputs
  const counts = new Map<number, number>()
  const lows = new Float32Array(outputs).fill(Infinity)
  const highs = new Float32Array(outputs).fill(-Infinity)
  for (let image = 0; image < images; image += 1) {
    const row = logits.subarray(image * outputs, (image + 1) * outputs)
    const answer = classFromLogits(row)
    counts.set(answer, (counts.get(answer) ?? 0) + 1)
    for (const [output, logit] of row.entries()) {
      lows[output] = Math.min(lows[output] ?? Infinity, logit)
      highs[output] = Math.max(highs[output] ?? -Infinity, logit)
    }
  }
  const [most] = [...counts].filter(([, count]) => count >= ALMOST_ALL * images)
  const spread = highs.reduce((widest, high, output) => Math.max(widest, high - (lows[output] ?? 0)), 0)
  const largest = highs.reduce((top, high, output) => Math.max(top, Math.abs(high), Math.abs(lows[output] ?? 0)), 0)
  return { only: most?.[0] ?? null, spread, largest }
}

/** Seconds of training between two looks, and for how long one class is a passing state of learning. */
export const LOOK_EVERY = 0.25
const PATIENCE = 0.4

export class PlateauWatch {
  #since: { readonly only: number; readonly seconds: number } | null = null
  #lookedAt = 0
  #last: Look | null = null

  /** Whether it is time to look again, after so many seconds of training. */
  due(seconds: number): boolean {
    return seconds - this.#lookedAt >= LOOK_EVERY
  }

  /** The newest look, or null. */
  get last(): Look | null {
    return this.#last
  }

  /** True once the looks have shown nothing but one class for a while. */
  see(look: Look, seconds: number): boolean {
    this.#last = look
    this.#lookedAt = seconds
    if (look.only === null) this.#since = null
    else if (this.#since?.only !== look.only) this.#since = { only: look.only, seconds }
    return this.#since !== null && seconds - this.#since.seconds >= PATIENCE
  }

  /** What was seen did not happen. */
  forget(): void {
    this.#since = null
    this.#last = null
  }
}
