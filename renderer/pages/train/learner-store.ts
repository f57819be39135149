/** What the Train page remembers while one looks at other pages: the edited form, the last problem, the runs being removed. */
import { createStore, useStore } from 'zustand'
import type { AppError } from '../../../data/error.ts'
import type { Draft } from './draft.ts'

/** What was asked of the engine. */
export type CommandKind = 'start' | 'pause' | 'resume' | 'batch' | 'epoch' | 'back' | 'stop' | 'continue'

/** What one can look at inside a model. */
export type Inside = 'weights' | 'gradients' | 'activations'

type LearnerState = {
  /** Null until a person edits: the form then shows the settings of the run that is shown. */
  readonly draft: Draft | null
  /** Why the last command failed; null once another one works or it is put away. */
  readonly error: AppError | null
  /** The command that the engine has not answered yet, once that takes long enough to be seen; else null. */
  readonly underWay: CommandKind | null
  /** Runs that are gone from the list but can still be brought back. */
  readonly removing: ReadonlySet<number>
  readonly logarithmic: boolean
  /** What the panel of weights shows. */
  readonly inside: Inside
  /** Runs whose warning about their device was put away. */
  readonly deviceWarningsRead: ReadonlySet<number>
}

export const learner = createStore<LearnerState>(() => ({
  draft: null,
  error: null,
  underWay: null,
  removing: new Set(),
  logarithmic: true,
  inside: 'weights',
  deviceWarningsRead: new Set(),
}))

export function useLearner<T>(selector: (state: LearnerState) => T): T {
  return useStore(learner, selector)
}
