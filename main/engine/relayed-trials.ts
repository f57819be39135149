/** Trial processes that the engine's parent starts for it; the other end is main/supervisor/trial-relay.ts. */
import type { TrialLauncher, TrialProcess } from '../../native/runtime/trial-process.ts'
import type { TrialFromEngine, TrialToEngine } from '../contract/process-messages.ts'

export type RelayedTrials = {
  /** Which file it is the parent knows: the engine may not choose what is started. */
  readonly launch: TrialLauncher
  /** What the parent says of them. */
  receive(message: TrialToEngine): void
}

export function relayTrials(tell: (message: TrialFromEngine) => void): RelayedTrials {
  type Listeners = { message: (message: unknown) => void; exit: (how: string) => void }
  const running = new Map<number, Listeners>()
  let last = 0

  function launch(): TrialProcess {
    const trial = (last += 1)
    const listeners: Listeners = { message: () => undefined, exit: () => undefined }
    running.set(trial, listeners)
    tell({ type: 'trial-start', trial })
    return {
      pid: undefined,
      send: (message) => tell({ type: 'trial-send', trial, message }),
      onMessage(listener) {
        listeners.message = listener
      },
      // One that cannot start is told as one that has ended.
      onError: () => undefined,
      onExit(listener) {
        listeners.exit = listener
      },
      kill: () => tell({ type: 'trial-kill', trial }),
    }
  }

  return {
    launch,
    receive(told) {
      const listeners = running.get(told.trial)
      if (told.type === 'trial-message') listeners?.message(told.message)
      else {
        running.delete(told.trial)
        listeners?.exit(told.how)
      }
    },
  }
}
