/** Lets a few pieces of work run at the same time; the others wait, in the order in which they came. */
export class Turns {
  #free: number
  readonly #waiting: (() => void)[] = []

  /** `atOnce`: how many may run. */
  constructor(atOnce: number) {
    this.#free = atOnce
  }

  /** What `work` gives, once it had its turn. @throws what the signal was aborted with while it waited; what `work` throws */
  async take<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
    signal.throwIfAborted()
    if (this.#free === 0) await this.#turn(signal)
    else this.#free -= 1
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free += 1
      else next()
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    const turn = Promise.withResolvers<void>()
    const enter = (): void => turn.resolve()
    const leave = (): void => {
      const at = this.#waiting.indexOf(enter)
      if (at < 0) return
      this.#waiting.splice(at, 1)
      turn.reject(signal.reason)
    }
    this.#waiting.push(enter)
    signal.addEventListener('abort', leave)
    try {
      await turn.promise
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }
}
