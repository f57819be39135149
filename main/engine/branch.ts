/** What a branch of a run may change, and where in its own count it begins. */
import { AppError } from '../../data/error.ts'
import type { RunRecord } from '../contract/types.ts'
import type { Changes } from '../contract/specification-schema.ts'
import { layerSizes, type RunSpecification } from '../../native/learn/specification.ts'
import { requireValid } from '../../native/learn/validate.ts'
import { computedWith, ratesOf } from './run-past.ts'

export type Branch = {
  readonly specification: RunSpecification
  /** Mini-batches done when it begins, in its own count. */
  readonly step: number
  readonly stepsPerEpoch: number
  readonly rates: RunRecord['rates']
}

/** These decide what the weights mean and what they learned from. */
const fixed = ['dataset', 'digits', 'model', 'hidden', 'activation', 'initialization'] as const

/** These decide which images a mini-batch has. */
const ordering = ['batchSize', 'order', 'seed', 'fresh'] as const

/** Throws `train/bad-specification` where the changes do not fit the run or the step, `train/wrong-state` for a step that it has not. */
export function branchOf(record: RunRecord, step: number, changes: Changes): Branch {
  const { run } = record
  const old = run.specification
  requireRecorded(record, step)
  for (const field of fixed) {
    if (changes[field] === undefined || JSON.stringify(changes[field]) === JSON.stringify(old[field])) continue
    throw unfit(
      field,
      `A branch goes on with the weights of run ${run.id}, so "${field}" must stay ${text(old[field])}; found ${text(changes[field])}. Start a run of its own for that.`,
    )
  }
  const rates = ratesOf(record)
  const present = rates.findLast(({ from }) => from <= step)?.rate ?? old.learningRate
  const specification: RunSpecification = {
    ...computedWith(run),
    learningRate: present,
    stopAt: null,
    ...given(changes),
    from: { run: run.id, step },
  }
  requireValid(specification)
  if (layerSizes(specification).join() !== layerSizes(old).join()) {
    throw unfit(
      'loss',
      `With the loss ${specification.loss} the model has ${layerSizes(specification).at(-1)} outputs, and the weights of run ${run.id} are for ${layerSizes(old).at(-1)}. Choose another loss, or start a run of its own.`,
    )
  }
  const atEpochEnd = step % run.stepsPerEpoch === 0
  const reordered = ordering.find((field) => specification[field] !== old[field])
  if (reordered !== undefined && !atEpochEnd) {
    const nearest = Math.round(step / run.stepsPerEpoch) * run.stepsPerEpoch
    throw unfit(
      reordered,
      `Another "${reordered}" puts other images into the mini-batches, which can begin where an epoch has ended. Branch at mini-batch ${nearest}, or leave it as it is.`,
    )
  }
  const stepsPerEpoch = Math.ceil(run.trainCount / specification.batchSize)
  const ownStep = stepsPerEpoch === run.stepsPerEpoch ? step : (step / run.stepsPerEpoch) * stepsPerEpoch
  if (ownStep >= stepsPerEpoch * specification.epochs) {
    throw unfit(
      'epochs',
      `At mini-batch ${step} all ${specification.epochs} epochs are done. Give the branch more epochs.`,
    )
  }
  const past = stepsPerEpoch === run.stepsPerEpoch ? rates.filter(({ from }) => from <= step) : []
  const next = { from: past.length === 0 ? 1 : ownStep + 1, rate: specification.learningRate }
  const unchanged = past.at(-1)?.rate === next.rate
  return { specification, step: ownStep, stepsPerEpoch, rates: unchanged ? past : [...past, next] }
}

/** Throws `train/wrong-state` where the run has not recorded this step, or its numbers had burst by then. */
export function requireRecorded({ run, losses }: RunRecord, step: number): void {
  const details = { run: run.id, step }
  if (run.stepsPerEpoch === 0 || step > run.step) {
    throw new AppError(
      'train/wrong-state',
      `Run ${run.id} has no mini-batch ${step}: it has ${run.step}. Choose one of them.`,
      { details },
    )
  }
  const good = losses.findLastIndex((loss) => Number.isFinite(loss)) + 1
  if (run.state === 'diverged' && step > good) {
    throw new AppError(
      'train/wrong-state',
      `The loss of run ${run.id} was no number from mini-batch ${good + 1} on. Choose an earlier step than ${step}.`,
      { details },
    )
  }
}

function given(changes: Changes): Partial<RunSpecification> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined))
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function unfit(field: keyof RunSpecification, message: string): AppError {
  return new AppError('train/bad-specification', message, { details: { field } })
}
