/** What a run that has ended is told. */
import { AppError } from '../../data/error.ts'
import type { TrainerState } from './trainer-types.ts'

/** `action` completes "cannot". */
export function wrongState(state: TrainerState, action: string): AppError {
  return new AppError(
    'train/wrong-state',
    `This run has ended (${state}) and cannot ${action}. Start a new one from its settings.`,
  )
}
