/** The one run store of the page, fed by its connection, and the hook that components read it with. */
import { useStore } from 'zustand'
import { client, onEngineReady } from '../connection.ts'
import { createRunStore } from './run-store.ts'
import type { RunsState } from './run-store.ts'

export const runs = createRunStore(client)

onEngineReady(() => void runs.refresh())

export function useRuns<T>(selector: (state: RunsState) => T): T {
  return useStore(runs.api, selector)
}
