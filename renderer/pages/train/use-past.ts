/** Looking back in the run that the Train page shows: where one is, how far one can go, and the ways to move. */
import { useEffect, useMemo } from 'react'
import type { RunSummary } from '../../../main/contract/types.ts'
import { stepBeside, timeLineOf, type Stride, type TimeLine } from '../../store/time-line.ts'
import type { Past } from '../../store/time-machine.ts'
import { timeMachine, useTime } from '../../store/runs.ts'
import { useLiveRun } from './use-run.ts'

export type LookingBack = {
  /** Null where the run goes on, or has nothing to look back to. */
  readonly line: TimeLine | null
  /** Null while one looks at the present. */
  readonly past: Past | null
  /** The loss of the mini-batch before the step that one looks at; null at the beginning, and where it was not recorded. */
  readonly loss: number | null
}

export function useLookingBack(run: RunSummary | null): LookingBack {
  const past = useTime((state) => (state.past !== null && state.past.run === run?.id ? state.past : null))
  const elsewhere = useTime((state) => state.past !== null && state.past.run !== run?.id)
  const { series, revision } = useLiveRun(run)
  // Whoever opens another run sees its present.
  useEffect(() => {
    if (elsewhere) timeMachine.leave()
  }, [elsewhere])
  return useMemo(() => {
    const line = revision < 0 ? null : timeLineOf(run, series)
    const loss = past === null ? undefined : series.at(past.step)
    return { line, past, loss: loss === undefined || Number.isNaN(loss) ? null : loss }
  }, [run, series, revision, past])
}

/** Looks at this step, or at the present. */
export function lookAt(run: RunSummary, line: TimeLine, step: number): void {
  if (step === line.present) timeMachine.leave()
  else timeMachine.look(run, step)
}

/** Moves from the step that one looks at, or from the present. */
export function stride(run: RunSummary | null, { line, past }: LookingBack, by: Stride): void {
  if (run === null || line === null) return
  lookAt(run, line, stepBeside(line, past?.step ?? line.present, by))
}
