/** What crosses the channel about imports and exports of data sets. Types alone. */
import type { ExportFormat } from '../../data/export/formats.ts'
import type { ErrorPayload } from '../../data/error.ts'
import type { ImportReport } from '../../data/import/report.ts'
import type { DatasetInfo } from './types.ts'

export type { ExportFormat, ImportReport }

/** `running` until one of the others is told by an event. `cancelled` and `failed` leave nothing behind. */
export type TransferState = 'running' | 'done' | 'cancelled' | 'failed'

/**
 * An upload is how a page hands over files: begin it, append the files' bytes in order, then name it in `import.start` or
 * `drawing.import`. It is given up after ten minutes of silence, and with the engine.
 */
export type UploadInfo = {
  readonly upload: string
  /** Bytes that one `upload.append` may carry, all parts together. */
  readonly chunkBytes: number
}

/** What has come so far. */
export type UploadProgress = { readonly files: number; readonly bytes: number }

export type ImportInfo = {
  readonly import: number
  /** Name that the set is to have. */
  readonly dataset: string
  /** Name of the file or folder that is imported. */
  readonly source: string
  readonly state: TransferState
  /** 0..1, or null where it is not known how much there is. */
  readonly fraction: number | null
  /** Images so far. */
  readonly images: number
  /** The new set and what was done, once it is `done`. */
  readonly result: { readonly info: DatasetInfo; readonly report: ImportReport } | null
  /** Why it `failed`. */
  readonly problem: ErrorPayload | null
}

export type ExportInfo = {
  readonly export: number
  readonly dataset: string
  readonly format: ExportFormat
  readonly state: TransferState
  /** 0..1. */
  readonly fraction: number
  /** The folder that was made, or null for an archive to be read with `export.read`. */
  readonly folder: string | null
  /** Name for the archive, such as `mnist-folder.zip`; null for a folder. */
  readonly fileName: string | null
  /** Of the archive, or of all files in the folder; 0 until it is `done`. */
  readonly bytes: number
  readonly problem: ErrorPayload | null
}

/** A piece of an exported archive. */
export type ExportPiece = { readonly offset: number; readonly bytes: Uint8Array; readonly isLast: boolean }

/** How many drawings a file held, and how many of them are new; the others were here already. */
export type DrawingImport = { readonly read: number; readonly saved: number }

/** Labeled drawings as JSON lines. */
export type DrawingExport = { readonly fileName: string; readonly text: string; readonly count: number }
