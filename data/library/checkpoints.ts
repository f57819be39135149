/** States of runs as files beside the database, so that a run can go on after a kill, and any recorded step be found again. */
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { notWritable } from '../data-directory.ts'
import { AppError } from '../error.ts'
import { readTensors, writeTensors, type NamedTensor } from '../safetensors.ts'
import { writeFileAtomically } from '../write-file.ts'

/** Everything that a run's next steps depend on, after so many mini-batches. */
export type Checkpoint = {
  readonly step: number
  readonly tensors: ReadonlyMap<string, NamedTensor>
  /** What belongs to it beside the numbers. */
  readonly notes: Readonly<Record<string, string>>
}

/** All checkpoints of a run together; a single one may be larger. */
const BUDGET_BYTES = 32 * 1024 * 1024
const MOST = 64

const ENDING = '.safetensors'

export class CheckpointFiles {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Writes one, in place of one at the same step, and thins the run's others out. @throws library/not-writable */
  async save(run: number, { step, tensors, notes }: Checkpoint): Promise<void> {
    const bytes = writeTensors({ tensors, metadata: notes })
    try {
      await mkdir(this.#folderOf(run), { recursive: true })
      await writeFileAtomically(this.#pathOf(run, step), bytes)
      const room = Math.min(MOST, Math.floor(BUDGET_BYTES / bytes.length))
      for (const dropped of tooMany(await this.steps(run), room)) await this.#remove(run, dropped)
    } catch (cause) {
      throw notWritable(this.#folder, cause)
    }
  }

  /** Steps that have one, ascending. */
  async steps(run: number): Promise<number[]> {
    const names = await namesIn(this.#folderOf(run))
    return names
      .filter((name) => name.endsWith(ENDING))
      .map((name) => Number(name.slice(0, -ENDING.length)))
      .filter(Number.isSafeInteger)
      .sort((a, b) => a - b)
  }

  /**
   * The newest one at or before `step`, or null. One that cannot be read is passed over: an older one leads to the same
   * numbers, later. `onDamaged` is told.
   */
  async before(run: number, step: number, onDamaged: (error: unknown) => void): Promise<Checkpoint | null> {
    for (const candidate of (await this.steps(run)).reverse()) {
      if (candidate > step) continue
      try {
        const path = this.#pathOf(run, candidate)
        const { tensors, metadata } = readTensors(await readFile(path), path)
        return { step: candidate, tensors, notes: metadata }
      } catch (error) {
        if (!(error instanceof AppError) && !isSystemError(error)) throw error
        onDamaged(error)
      }
    }
    return null
  }

  /** What came after `step` did not happen. @throws library/not-writable */
  async forgetAfter(run: number, step: number): Promise<void> {
    for (const later of (await this.steps(run)).filter((candidate) => candidate > step)) await this.#remove(run, later)
  }

  /** @throws library/not-writable */
  async removeAll(run: number): Promise<void> {
    try {
      await rm(this.#folderOf(run), { recursive: true, force: true })
    } catch (cause) {
      throw notWritable(this.#folder, cause)
    }
  }

  /** Bytes of all checkpoints of a run. */
  async size(run: number): Promise<number> {
    let total = 0
    for (const step of await this.steps(run)) total += (await stat(this.#pathOf(run, step))).size
    return total
  }

  /** Removes what a killed writer left half-written. */
  async removeTemporary(): Promise<void> {
    for (const run of await namesIn(this.#folder)) {
      for (const name of await namesIn(join(this.#folder, run))) {
        if (name.endsWith('.tmp')) await rm(join(this.#folder, run, name), { force: true })
      }
    }
  }

  async #remove(run: number, step: number): Promise<void> {
    try {
      await rm(this.#pathOf(run, step), { force: true })
    } catch (cause) {
      throw notWritable(this.#folder, cause)
    }
  }

  #folderOf(run: number): string {
    return join(this.#folder, `run-${run}`)
  }

  #pathOf(run: number, step: number): string {
    return join(this.#folderOf(run), `${step}${ENDING}`)
  }
}

/**
 * Which of the ascending steps go when there is room for `room`: again and again the one whose neighbors lie closest together, so
 * that the rest stays evenly spread. The first and the newest stay; with room for one alone, the newest.
 */
export function tooMany(steps: readonly number[], room: number): number[] {
  const kept = [...steps]
  const dropped: number[] = []
  while (kept.length > Math.max(room, 1)) {
    let least = 0
    if (kept.length > 2) {
      least = 1
      for (let place = 2; place < kept.length - 1; place += 1) {
        if (gapWithout(kept, place) < gapWithout(kept, least)) least = place
      }
    }
    dropped.push(...kept.splice(least, 1))
  }
  return dropped
}

const gapWithout = (steps: readonly number[], place: number): number =>
  (steps[place + 1] ?? 0) - (steps[place - 1] ?? 0)

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (cause) {
    if (isSystemError(cause) && cause.code === 'ENOENT') return []
    throw notWritable(folder, cause)
  }
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}
