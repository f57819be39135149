/** A run's recorded steps as something to go on from: the nearest checkpoint, and the steps from there made again. */
import { AppError } from '../../data/error.ts'
import { adopted } from '../../native/trainer/checkpoint.ts'
import { Trainer, type TrainerStart } from '../../native/trainer/trainer.ts'
import { devices, namesOf, type RunSpecification } from '../../native/learn/specification.ts'
import type { RunRecord, RunSummary } from '../contract/types.ts'
import { trainerCheckpoint } from './checkpoint-keeper.ts'
import type { EngineLibrary } from './library.ts'
import type { RunSets } from './run-sets.ts'

/** All learning rates of a run; those of an older Inkling were not recorded. */
export function ratesOf({ run, rates }: RunRecord): TrainerStart['rates'] & object {
  return rates.length > 0 ? rates : [{ from: 1, rate: run.specification.learningRate }]
}

/**
 * The settings as they were computed with, where they left something to measurement: other threads or another device would round
 * otherwise.
 */
export function computedWith({
  specification,
  device,
}: Pick<RunSummary, 'specification' | 'device'>): RunSpecification {
  if (device === null) return specification
  const used = namesOf(devices).find((name) => name === device.used)
  const named = specification.device === 'auto' && used !== undefined ? used : specification.device
  return { ...specification, threads: device.threads, device: named }
}

/**
 * The newest kept state at or before `step`, which for a run of its own may be its first weights. Throws `train/wrong-state` for
 * steps before a branch began.
 */
export async function startBefore(library: EngineLibrary, record: RunRecord, step: number): Promise<TrainerStart> {
  const { id, specification } = record.run
  const rates = ratesOf(record)
  const found = await library.checkpoints.before(id, step, (error) =>
    console.error('Inkling engine: a checkpoint cannot be read, an older one is used:', error),
  )
  if (found !== null) {
    const checkpoint = trainerCheckpoint(found)
    return { checkpoint, losses: record.losses.slice(0, checkpoint.step), rates }
  }
  if (specification.from === null) return { rates }
  const { run, step: origin } = specification.from
  throw new AppError(
    'train/wrong-state',
    `Run ${id} has no state of its own at mini-batch ${step}: it began at mini-batch ${origin} of run ${run}. Look for that step in run ${run}.`,
    { details: { run: id, step } },
  )
}

/** A trainer of the run that waits at this recorded step, on the CPU. Dispose of it. Throws what `startBefore` throws. */
export async function trainerAt(
  library: EngineLibrary,
  record: RunRecord,
  sets: RunSets,
  step: number,
): Promise<Trainer> {
  const specification: RunSpecification = { ...computedWith(record.run), device: 'cpu' }
  const trainer = await Trainer.create(specification, sets, {}, await startBefore(library, record, step))
  try {
    await trainer.goTo(step)
  } catch (error) {
    await trainer.dispose()
    throw error
  }
  return trainer
}

/** What a branch at this step starts from; `step` and `rates` are in the branch's own count. */
export async function startOfBranch(
  library: EngineLibrary,
  origin: { readonly record: RunRecord; readonly step: number },
  sets: RunSets,
  branch: { readonly record: RunRecord; readonly step: number },
): Promise<TrainerStart> {
  const trainer = await trainerAt(library, origin.record, sets, origin.step)
  const reached = await trainer.checkpoint()
  await trainer.dispose()
  // The optimizer's memory is as old as it was, whatever the steps are called.
  const moved = branch.step - origin.step
  const checkpoint = { ...reached, step: branch.step, memorySince: reached.memorySince + moved }
  return {
    checkpoint: adopted(checkpoint, branch.record.run.specification),
    losses: branch.record.losses,
    rates: ratesOf(branch.record),
  }
}
