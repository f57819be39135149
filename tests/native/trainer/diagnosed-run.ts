/** A run from its settings to its end, with what was found wrong at last. */
import type { Diagnosis } from '../../../native/learn/diagnose.ts'
import type { RunSpecification } from '../../../native/learn/specification.ts'
import { Trainer, type TrainerSets } from '../../../native/trainer/trainer.ts'

export type DiagnosedRun = {
  readonly diagnoses: readonly Diagnosis[]
  /** Of the last epoch; 0 where none ended. */
  readonly accuracy: number
}

export async function diagnosedRun(specification: RunSpecification, sets: TrainerSets): Promise<DiagnosedRun> {
  let diagnoses: readonly Diagnosis[] = []
  let last = 0
  const trainer = await Trainer.create(specification, sets, {
    diagnosed: (found) => {
      diagnoses = found
    },
    epochEnded: ({ accuracy }) => {
      last = accuracy
    },
  })
  trainer.resume()
  await trainer.ended
  await trainer.dispose()
  return { diagnoses, accuracy: last }
}
