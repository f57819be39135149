/** Refuses a run that this computer's memory cannot hold. */
import { totalmem } from 'node:os'
import { AppError } from '../../data/error.ts'
import { memoryOf } from '../learn/memory.ts'
import { isConvolutional, type RunSpecification } from '../learn/specification.ts'

/** Of the computer, or of the container that this runs in, in bytes. */
function memoryHere(): number {
  const limit = process.constrainedMemory()
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem()
}

/** Throws `train/bad-specification` where a run takes more than all of the memory. Other devices have memory of their own. */
export function requireMemory(spec: RunSpecification, available: number = memoryHere()): void {
  if (spec.device !== 'cpu' && spec.device !== 'auto') return
  const { state, batch } = memoryOf(spec)
  if (state + batch <= available) return
  const field = batch > state ? 'batchSize' : isConvolutional(spec.model) ? 'model' : 'hidden'
  const advice = {
    batchSize: 'Choose a smaller batch size.',
    hidden: 'Choose smaller or fewer hidden layers.',
    model: 'Choose a smaller model.',
  }[field]
  throw new AppError(
    'train/bad-specification',
    `Training this takes about ${gigabytes(state + batch)} GB of memory, and this computer has ${gigabytes(available)} GB. ${advice}`,
    { details: { field } },
  )
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1)
