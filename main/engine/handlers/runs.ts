/** Commands about training runs. */
import type { RunManager } from '../run-manager.ts'
import type { Part } from './part.ts'

export function runHandlers(runs: RunManager): Part<'run'> {
  return {
    'run.start': ({ specification, paused = false }) => runs.start(specification, paused),
    'run.pause': ({ run }) => runs.pause(run),
    'run.resume': ({ run }) => runs.resume(run),
    'run.step': ({ run, batches }) => runs.step(run, batches),
    'run.stop': ({ run }) => runs.stop(run),
    'run.setLearningRate': ({ run, learningRate }) => runs.setLearningRate(run, learningRate),
    'run.list': () => runs.list(),
    'run.read': ({ run }) => runs.read(run),
    'run.weights': ({ run }) => runs.weights(run),
    async 'run.remove'({ run }) {
      await runs.remove(run)
      return null
    },
  }
}
