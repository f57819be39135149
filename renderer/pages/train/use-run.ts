/** The run that the Train page shows, with its live figures; reads its record when it is not here yet. */
import { useEffect } from 'react'
import type { EpochRecord, RunSummary } from '../../../main/contract/types.ts'
import type { LossSeries } from '../../store/loss-series.ts'
import { activeRun, isActive, shownRun, stepOf, type RunPulse, type RunsState } from '../../store/run-store.ts'
import { runs, useRuns } from '../../store/runs.ts'
import { useConnection } from '../../connection.ts'
import { useLearner } from './learner-store.ts'

const noEpochs: readonly EpochRecord[] = []

export type ShownRun = {
  readonly run: RunSummary
  readonly active: boolean
  readonly step: number
  readonly pulse: RunPulse | null
  readonly epochs: readonly EpochRecord[]
  /** Grows while losses come; `series` is always the same object until the run is read again. */
  readonly revision: number
  readonly series: LossSeries
}

/** The engine's run, else the opened one, else the newest that is not being removed. */
function chooseRun(state: RunsState, removing: ReadonlySet<number>): RunSummary | null {
  if (state.selected !== null) return shownRun(state)
  return activeRun(state) ?? state.runs.find((run) => !removing.has(run.id)) ?? null
}

/** Null while no run was ever started. */
export function useShownRun(): ShownRun | null {
  const removing = useLearner((state) => state.removing)
  const run = useRuns((state) => chooseRun(state, removing))
  const id = run?.id ?? null
  const step = useRuns((state) => (run === null ? 0 : stepOf(state, run)))
  const pulse = useRuns((state) => (id === null ? null : (state.pulses.get(id) ?? null)))
  const epochs = useRuns((state) => (id === null ? noEpochs : (state.epochs.get(id) ?? noEpochs)))
  const revision = useRuns((state) => state.revision)
  const generation = useConnection((state) => state.generation)
  useEffect(() => {
    if (id !== null && generation > 0) void runs.open(id)
  }, [id, generation])
  if (run === null) return null
  return { run, active: isActive(run), step, pulse, epochs, revision, series: runs.series(run.id) }
}
