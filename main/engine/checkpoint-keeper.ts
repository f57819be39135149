/** Writes the states of the run that trains into the library, one after another, without holding up its training. */
import type { Checkpoint } from '../../data/library/index.ts'
import type { TrainerCheckpoint } from '../../native/trainer/checkpoint.ts'
import type { Trainer } from '../../native/trainer/trainer.ts'
import type { EngineLibrary } from './library.ts'

/** Milliseconds between two that are written while it trains: what a kill costs at most is trained again. */
const EVERY = 1000
/** A pause of this many milliseconds is one that may last. */
const CALM = 300

const MEMORY_SINCE = 'memory_since'

export class CheckpointKeeper {
  readonly #library: EngineLibrary
  readonly #run: number
  #writing: Promise<void> = Promise.resolve()
  #waiting = 0
  #written = { step: -1, at: -Infinity }
  #timer: NodeJS.Timeout | null = null

  constructor(library: EngineLibrary, run: number) {
    this.#library = library
    this.#run = run
  }

  /** An epoch has ended: writes its state, unless the disk is still busy or has just been. */
  epochEnded(trainer: Trainer): void {
    if (this.#waiting === 0 && performance.now() - this.#written.at >= EVERY) this.#inBackground(trainer)
  }

  /** The run waits: writes its state, unless it goes on at once. */
  paused(trainer: Trainer): void {
    this.resumed()
    this.#timer = setTimeout(() => this.#inBackground(trainer), CALM)
  }

  resumed(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  /** Writes the present state. @throws library/not-writable */
  async keep(trainer: Trainer): Promise<void> {
    const checkpoint = await trainer.checkpoint()
    if (checkpoint.step === this.#written.step) return
    this.#written = { step: checkpoint.step, at: performance.now() }
    await this.#queued(() => this.#library.checkpoints.save(this.#run, storedCheckpoint(checkpoint)))
  }

  /** What came after `step` did not happen. @throws library/not-writable */
  async forgetAfter(step: number): Promise<void> {
    if (this.#written.step > step) this.#written = { step: -1, at: -Infinity }
    await this.#queued(() => this.#library.checkpoints.forgetAfter(this.#run, step))
  }

  /** Resolves when all is written. */
  async end(): Promise<void> {
    this.resumed()
    await this.#writing
  }

  #inBackground(trainer: Trainer): void {
    this.keep(trainer).catch((error: unknown) =>
      console.error('Inkling engine: a checkpoint could not be kept:', error),
    )
  }

  #queued(work: () => Promise<void>): Promise<void> {
    this.#waiting += 1
    const done = this.#writing.then(work).finally(() => {
      this.#waiting -= 1
    })
    // The next one takes its turn however this one ends; its own caller hears of that.
    this.#writing = Promise.allSettled([done]).then(() => undefined)
    return done
  }
}

export function storedCheckpoint({ step, memorySince, tensors }: TrainerCheckpoint): Checkpoint {
  return { step, tensors, notes: { [MEMORY_SINCE]: String(memorySince) } }
}

export function trainerCheckpoint({ step, tensors, notes }: Checkpoint): TrainerCheckpoint {
  return { step, tensors, memorySince: Number(notes[MEMORY_SINCE] ?? 0) }
}
