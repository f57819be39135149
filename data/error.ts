/**
 * The one error type of Inkling and the list of its codes. Everything that a person can meet as an error is an
 * AppError; anything else that is thrown is a bug and is reported as `internal/unexpected` at the boundary.
 */

/** Stable codes, `area/what`. To add one, add a line here; tests and the renderer know errors by code, never by message. */
export const errorCodes = [
  // Data sets and files
  'dataset/bad-magic',
  'dataset/truncated',
  'dataset/trailing-bytes',
  'dataset/bad-gzip',
  'dataset/bad-shape',
  'dataset/bad-label',
  'dataset/count-mismatch',
  'dataset/empty-folder',
  'dataset/missing-split',
  'dataset/unknown',
  'dataset/no-such-image',
  'dataset/no-images-of-class',
  'file/not-found',
  'file/unreadable',
  'file/not-writable',
  'image/unreadable',
  'image/too-large',
  'image/blank',
  'drawing/bad-json',
  'drawing/bad-format',
  'drawing/blank',
  'drawing/unknown',
  // Downloads
  'download/not-offered',
  'download/failed',
  'download/disk-full',
  'download/busy',
  'download/bad-address',
  // Imports and exports
  'import/unknown-format',
  'import/bad-archive',
  'import/too-large',
  'import/unsafe-path',
  'import/encrypted',
  'import/nested-archive',
  'import/bad-table',
  'import/other-table',
  'import/bad-array',
  'import/bad-parquet',
  'import/no-images',
  'import/too-many-classes',
  'import/bad-name',
  'import/name-taken',
  'import/not-imported',
  'import/unknown-upload',
  'import/bad-upload',
  'import/busy',
  'export/target-taken',
  'export/not-writable',
  'export/unknown',
  'export/busy',
  // Library
  'library/not-writable',
  'library/damaged',
  'library/newer-version',
  // Models and graphs
  'graph/shape-mismatch',
  'graph/unknown-value',
  'graph/no-gradient',
  'model/not-onnx',
  'model/no-metadata',
  'model/bad-metadata',
  'model/unknown',
  'model/wrong-classes',
  // Training
  'train/bad-specification',
  'train/loss-needs-two-classes',
  'train/unknown-run',
  'train/wrong-state',
  'train/busy',
  'train/no-such-value',
  'train/too-many-numbers',
  // Devices
  'device/unknown',
  'device/unavailable',
  // Tensor bench
  'tensor/syntax',
  'tensor/unknown-name',
  'tensor/shape-mismatch',
  'tensor/out-of-range',
  'tensor/wrong-type',
  'tensor/wrong-value',
  'tensor/no-gradient',
  'tensor/too-large',
  'tensor/too-slow',
  // Process, channel, doors
  'engine/crashed',
  'engine/not-started',
  'channel/closed',
  'channel/refused',
  'channel/bad-message',
  'channel/unknown-command',
  'channel/bad-arguments',
  'server/port-in-use',
  'server/no-renderer',
  'internal/unexpected',
  // Command line
  'usage/unknown-command',
  'usage/unknown-option',
  'usage/missing-option',
  'usage/bad-value',
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** Values that help to act on an error; JSON only, never pixels or secrets. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>

/** An error as it crosses a channel or stands in a `--json` answer. */
export type ErrorPayload = { readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails }

/**
 * An expected failure. The message says where, what was expected, what was found and what the person can do, in
 * whole sentences; the code is for programs.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.details = options.details ?? {}
  }
}

const knownCodes: ReadonlySet<string> = new Set(errorCodes)

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && knownCodes.has(value)
}

/** What crosses a boundary for anything thrown: an AppError as it is, a bug as `internal/unexpected` with its message. */
export function toErrorPayload(thrown: unknown): ErrorPayload {
  if (thrown instanceof AppError) return { code: thrown.code, message: thrown.message, details: thrown.details }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return {
    code: 'internal/unexpected',
    message: `Inkling met an error that it did not expect: ${message}. Nothing saved is affected; try again, or restart Inkling.`,
    details: {},
  }
}

export function fromErrorPayload(payload: ErrorPayload): AppError {
  return new AppError(payload.code, payload.message, { details: payload.details })
}

/** For the branch of a switch that no value can reach; fails to compile when a case is missing. */
export function assertNever(value: never, what = 'value'): never {
  throw new Error(`Unexpected ${what}: ${String(value)}`)
}
