/** Entry of the tensor bench's own thread: keeps the sessions and evaluates one text after another, as asked. */
import { parentPort } from 'node:worker_threads'
import type { ChapterImages } from './chapter-names.ts'
import { defaultLimits } from './limits.ts'
import { TensorSession } from './session.ts'
import type { Evaluation } from './session.ts'

export type BenchRequest = {
  readonly id: number
  readonly session: string
  /** The data set's halves, where they are others than last time. */
  readonly images: ChapterImages | null
  /** Forget the session's names first. */
  readonly reset: boolean
  readonly source: string
}
export type BenchReply = { readonly id: number } & (
  { readonly evaluation: Evaluation; readonly failure: null } | { readonly evaluation: null; readonly failure: string }
)

/** Sessions kept; of more, the one not used for longest is forgotten. */
const MOST_SESSIONS = 3
const limits = { ...defaultLimits, liveBytes: () => process.memoryUsage().arrayBuffers }
const sessions = new Map<string, TensorSession>()

function sessionOf(name: string): TensorSession {
  const session = sessions.get(name) ?? new TensorSession(limits)
  sessions.delete(name)
  sessions.set(name, session)
  for (const oldest of sessions.keys()) {
    if (sessions.size <= MOST_SESSIONS) break
    sessions.delete(oldest)
  }
  return session
}

parentPort?.on('message', ({ id, session: name, images, reset, source }: BenchRequest) => {
  let reply: BenchReply
  try {
    const session = sessionOf(name)
    if (reset) session.reset()
    if (images !== null) session.setImages(images)
    reply = { id, evaluation: session.evaluate(source), failure: null }
  } catch (error) {
    reply = { id, evaluation: null, failure: error instanceof Error ? error.message : String(error) }
  }
  parentPort?.postMessage(reply)
})
