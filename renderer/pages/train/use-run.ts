/** The run that the Train page shows, and its live figures; its record is read when it is not here yet. */
import { useEffect, useMemo } from 'react'
import type { EpochRecord, RunSummary } from '../../../main/contract/types.ts'
import { LossSeries } from '../../store/loss-series.ts'
import { activeRun, isActive, shownRun, stepOf, type RunPulse, type RunsState } from '../../store/run-store.ts'
import { runs, useRuns } from '../../store/runs.ts'
import { useConnection } from '../../connection.ts'
import { useLearner } from './learner-store.ts'

const noEpochs: readonly EpochRecord[] = []

export type ShownRun = {
  readonly run: RunSummary
  readonly active: boolean
}

/** What changes with every message: only the components that draw it ask for it. */
export type LiveRun = {
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

/** Null while no run was ever started. Changes with the run's state, not with each message. */
export function useShownRun(): ShownRun | null {
  const removing = useLearner((state) => state.removing)
  const run = useRuns((state) => chooseRun(state, removing))
  const id = run?.id ?? null
  const generation = useConnection((state) => state.generation)
  useEffect(() => {
    if (id !== null && generation > 0) void runs.open(id)
  }, [id, generation])
  return useMemo(() => (run === null ? null : { run, active: isActive(run) }), [run])
}

const noSeries = new LossSeries()

/** The run's live figures; empty ones while there is no run. */
export function useLiveRun(run: RunSummary | null): LiveRun {
  const id = run?.id ?? null
  const step = useRuns((state) => (run === null ? 0 : stepOf(state, run)))
  const pulse = useRuns((state) => (id === null ? null : (state.pulses.get(id) ?? null)))
  const epochs = useRuns((state) => (id === null ? noEpochs : (state.epochs.get(id) ?? noEpochs)))
  const revision = useRuns((state) => state.revision)
  return { step, pulse, epochs, revision, series: id === null ? noSeries : runs.series(id) }
}
