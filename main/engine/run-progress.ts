/** The losses of the run that trains, and how far the clients have been told of them: at most 20 messages a second. */
import { LossLog } from './loss-log.ts'

const PROGRESS_MILLISECONDS = 50

/** Losses that were not told before; `firstStep` is 1 for the first mini-batch of the run. */
export type LossMessage = { readonly sequence: number; readonly firstStep: number; readonly losses: Float32Array }

export class RunProgress {
  readonly #log: LossLog
  readonly #send: (message: LossMessage) => void
  #told: number
  #sequence = 0
  #timer: ReturnType<typeof setInterval> | null = null

  /** `losses` are on record already: nobody needs to be told. */
  constructor(losses: Float32Array, send: (message: LossMessage) => void) {
    this.#log = new LossLog(losses)
    this.#told = losses.length
    this.#send = send
  }

  get count(): number {
    return this.#log.count
  }

  /** A copy of all losses. */
  get losses(): Float32Array {
    return this.#log.since(0)
  }

  append(losses: Float32Array): void {
    this.#log.append(losses)
  }

  /** Only the first `count` stay. */
  truncate(count: number): void {
    this.#log.truncate(count)
    this.#told = Math.min(this.#told, count)
  }

  /** Tells now what was not told yet. */
  tell(): void {
    const losses = this.#log.since(this.#told)
    if (losses.length === 0) return
    this.#sequence += 1
    this.#send({ sequence: this.#sequence, firstStep: this.#told + 1, losses })
    this.#told += losses.length
  }

  /** Tells by itself from now on, or not any more. */
  tellOften(often: boolean): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = often ? setInterval(() => this.tell(), PROGRESS_MILLISECONDS) : null
  }
}
