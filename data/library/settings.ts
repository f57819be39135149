/** Settings, one row each. To add one: its type in types.ts, its default and its check here. */
import type { Database } from './database.ts'
import type { StoredSettings } from './types.ts'

export const defaultSettings: StoredSettings = { welcomeDone: false, colorScheme: 'auto', trainingSpeed: null }

const checks: { readonly [Key in keyof StoredSettings]: (value: unknown) => value is StoredSettings[Key] } = {
  welcomeDone: (value) => typeof value === 'boolean',
  colorScheme: (value): value is StoredSettings['colorScheme'] =>
    value === 'light' || value === 'dark' || value === 'auto',
  trainingSpeed: (value): value is number | null =>
    value === null || (typeof value === 'number' && value > 0 && Number.isFinite(value)),
}

export class SettingTable {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** A setting that was never chosen, or whose kept value means nothing to this version, has its default. */
  read(): StoredSettings {
    const kept = new Map(
      this.#database.all('SELECT key, value FROM settings').map((row) => [String(row['key']), String(row['value'])]),
    )
    const valueOf = <Key extends keyof StoredSettings>(key: Key): StoredSettings[Key] => {
      const text = kept.get(key)
      const value: unknown = text === undefined ? undefined : JSON.parse(text)
      return checks[key](value) ? value : defaultSettings[key]
    }
    return {
      welcomeDone: valueOf('welcomeDone'),
      colorScheme: valueOf('colorScheme'),
      trainingSpeed: valueOf('trainingSpeed'),
    }
  }

  change(changes: { readonly [Key in keyof StoredSettings]?: StoredSettings[Key] | undefined }): StoredSettings {
    this.#database.transaction(() => {
      for (const [key, value] of Object.entries(changes)) {
        if (value === undefined) continue
        this.#database.run('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)', key, JSON.stringify(value))
      }
    })
    return this.read()
  }
}
