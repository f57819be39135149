/** Everything that the engine tells without being asked. Names are in the past tense; payloads are checked by type alone, since the engine is ours. */
import type { ErrorPayload } from '../../data/error.ts'
import type { ExportInfo, ImportInfo } from './transfers.ts'
import type {
  Diagnosis,
  DownloadInfo,
  DownloadProgress,
  EngineState,
  EpochRecord,
  RateCurve,
  RunSummary,
} from './types.ts'

export type Events = {
  /**
   * Told by the front door, on connecting and at each change: calls that waited have been rejected at `restarting` and
   * `failed`; at `running` read again what is shown. `problem` is set with `failed` alone.
   */
  'engine.changed': { readonly state: EngineState; readonly problem: ErrorPayload | null }
  /** State, learning rate or model changed; carries the whole summary. */
  'run.changed': { readonly run: RunSummary }
  /** At most 20 a second. `losses[i]` belongs to mini-batch `firstStep + i`; a gap in `sequence` means: read the run again. */
  'run.progressed': {
    readonly run: number
    readonly sequence: number
    readonly firstStep: number
    readonly losses: Float32Array
    readonly learningRate: number
    readonly imagesPerSecond: number
    readonly secondsLeft: number
  }
  /** Mini-batches after `step` did not happen: their losses and epochs are gone. */
  'run.wentBack': { readonly run: number; readonly step: number }
  /** What is wrong with the run now, the likeliest cause first; none when all is well again. */
  'run.diagnosed': { readonly run: number; readonly diagnoses: readonly Diagnosis[] }
  'run.epochEnded': { readonly run: number; readonly epoch: EpochRecord }
  'run.removed': { readonly run: number }
  /** The curve so far of the search that `run.findRate` has under way, and how much of its range is tried, 0..1. */
  'run.rateProgressed': { readonly search: number; readonly curve: RateCurve; readonly fraction: number }
  /** A set was read, generated or found damaged. */
  'dataset.changed': { readonly dataset: string }
  /** 0..1 while a set is generated. */
  'dataset.progressed': { readonly dataset: string; readonly fraction: number }
  /** At most ten a second. */
  'download.progressed': { readonly dataset: string; readonly progress: DownloadProgress }
  /** A download began or ended. */
  'download.changed': { readonly download: DownloadInfo }
  /** At most ten a second. `fraction` is null where it is not known how much there is. */
  'import.progressed': { readonly import: number; readonly fraction: number | null; readonly images: number }
  'import.ended': { readonly import: ImportInfo }
  /** At most ten a second. */
  'export.progressed': { readonly export: number; readonly fraction: number }
  'export.ended': { readonly export: ExportInfo }
  'model.changed': Record<never, never>
  'drawing.changed': Record<never, never>
  'settings.changed': Record<never, never>
}

export type EventName = keyof Events
export type EventListener = <Name extends EventName>(name: Name, payload: Events[Name]) => void
