/** The settings of a run that begins at a recorded step of another: what they are at first, what differs, and what cannot be. */
import type { RunSummary } from '../../../main/contract/types.ts'
import type { Changes } from '../../../main/contract/specification-schema.ts'
import { draftOf, problemsIn, specificationOf, type Draft, type FieldProblems } from './draft.ts'

/** Where it begins. */
export type BranchStart = {
  readonly run: RunSummary
  readonly step: number
  /** That the run had there. */
  readonly learningRate: number
}

/** What a branch may have otherwise. */
const changeable = [
  'learningRate',
  'optimizer',
  'epochs',
  'batchSize',
  'loss',
  'schedule',
  'weightDecay',
  'dropout',
  'labelSmoothing',
  'order',
  'seed',
] as const

/** The run's own settings at that step. */
export function branchDraft({ run, learningRate }: BranchStart): Draft {
  return draftOf({ ...run.specification, learningRate, stopAt: null })
}

/** What was changed; nothing where the branch is the run itself. */
export function changesIn(draft: Draft, start: BranchStart): Changes {
  const before = specificationOf(branchDraft(start))
  const after = specificationOf(draft)
  return Object.fromEntries(
    changeable.filter((field) => after[field] !== before[field]).map((field) => [field, after[field]]),
  )
}

/** As in the Learner form, and that there is something left to train. */
export function wrongIn(draft: Draft, { run, step }: BranchStart): FieldProblems {
  const problems = problemsIn(draft)
  const least = Math.floor(step / run.stepsPerEpoch) + 1
  const { epochs } = specificationOf(draft)
  return problems.epochs === undefined && epochs < least ? { ...problems, epochs: `at least ${least}` } : problems
}
