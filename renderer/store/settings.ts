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
  const speed = 'trainingSpeed' in stored ? stored.trainingSpeed : null
  if (typeof welcomeDone !== 'boolean') return null
  if (colorScheme !== 'light' && colorScheme !== 'dark' && colorScheme !== 'auto') return null
  return { welcomeDone, colorScheme, trainingSpeed: typeof speed === 'number' ? speed : null }
}

const store = createStore<SettingsState>(() => ({ settings: remembered(), problem: null }))
store.subscribe(({ settings }) => {
  if (settings !== null) sessionStorage.setItem(KEY, JSON.stringify(settings))
})

async function read(): Promise<void> {
  try {
    const settings = await client.call('settings.read', {})
    // What was wanted meanwhile is newer.
    const trainingSpeed = wantedSpeed === null ? settings.trainingSpeed : wantedSpeed.speed
    store.setState({ settings: { ...settings, trainingSpeed }, problem: null })
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

type Wanted = { readonly speed: number | null }
let wantedSpeed: Wanted | null = null
let speedUnderWay = false

/** Mini-batches a second at most; null: full speed. Sends the newest wish, one command at a time, however fast the slider moves. */
export async function changeTrainingSpeed(speed: number | null): Promise<void> {
  wantedSpeed = { speed }
  const { settings } = store.getState()
  if (settings !== null) store.setState({ settings: { ...settings, trainingSpeed: speed } })
  if (speedUnderWay) return
  speedUnderWay = true
  try {
    for (let sent: Wanted | null = null; sent !== wantedSpeed;) {
      sent = wantedSpeed
      const answer = await client.call('run.setSpeed', sent)
      if (sent === wantedSpeed) store.setState({ settings: answer, problem: null })
    }
  } catch (thrown) {
    store.setState({ problem: thrown instanceof Error ? thrown : new Error(String(thrown)) })
    void read()
  } finally {
    wantedSpeed = null
    speedUnderWay = false
  }
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
