/** Looking back in the run that the Train page shows: where one is, how far one can go, and the ways to move. */
import { useEffect, useMemo } from 'react'
import type { RunSummary } from '../../../main/contract/types.ts'
import { stepBeside, timeLineOf, type Stride, type TimeLine } from '../../store/time-line.ts'
import type { Past } from '../../store/time-machine.ts'
import { runs, timeMachine, useTime } from '../../store/runs.ts'
import { useLiveRun } from './use-run.ts'

/** The step that one looks back to; null while one looks at the present. Changes with each move of the hand. */
export function usePast(run: RunSummary | null): Past | null {
  return useTime(({ past }) => (past !== null && past.run === run?.id ? past : null))
}

/** Whoever opens another run sees its present. */
export function useLeavingOtherRuns(run: RunSummary | null): void {
  const elsewhere = useTime(({ past }) => past !== null && past.run !== run?.id)
  useEffect(() => {
    if (elsewhere) timeMachine.leave()
  }, [elsewhere])
}

/** Null where the run goes on, or has nothing to look back to. */
export function useTimeLine(run: RunSummary | null): TimeLine | null {
  const { series, revision } = useLiveRun(run)
  return useMemo(() => (revision < 0 ? null : timeLineOf(run, series)), [run, series, revision])
}

/** The loss of the mini-batch before that step; null at the beginning, and where it was not recorded. */
export function lossBefore({ run, step }: Past): number | null {
  const loss = runs.series(run).at(step)
  return loss === undefined || Number.isNaN(loss) ? null : loss
}

/** Looks at this step, or at the present. */
export function lookAt(run: RunSummary, line: TimeLine, step: number): void {
  if (step === line.present) timeMachine.leave()
  else timeMachine.look(run, step)
}

/** Moves from the step that one looks at, or from the present. */
export function stride(run: RunSummary | null, by: Stride): void {
  const line = run === null ? null : timeLineOf(run, runs.series(run.id))
  if (run === null || line === null) return
  const { past } = timeMachine.api.getState()
  lookAt(run, line, stepBeside(line, past?.run === run.id ? past.step : line.present, by))
}
