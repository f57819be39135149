/** The choices that outlive a restart, as the engine keeps them; changed at once here, then there. */
import { createStore, useStore } from 'zustand'
import type { Settings } from '../../main/contract/types.ts'
import { client, onEngineReady } from '../connection.ts'

type SettingsState = { readonly settings: Settings | null; readonly problem: Error | null }

const store = createStore<SettingsState>(() => ({ settings: null, problem: null }))

async function read(): Promise<void> {
  try {
    store.setState({ settings: await client.call('settings.read', {}), problem: null })
  } catch (thrown) {
    store.setState({ problem: thrown instanceof Error ? thrown : new Error(String(thrown)) })
  }
}

onEngineReady(() => void read())
client.on('settings.changed', () => void read())

/** Null until they were read. */
export function useSettings(): Settings | null {
  return useStore(store, (state) => state.settings)
}

export async function changeSettings(change: Partial<Settings>): Promise<void> {
  const { settings } = store.getState()
  if (settings !== null) store.setState({ settings: { ...settings, ...change } })
  try {
    store.setState({ settings: await client.call('settings.change', change), problem: null })
  } catch (thrown) {
    store.setState({ problem: thrown instanceof Error ? thrown : new Error(String(thrown)) })
  }
}
