/**
 * Drawings on their way to the engine. One leaves the canvas at once, so that the next can be drawn, and waits here until the engine
 * says that it has it: through a reload, and through the end of an engine, whose successor is sent it again under the same key.
 * Knows neither React nor the connection.
 */
import { createStore } from 'zustand'
import type { Drawing } from '../../data/drawing.ts'
import { toErrorPayload } from '../../data/error.ts'
import type { ErrorPayload } from '../../data/error.ts'
import type { KeptDrawing } from '../../main/contract/types.ts'
import { isEngineLoss } from '../engine-loss.ts'

export type Waiting = { readonly key: string; readonly drawing: Drawing }

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
  /** Where what waits outlives a reload: `sessionStorage`. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>
}

const KEY = 'inkling-drawings-to-keep'

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
    this.#change([...this.state.getState().waiting, { key: newKey(), drawing }])
    void this.send()
  }

  /** Gives the oldest one back, which then waits no more; null where none waits. */
  takeBack(): Drawing | null {
    const [oldest, ...rest] = this.state.getState().waiting
    if (oldest === undefined) return null
    this.#change(rest)
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
        this.#change(this.state.getState().waiting.filter(({ key }) => key !== oldest.key))
        this.#options.onKept(kept)
      } catch (thrown) {
        const problem = toErrorPayload(thrown)
        if (!isEngineLoss(problem)) this.state.setState({ problem })
        return
      }
    }
  }

  #change(waiting: readonly Waiting[]): void {
    this.state.setState({ waiting })
    try {
      this.#options.storage.setItem(KEY, JSON.stringify(waiting))
    } catch (error) {
      // A full store costs no more than what waits now, and only if the page is reloaded before an engine has it.
      console.info('Drawings that wait are not kept for a reload:', error)
    }
  }
}

/** Not `crypto.randomUUID`, which is there in secure contexts alone. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('-')
}

function restore(storage: OutboxOptions['storage']): readonly Waiting[] {
  try {
    const stored: unknown = JSON.parse(storage.getItem(KEY) ?? '[]')
    // What the engine cannot read, it says.
    return Array.isArray(stored) ? (stored as Waiting[]) : []
  } catch (error) {
    console.info('Drawings that waited could not be read:', error)
    return []
  }
}
