/** The library on disk: what Inkling keeps of a person's work. */
export { openLibrary, Library } from './library.ts'
export type { LibraryOptions } from './library.ts'
export type { Checkpoint } from './checkpoints.ts'
export { defaultSettings } from './settings.ts'
export type {
  NewRun,
  RunFacts,
  StoredDevice,
  StoredDiagnosis,
  StoredDrawing,
  StoredEpoch,
  StoredRate,
  StoredRecord,
  StoredRun,
  StoredRunState,
  StoredSettings,
} from './types.ts'
