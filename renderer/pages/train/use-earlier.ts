/** The run that another one began in, as lines beneath its own. */
import { useEffect, useMemo } from 'react'
import type { RunSummary } from '../../../main/contract/types.ts'
import { runs, useRuns } from '../../store/runs.ts'
import type { EarlierAccuracies } from '../../ui/charts/accuracy-chart.tsx'
import { epochOfStep, type EarlierLosses } from '../../ui/charts/loss-layer.tsx'
import { useLearner } from './learner-store.ts'
import { useLiveRun } from './use-run.ts'

export type EarlierRun = {
  readonly losses: EarlierLosses
  readonly accuracies: EarlierAccuracies
  /** In epochs of its own. */
  readonly reached: number
}

/** Null for a run of its own, and where the other one is gone. */
export function useEarlierRun(run: RunSummary | null): EarlierRun | null {
  const origin = run?.specification.from?.run ?? null
  const removing = useLearner((state) => origin !== null && state.removing.has(origin))
  const earlier = useRuns((state) => (removing ? null : (state.runs.find(({ id }) => id === origin) ?? null)))
  const id = earlier?.id ?? null
  const { series, epochs, revision } = useLiveRun(earlier)
  useEffect(() => {
    if (id !== null) void runs.open(id)
  }, [id])
  const stepsPerEpoch = earlier?.stepsPerEpoch ?? 0
  return useMemo(() => {
    if (id === null || stepsPerEpoch === 0 || revision < 0) return null
    const name = `run ${id}`
    const points = series.buckets().map(({ step, smooth }) => ({ x: epochOfStep(step, stepsPerEpoch), loss: smooth }))
    return { losses: { name, points }, accuracies: { name, epochs }, reached: series.length / stepsPerEpoch }
  }, [id, stepsPerEpoch, series, epochs, revision])
}
