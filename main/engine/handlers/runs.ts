/** Commands about training runs. */
import type { RateSearches } from '../rate-searches.ts'
import type { RunLens } from '../run-lens.ts'
import type { RunManager } from '../run-manager.ts'
import type { Part } from './part.ts'

export function runHandlers(runs: RunManager, lens: RunLens, searches: RateSearches): Part<'run'> {
  return {
    'run.start': ({ specification, paused = false }) => runs.start(specification, paused),
    'run.pause': ({ run }) => runs.pause(run),
    'run.resume': ({ run }) => runs.resume(run),
    'run.step': ({ run, batches }) => runs.step(run, batches),
    'run.stepEpoch': ({ run }) => runs.stepEpoch(run),
    'run.back': ({ run, batches, toStep }) => runs.back(run, { batches, toStep }),
    'run.stop': ({ run }) => runs.stop(run),
    'run.setLearningRate': ({ run, learningRate }) => runs.setLearningRate(run, learningRate),
    'run.setSpeed': ({ speed }) => runs.setSpeed(speed),
    'run.setStopAt': ({ run, stopAt }) => runs.setStopAt(run, stopAt),
    'run.continue': ({ run, device, paused = false }) => runs.continue(run, { device, paused }),
    'run.branch': ({ run, step, changes, paused = false }) => runs.branch(run, { step, changes, paused }),
    'run.at': ({ run, ...asked }) => runs.at(run, asked),
    'run.evaluate': ({ run, split }) => runs.evaluate(run, split),
    'run.list': () => runs.list(),
    'run.read': ({ run }) => runs.read(run),
    'run.weights': ({ run }) => runs.weights(run),
    'run.gradients': (asked) => lens.gradients(asked),
    'run.microscope': (asked) => lens.microscope(asked),
    'run.snapshot': (asked) => lens.snapshot(asked),
    'run.findRate': (asked) => searches.start(asked),
    'run.cancelFindRate'({ search }) {
      searches.cancel(search)
      return null
    },
    async 'run.remove'({ run }) {
      await runs.remove(run)
      await lens.forget(run)
      return null
    },
  }
}
