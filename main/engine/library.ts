/** The library with the engine's own kind of run in it. */
import { AppError } from '../../data/error.ts'
import { openLibrary, type Library } from '../../data/library/index.ts'
import type { RunSpecification } from '../../native/learn/specification.ts'
import { classMetrics } from '../../native/learn/metrics.ts'
import type { RunRecord } from '../contract/types.ts'
import { specificationSchema } from '../contract/specification-schema.ts'

export type EngineLibrary = Library<RunSpecification>

/** Throws `library/not-writable`, `library/damaged`, `library/newer-version`. */
export async function openEngineLibrary(dataDirectory: string): Promise<EngineLibrary> {
  return await openLibrary(dataDirectory, {
    readSpecification,
    onWriteError: (error) => console.error('Inkling engine: losses of a run could not be kept:', error),
    onUnreadableRun: (error) => console.error(`Inkling engine: ${error.message}`),
  })
}

function readSpecification(json: unknown): RunSpecification {
  const read = specificationSchema.safeParse(json)
  if (read.success) return read.data
  throw new AppError(
    'library/damaged',
    `it has settings that this version does not know (${read.error.issues.map(({ path }) => path.join('.')).join(', ')}).`,
    { cause: read.error },
  )
}

/** A run's whole record, with the figures of each class. Throws `train/unknown-run`. */
export function readRecord(library: EngineLibrary, id: number): RunRecord {
  const record = library.readRun(id)
  const digits = record.run.specification.digits.toSorted((a, b) => a - b)
  const epochs = record.epochs.map((epoch) => ({
    ...epoch,
    classes: epoch.confusion === null ? null : classMetrics(epoch.confusion, digits),
  }))
  return { ...record, epochs }
}
