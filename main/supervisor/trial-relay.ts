/** Starts trial processes for an engine that cannot start any itself, and passes on what both say. */
import type { FromEngine, TrialProcess, TrialToEngine } from '../contract/process-messages.ts'

export type TrialRelay = {
  /** Takes what concerns trials, and leaves the rest alone. */
  receive(message: FromEngine): void
  /** The engine has ended: nobody waits for its trials any more. */
  close(): void
}

export function createTrialRelay(start: () => TrialProcess, tell: (message: TrialToEngine) => void): TrialRelay {
  const running = new Map<number, TrialProcess>()

  function ended(trial: number, how: string): void {
    if (running.delete(trial)) tell({ type: 'trial-exit', trial, how })
  }

  function launch(trial: number): void {
    const child = start()
    running.set(trial, child)
    child.onMessage((message) => {
      if (running.has(trial)) tell({ type: 'trial-message', trial, message })
    })
    child.onError((reason) => ended(trial, reason))
    child.onExit((how) => ended(trial, how))
  }

  return {
    receive(told) {
      if (told.type === 'trial-start') launch(told.trial)
      else if (told.type === 'trial-send') running.get(told.trial)?.send(told.message)
      else if (told.type === 'trial-kill') running.get(told.trial)?.kill()
    },
    close() {
      for (const child of running.values()) child.kill()
      running.clear()
    },
  }
}
