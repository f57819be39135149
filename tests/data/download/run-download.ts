/** A download in a process of its own, which can be killed. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { DownloadOutcome } from '../../../data/download/download.ts'
import type { Offer } from '../../../data/download/offers.ts'
import type { DownloadProgress } from '../../../data/download/progress.ts'

const script = fileURLToPath(new URL('./fixtures/download.ts', import.meta.url))

/** What the process said last: an outcome, an error's code and message, or how far it was when it was killed. */
export type End = {
  readonly outcome?: DownloadOutcome
  readonly code?: string
  readonly message?: string
  readonly progress?: DownloadProgress
}

export type Elsewhere = {
  readonly process: ChildProcess
  /** Resolves when this many bytes are here. */
  readonly reached: (bytes: number) => Promise<void>
  readonly ended: Promise<End>
}

export function downloadElsewhere(offer: Offer, dataDirectory: string, env: Record<string, string> = {}): Elsewhere {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    env: { ...process.env, ...env, DOWNLOAD: JSON.stringify({ offer, dataDirectory }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let last: End = {}
  const waiting: { readonly bytes: number; readonly resolve: () => void }[] = []
  const lines = createInterface(child.stdout)
  lines.on('line', (line) => {
    last = JSON.parse(line) as End
    for (const { bytes, resolve } of waiting) if ((last.progress?.haveBytes ?? Infinity) >= bytes) resolve()
  })
  const ended = Promise.all([once(child, 'exit'), once(lines, 'close')]).then(() => {
    for (const { resolve } of waiting) resolve()
    return last
  })
  return {
    process: child,
    ended,
    reached: (bytes) =>
      new Promise((resolve) => {
        waiting.push({ bytes, resolve })
      }),
  }
}
