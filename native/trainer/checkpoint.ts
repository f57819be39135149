/** Where a run stands, apart from its record: enough to go on from there in another process with the same numbers. */
import { AppError } from '../../data/error.ts'
import type { RunSpecification } from '../learn/specification.ts'
import { optimizerMemory, stateShapes } from '../learn/training-step.ts'
import { heldNumbers, type Snapshot } from './steps.ts'

export type TrainerCheckpoint = {
  /** Mini-batches done. */
  readonly step: number
  /** Mini-batches done when the optimizer's memory began: not 0 where a branch took another optimizer. */
  readonly memorySince: number
  /** The parameters and what the optimizer remembers of them. */
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly numbers: Float32Array }>
}

/** `base` is the step at which the snapshot's own count began. */
export function checkpointOf(
  specification: RunSpecification,
  snapshot: Snapshot,
  { base, memorySince }: { readonly base: number; readonly memorySince: number },
): TrainerCheckpoint {
  const tensors = [...stateShapes(specification)].map(
    ([name, shape]) => [name, { shape, numbers: heldNumbers(snapshot.tensors, name) }] as const,
  )
  return { step: base + snapshot.steps, memorySince, tensors: new Map(tensors) }
}

/**
 * The numbers that a trainer of this specification starts from. Throws `library/damaged` where the checkpoint is not one of such a
 * model.
 */
export function numbersOf(
  specification: RunSpecification,
  { step, tensors }: TrainerCheckpoint,
): Map<string, Float32Array> {
  return new Map(
    [...stateShapes(specification)].map(([name, shape]) => {
      const found = tensors.get(name)
      if (found === undefined || found.shape.join() !== shape.join()) {
        throw new AppError(
          'library/damaged',
          `The checkpoint at mini-batch ${step} holds ${found === undefined ? 'no' : `${found.shape.join(' x ')} numbers for`} ${name}; expected ${shape.join(' x ')}. Start the run again from its settings.`,
          { details: { step, tensor: name } },
        )
      }
      return [name, found.numbers] as const
    }),
  )
}

/**
 * The checkpoint for a run of another specification with the same parameters. What both remember goes on: Adam's memory in AdamW, that
 * of momentum in Nesterov's, gradients that nobody sets to zero. An optimizer that finds none of its own begins as it does at the
 * start of a run.
 */
export function adopted(checkpoint: TrainerCheckpoint, specification: RunSpecification): TrainerCheckpoint {
  const shapes = stateShapes(specification)
  const tensors = [...shapes].map(([name, shape]) => {
    const fresh = () => new Float32Array(shape.reduce((product, size) => product * size, 1))
    return [name, checkpoint.tensors.get(name) ?? { shape, numbers: fresh() }] as const
  })
  const begins = optimizerMemory(specification).some((name) => !checkpoint.tensors.has(name))
  return { ...checkpoint, memorySince: begins ? checkpoint.step : checkpoint.memorySince, tensors: new Map(tensors) }
}
