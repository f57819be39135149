/** Pauses in long work, so that commands are heard and progress gets out meanwhile: the engine has one thread for both. */
import { setImmediate } from 'node:timers/promises'

/** Milliseconds of work between two pauses. */
const TURN = 10

export class Breather {
  #since = performance.now()

  /** Call it often: it pauses when it is time, and costs next to nothing else. Null where there is no need to wait. */
  pause(): Promise<void> | null {
    if (performance.now() - this.#since < TURN) return null
    return this.#breathe()
  }

  async #breathe(): Promise<void> {
    await setImmediate()
    this.#since = performance.now()
  }
}
