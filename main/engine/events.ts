/** The engine's events: whoever computes emits, each client's server listens. */
import type { EventListener, EventName, Events } from '../contract/events.ts'

export type Emit = <Name extends EventName>(name: Name, payload: Events[Name]) => void

export type EventHub = {
  readonly emit: Emit
  /** Returns the function that ends the subscription. */
  readonly onEvent: (listener: EventListener) => () => void
}

export function createEventHub(): EventHub {
  const listeners = new Set<EventListener>()
  return {
    emit(name, payload) {
      for (const listener of listeners) listener(name, payload)
    },
    onEvent(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}
