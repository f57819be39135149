/**
 * Drawings on their way to the engine. One leaves the canvas at once, so that the next can be drawn, and waits here until the engine
 * says that it has it: through a reload, a closed window, and the end of an engine, whose successor is sent it again under the same
 * key. Windows that hold the same one do no harm. Knows neither React nor the connection.
 */
import { createStore } from 'zustand'
import type { Drawing } from '../../data/drawing.ts'
import { toErrorPayload } from '../../data/error.ts'
import type { ErrorPayload } from '../../data/error.ts'
import type { KeptDrawing } from '../../main/contract/types.ts'
import { isEngineLoss } from '../engine-loss.ts'

export type Waiting = {
  /** Those that came later are greater. */
  readonly key: string
  readonly drawing: Drawing
}

type OutboxState = {
  /** The oldest first. */
  readonly waiting: readonly Waiting[]
  /** Why the oldest could not be kept; null also while only the engine is missing, which the frame tells. */
  readonly problem: ErrorPayload | null
}

export type OutboxOptions = {
  readonly save: (waiting: Waiting) => Promise<KeptDrawing>
  /** The engine has it. */
  readonly onKept: (kept: KeptDrawing) => void
  /** Where what waits outlives the page, an item each: `localStorage`. */
  readonly storage: Storage
}

const PREFIX = 'inkling-drawing-to-keep '

export class Outbox {
  readonly state
  readonly #options: OutboxOptions
  #sending: Promise<void> | null = null
  /** Asked to send while it sends: what failed before may go through now. */
  #again = false

  constructor(options: OutboxOptions) {
    this.#options = options
    this.state = createStore<OutboxState>(() => ({ waiting: restore(options.storage), problem: null }))
  }

  /** Takes a drawing over and sends it. */
  add(drawing: Drawing): void {
    const waiting = { key: newKey(), drawing }
    this.state.setState((state) => ({ waiting: [...state.waiting, waiting] }))
    try {
      this.#options.storage.setItem(PREFIX + waiting.key, JSON.stringify(drawing))
    } catch (error) {
      // A full store costs no more than what waits now, and only if the page goes before an engine has it.
      console.info('A drawing that waits is not kept for a reload:', error)
    }
    void this.send()
  }

  /** Gives the oldest one back, which then waits no more; null where none waits. */
  takeBack(): Drawing | null {
    const [oldest] = this.state.getState().waiting
    if (oldest === undefined) return null
    this.#forget(oldest)
    void this.send()
    return oldest.drawing
  }

  /** Sends what waits, one after the other; to be called again when an engine is there anew. */
  send(): Promise<void> {
    this.#again = true
    this.#sending ??= this.#sendUntilQuiet()
    return this.#sending
  }

  async #sendUntilQuiet(): Promise<void> {
    while (this.#again) {
      this.#again = false
      this.state.setState({ problem: null })
      await this.#sendAll()
    }
    this.#sending = null
  }

  async #sendAll(): Promise<void> {
    for (;;) {
      const [oldest] = this.state.getState().waiting
      if (oldest === undefined) return
      try {
        const kept = await this.#options.save(oldest)
        this.#forget(oldest)
        this.#options.onKept(kept)
      } catch (thrown) {
        const problem = toErrorPayload(thrown)
        if (!isEngineLoss(problem)) this.state.setState({ problem })
        return
      }
    }
  }

  #forget({ key }: Waiting): void {
    this.state.setState((state) => ({ waiting: state.waiting.filter((other) => other.key !== key) }))
    this.#options.storage.removeItem(PREFIX + key)
  }
}

let last = 0

/** Begins with the time, for the order. Not `crypto.randomUUID`, which is there in secure contexts alone. */
function newKey(): string {
  last = Math.max(Date.now(), last + 1)
  return [last, ...crypto.getRandomValues(new Uint32Array(3))].map((part) => part.toString(36)).join('-')
}

function restore(storage: Storage): readonly Waiting[] {
  const keys = Array.from({ length: storage.length }, (_, place) => storage.key(place) ?? '')
  return keys
    .filter((key) => key.startsWith(PREFIX))
    .sort()
    .flatMap((key) => {
      const drawing = read(storage, key)
      return drawing === null ? [] : [{ key: key.slice(PREFIX.length), drawing }]
    })
}

/** What is an object but no drawing, the engine refuses, and the page tells. */
function read(storage: Storage, key: string): Drawing | null {
  try {
    const stored: unknown = JSON.parse(storage.getItem(key) ?? 'null')
    return typeof stored === 'object' ? (stored as Drawing | null) : null
  } catch (error) {
    console.info('A drawing that waited could not be read:', error)
    return null
  }
}
