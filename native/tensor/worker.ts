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
/** `begun` comes as soon as a request is taken up, one of the others when it has ended. */
export type BenchReply = { readonly id: number } & (
  | { readonly kind: 'begun' }
  | { readonly kind: 'evaluated'; readonly evaluation: Evaluation }
  | { readonly kind: 'failed'; readonly failure: string }
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

function reply(message: BenchReply): void {
  parentPort?.postMessage(message)
}

parentPort?.on('message', ({ id, session: name, images, reset, source }: BenchRequest) => {
  reply({ id, kind: 'begun' })
  try {
    const session = sessionOf(name)
    if (reset) session.reset()
    if (images !== null) session.setImages(images)
    reply({ id, kind: 'evaluated', evaluation: session.evaluate(source) })
  } catch (error) {
    reply({ id, kind: 'failed', failure: error instanceof Error ? error.message : String(error) })
  }
})
