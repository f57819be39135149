/** The choices that outlive a restart, as the engine keeps them; changed at once here, then there. */
import { createStore, useStore } from 'zustand'
import type { Settings } from '../../main/contract/types.ts'
import { client, onEngineReady } from '../connection.ts'

type SettingsState = { readonly settings: Settings | null; readonly problem: Error | null }

const KEY = 'inkling-settings'

function readStored(): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null')
  } catch (error) {
    console.info('The remembered settings could not be read:', error)
    return null
  }
}

/** What this tab was told last, so that a reload shows the right page at once. */
function remembered(): Settings | null {
  const stored = readStored()
  if (typeof stored !== 'object' || stored === null || !('welcomeDone' in stored) || !('colorScheme' in stored))
    return null
  const { welcomeDone, colorScheme } = stored
  if (typeof welcomeDone !== 'boolean') return null
  if (colorScheme !== 'light' && colorScheme !== 'dark' && colorScheme !== 'auto') return null
  return { welcomeDone, colorScheme }
}

const store = createStore<SettingsState>(() => ({ settings: remembered(), problem: null }))
store.subscribe(({ settings }) => {
  if (settings !== null) sessionStorage.setItem(KEY, JSON.stringify(settings))
})

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
