/** A run's recorded steps as something to go on from: the nearest checkpoint, and the steps from there made again. */
import { AppError } from '../../data/error.ts'
import { adopted, type TrainerCheckpoint } from '../../native/trainer/checkpoint.ts'
import type { Way } from '../../native/trainer/track.ts'
import { Trainer, type TrainerStart } from '../../native/trainer/trainer.ts'
import { devices, namesOf, type RunSpecification } from '../../native/learn/specification.ts'
import type { RunRecord, RunSummary } from '../contract/types.ts'
import { trainerCheckpoint } from './checkpoint-keeper.ts'
import { readRecord, type EngineLibrary } from './library.ts'
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
  const found = await library.checkpoints.before(id, step, tellDamaged)
  if (found !== null) {
    const checkpoint = trainerCheckpoint(found)
    return { checkpoint, losses: record.losses.slice(0, checkpoint.step), rates }
  }
  if (specification.from === null) return { rates }
  throw notHeld(record, step)
}

/** Throws `train/wrong-state` for a step before the first that this trainer can go to. */
export function requireHeld(record: RunRecord, trainer: Trainer, step: number): void {
  if (step < trainer.earliestStep) throw notHeld(record, step)
}

function notHeld({ run: { id, specification } }: RunRecord, step: number): AppError {
  const { run, step: origin } = specification.from ?? { run: id, step: 0 }
  return new AppError(
    'train/wrong-state',
    `Run ${id} has no state of its own at mini-batch ${step}: it began at mini-batch ${origin} of run ${run}, which has none for it either. Choose a later step.`,
    { details: { run: id, step } },
  )
}

/** A trainer of the run on the CPU that can go to each of its own steps; it waits at the first. Dispose of it. Throws what `startBefore` throws. */
export async function trainerOf(library: EngineLibrary, record: RunRecord, sets: RunSets): Promise<Trainer> {
  const specification: RunSpecification = { ...computedWith(record.run), device: 'cpu' }
  const { losses } = record
  return await Trainer.create(specification, sets, {}, { ...(await firstStart(library, record)), losses })
}

/** A run of its own begins with its first weights, a branch with the first state of it that can be read. */
async function firstStart(library: EngineLibrary, record: RunRecord): Promise<TrainerStart> {
  const { id, specification } = record.run
  if (specification.from !== null) {
    for (const step of await library.checkpoints.steps(id)) {
      const found = await library.checkpoints.before(id, step, tellDamaged)
      if (found !== null) return { checkpoint: trainerCheckpoint(found), rates: ratesOf(record) }
    }
  }
  return await startBefore(library, record, 0)
}

/** The way to a step of such a trainer: from a checkpoint, where none of the states that it remembers is nearer. */
export async function wayTo(library: EngineLibrary, run: number, step: number): Promise<Pick<Way, 'landing'>> {
  const nearest = (await library.checkpoints.steps(run)).findLast((kept) => kept <= step)
  if (nearest === undefined) return {}
  const read = async (): Promise<TrainerCheckpoint | null> => {
    const found = await library.checkpoints.before(run, step, tellDamaged)
    return found === null ? null : trainerCheckpoint(found)
  }
  return { landing: { step: nearest, read } }
}

/**
 * The run whose own states lead to this step: the run itself, or for what was before a branch the one that it began in, as long as that
 * is here and counts its mini-batches the same way. A step that no run leads to is left to the run itself, which tells why.
 */
export async function holderOf(library: EngineLibrary, record: RunRecord, step: number): Promise<RunRecord> {
  const { id, specification, stepsPerEpoch } = record.run
  const { from } = specification
  if (from === null) return record
  const [first = Infinity] = await library.checkpoints.steps(id)
  if (step >= first || !library.listRuns().some((run) => run.id === from.run)) return record
  const origin = readRecord(library, from.run)
  const same = origin.run.stepsPerEpoch === stepsPerEpoch && sameUpTo(record, origin, step)
  return same ? await holderOf(library, origin, step) : record
}

/** Whether two runs have the same weights after `step` mini-batches: one may have gone back since and gone on otherwise. */
function sameUpTo(record: RunRecord, origin: RunRecord, step: number): boolean {
  // The loss of the next mini-batch is that of these weights.
  if (origin.losses.length <= step) return false
  for (let index = 0; index <= step; index += 1) {
    if (!Object.is(record.losses[index], origin.losses[index])) return false
  }
  return true
}

function tellDamaged(error: unknown): void {
  console.error('Inkling engine: a checkpoint cannot be read, an older one is used:', error)
}

/** What a branch starts from: the state of its origin, called by the branch's own count from now on. */
export function startOfBranch(origin: TrainerCheckpoint, branch: RunRecord): TrainerStart {
  const { step, specification } = branch.run
  // The optimizer's memory is as old as it was, whatever the steps are called.
  const checkpoint = { ...origin, step, memorySince: origin.memorySince + step - origin.step }
  return { checkpoint: adopted(checkpoint, specification), losses: branch.losses, rates: ratesOf(branch) }
}
