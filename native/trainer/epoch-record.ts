/** What is kept of an epoch, and whether it is good enough to end the run. */
import { ascending, classMetrics } from '../learn/metrics.ts'
import { classesOf, type StopAt } from '../learn/specification.ts'
import type { Evaluation } from './evaluation.ts'
import type { Track } from './track.ts'
import type { TrainerEpoch } from './trainer-types.ts'

/** The same with the digits ascending in rows and columns. */
export function inDigitOrder(evaluation: Evaluation, digits: readonly number[]): Evaluation {
  return { ...evaluation, confusion: ascending(evaluation.confusion, classesOf(digits)).confusion }
}

/** Of the epoch that has just ended; `evaluation` is the model's own. */
export function epochRecord(track: Track, evaluation: Evaluation, digits: readonly number[]): TrainerEpoch {
  const { loss: validLoss, accuracy, confusion } = inDigitOrder(evaluation, digits)
  const sorted = digits.toSorted((a, b) => a - b)
  return { ...track.epochFigures(), validLoss, accuracy, confusion, classes: classMetrics(confusion, sorted) }
}

export function reaches(stop: StopAt | null, { accuracy, loss }: Evaluation): boolean {
  if (stop === null) return false
  return stop.metric === 'accuracy' ? accuracy >= stop.value : loss <= stop.value
}
