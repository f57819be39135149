/** The bars of "How far is that?": guessing, the two averages, and the models whose accuracy on these images is known. */
import type { AverageAccuracy, DistanceName, ModelInfo, RunSummary } from '../../../main/contract/types.ts'
import { models } from '../../../native/learn/specification.ts'
import type { AccuracyBar } from '../../ui/charts/accuracy-bars.tsx'

/** More bars than these are hard to tell apart in a small window. */
const MOST_MODELS = 4

type BarFacts = {
  readonly dataset: string
  readonly digits: readonly number[]
  readonly l1: AverageAccuracy | null
  readonly rmse: AverageAccuracy | null
  readonly chosen: DistanceName
  readonly models: readonly ModelInfo[]
  readonly runs: readonly RunSummary[]
}

/** The number that the book gives: the mean of the two digits for a pair, the share of all images for ten. */
export function headline(accuracy: AverageAccuracy): number {
  return accuracy.digits.length === 2 ? accuracy.mean : accuracy.overall
}

export function barsOf({ dataset, digits, l1, rmse, chosen, models: known, runs }: BarFacts): AccuracyBar[] {
  const bars: AccuracyBar[] = [{ key: 'guess', name: 'Guessing', accuracy: 1 / digits.length, chosen: false }]
  if (l1 !== null) bars.push({ key: 'l1', name: 'Average, L1', accuracy: headline(l1), chosen: chosen === 'l1' })
  if (rmse !== null) {
    bars.push({ key: 'rmse', name: 'Average, RMSE', accuracy: headline(rmse), chosen: chosen === 'rmse' })
  }
  const fitting = known.flatMap((model) => {
    const sameDigits = model.digits.length === digits.length && digits.every((digit) => model.digits.includes(digit))
    if (model.kind !== 'trained' || model.dataset !== dataset || model.accuracy === null || !sameDigits) return []
    const run = runs.find((candidate) => candidate.model === model.id)
    const kind = run?.specification.model ?? model.id
    return [{ kind, key: model.id, name: nameOf(model, run), accuracy: model.accuracy, chosen: false }]
  })
  const byAccuracy = fitting.sort((a, b) => b.accuracy - a.accuracy)
  // Of several runs with the same model only the best.
  const best = byAccuracy
    .filter(({ kind }, index) => byAccuracy.findIndex((other) => other.kind === kind) === index)
    .slice(0, MOST_MODELS)
  return [
    ...bars,
    ...best.reverse().map(({ key, name, accuracy, chosen: own }) => ({ key, name, accuracy, chosen: own })),
  ]
}

/** `Small net, run 12`; shipped models as they are called. */
function nameOf(model: ModelInfo, run: RunSummary | undefined): string {
  return run === undefined ? `${model.title}, shipped` : `${models[run.specification.model].title}, run ${run.id}`
}
