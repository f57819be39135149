/** Waiting for a run of an engine in this process. */
import type { RunSummary } from '../../../main/contract/types.ts'
import type { Engine } from '../../../main/engine/engine.ts'

/**
 * Resolves with the run as soon as it is so: at once, or after a later change. Listens before it looks, since a run goes on between
 * an answer and its reader. Rejects where the run fails instead.
 */
export function untilRun(engine: Engine, run: number, is: (summary: RunSummary) => boolean): Promise<RunSummary> {
  return new Promise((resolve, reject) => {
    const look = (summary: RunSummary): void => {
      if (summary.id !== run) return
      if (is(summary)) resolve(summary)
      else if (summary.state === 'failed') reject(new Error(`run ${run} failed: ${summary.problem?.message}`))
      else return
      stop()
    }
    const stop = engine.onEvent((name, payload) => {
      if (name === 'run.changed' && 'run' in payload && typeof payload.run === 'object') look(payload.run)
    })
    Promise.resolve(engine.handlers['run.read']({ run })).then((record) => look(record.run), reject)
  })
}
