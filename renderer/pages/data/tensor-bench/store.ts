/** The tensor bench's state: what is being typed, what was evaluated, and the names that are known. Kept while the tab is open. */
import { createStore } from 'zustand'
import { toErrorPayload } from '../../../../data/error.ts'
import type { ErrorPayload } from '../../../../data/error.ts'
import type { KnownName, TensorEvaluation } from '../../../../main/contract/types.ts'
import { client } from '../../../connection.ts'

export type Entry = {
  readonly id: number
  readonly source: string
  /** Null while it is being computed. */
  readonly evaluation: TensorEvaluation | null
  /** Why it could not be asked: the engine or the data set is gone. */
  readonly failure: ErrorPayload | null
}

type BenchState = {
  readonly draft: string
  /** Newest first. */
  readonly entries: readonly Entry[]
  readonly names: readonly KnownName[]
  readonly busy: boolean
}

/** Entries that stay to be looked at. */
const MOST_ENTRIES = 40
const session = crypto.randomUUID()
let nextId = 1

/** What stands there to begin with, for a set that has threes and for any other. */
const firstDrafts = { pair: 'im3[4:10,4:10]', other: 'images[0][4:10,4:10]' } as const

export const bench = createStore<BenchState>(() => ({ draft: firstDrafts.pair, entries: [], names: [], busy: false }))

/** Changes the first text where nobody has changed it yet. */
export function suggestDraft(hasPair: boolean): void {
  const [wanted, other] = hasPair ? [firstDrafts.pair, firstDrafts.other] : [firstDrafts.other, firstDrafts.pair]
  if (bench.getState().draft === other) setDraft(wanted)
}

export function setDraft(draft: string): void {
  bench.setState({ draft })
}

/** Evaluates a text; its results come first in the list. */
export async function evaluate(source: string, dataset: string | null): Promise<void> {
  if (source.trim() === '' || bench.getState().busy) return
  const id = nextId++
  const added: Entry = { id, source, evaluation: null, failure: null }
  bench.setState(({ entries }) => ({ busy: true, entries: [added, ...entries].slice(0, MOST_ENTRIES) }))
  const settle = (change: Partial<Entry>): void => {
    bench.setState(({ entries, names }) => ({
      busy: false,
      entries: entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry)),
      names: change.evaluation?.names ?? names,
    }))
  }
  try {
    settle({ evaluation: await client.call('tensor.evaluate', { session, dataset, source }) })
  } catch (thrown) {
    settle({ failure: toErrorPayload(thrown) })
  }
}

/** Forgets all names that were given, and the results. Throws what the engine says. */
export async function startOver(dataset: string | null): Promise<void> {
  const { names } = await client.call('tensor.reset', { session, dataset })
  bench.setState({ entries: [], names })
}

/** The names of the data, before anything was evaluated. */
export async function readNames(dataset: string | null): Promise<void> {
  const { names } = await client.call('tensor.evaluate', { session, dataset, source: '' })
  bench.setState({ names })
}
