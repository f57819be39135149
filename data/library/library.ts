/** Everything that a person's work leaves behind: runs, models, drawings and settings, in one folder. */
import { join } from 'node:path'
import { ensureWritable } from '../data-directory.ts'
import type { Drawing } from '../drawing.ts'
import type { AppError } from '../error.ts'
import { CheckpointFiles } from './checkpoints.ts'
import { Database } from './database.ts'
import { DrawingTable } from './drawings.ts'
import { LIBRARY_FILE } from './library-file.ts'
import { takeLock, type LibraryLock } from './lock.ts'
import { ModelFiles } from './models.ts'
import { RunTable } from './runs.ts'
import { SettingTable } from './settings.ts'
import type {
  NewRun,
  RunFacts,
  StoredDrawing,
  StoredEpoch,
  StoredRate,
  StoredRecord,
  StoredRun,
  StoredSettings,
} from './types.ts'

export type LibraryOptions<Specification> = {
  /** Checks a specification that was read from the file, such as a schema's `parse`. */
  readonly readSpecification: (json: unknown) => Specification
  /** Told when losses could not be written in the background; they are lost then. Thrown where none is given. */
  readonly onWriteError?: (error: unknown) => void
  /** Told once of each run that a list leaves out, since its row cannot be read. */
  readonly onUnreadableRun?: (error: AppError) => void
}

/**
 * Opens the library in `folder`, making both where they are missing. Runs that nobody works on any more become
 * `interrupted`; what was recorded of them stays. All methods may throw library/not-writable and library/damaged.
 * @throws library/not-writable, library/damaged, library/newer-version; nothing is deleted then
 */
export async function openLibrary<Specification>(
  folder: string,
  options: LibraryOptions<Specification>,
): Promise<Library<Specification>> {
  await ensureWritable(folder)
  const database = Database.open(join(folder, LIBRARY_FILE))
  try {
    const lock = takeLock(join(folder, 'inkling.lock'))
    const library = new Library(folder, database, lock, options)
    await library.recover()
    return library
  } catch (error) {
    database.close()
    throw error
  }
}

export class Library<Specification> {
  readonly folder: string
  readonly #database: Database
  readonly #lock: LibraryLock | null
  readonly #runs: RunTable<Specification>
  readonly #drawings: DrawingTable
  readonly #settings: SettingTable
  readonly #models: ModelFiles
  /** States of runs to go on from. */
  readonly checkpoints: CheckpointFiles
  #open = true

  /** Use `openLibrary`. */
  constructor(folder: string, database: Database, lock: LibraryLock | null, options: LibraryOptions<Specification>) {
    const rethrow = (error: unknown): void => {
      throw error
    }
    this.folder = folder
    this.#database = database
    this.#lock = lock
    this.#runs = new RunTable(database, {
      readSpecification: options.readSpecification,
      onFlushError: options.onWriteError ?? rethrow,
      onUnreadable: options.onUnreadableRun ?? rethrow,
    })
    this.#drawings = new DrawingTable(database)
    this.#settings = new SettingTable(database)
    this.#models = new ModelFiles(join(folder, 'models'))
    this.checkpoints = new CheckpointFiles(join(folder, 'checkpoints'))
  }

  /** Puts in order what a killed Inkling left; leaves alone what another one is working on now. */
  async recover(): Promise<void> {
    if (this.#lock === null) return
    this.#runs.interruptActive()
    this.#drawings.forgetRemoved()
    await this.#models.removeTemporary()
    await this.checkpoints.removeTemporary()
  }

  readSettings(): StoredSettings {
    return this.#settings.read()
  }

  changeSettings(changes: Parameters<SettingTable['change']>[0]): StoredSettings {
    return this.#settings.change(changes)
  }

  createRun(run: NewRun<Specification>): StoredRun<Specification> {
    return this.#runs.create(run)
  }

  /** @throws train/unknown-run */
  updateRun(id: number, changes: Partial<RunFacts<Specification>>): StoredRun<Specification> {
    return this.#runs.update(id, changes)
  }

  /** Mini-batches `firstStep`, `firstStep + 1`, ...; on disk half a second later at the latest, with the run's step. */
  appendLosses(id: number, firstStep: number, losses: Float32Array): void {
    this.#runs.appendLosses(id, firstStep, losses)
  }

  /** On disk at once, with the run's step, accuracy and speed. */
  appendEpoch(id: number, epoch: StoredEpoch): void {
    this.#runs.appendEpoch(id, epoch)
  }

  /** Every learning rate that was set so far. @throws train/unknown-run */
  setRates(id: number, rates: readonly StoredRate[]): void {
    this.#runs.setRates(id, rates)
  }

  /** What came after mini-batch `step` did not happen: its losses and epochs go. @throws train/unknown-run */
  rewindRun(id: number, step: number): StoredRun<Specification> {
    return this.#runs.rewind(id, step)
  }

  /**
   * Gives run `to` what run `from` recorded up to mini-batch `step`. Where its epochs have another number of mini-batches, only
   * the epochs are taken over, each with its new last mini-batch. @throws train/unknown-run
   */
  copyPast(from: number, to: number, step: number, stepsPerEpoch: number): void {
    this.#runs.copyPast(from, to, step, stepsPerEpoch)
  }

  /** Newest first. */
  listRuns(): StoredRun<Specification>[] {
    return this.#runs.list()
  }

  /** @throws train/unknown-run */
  readRun(id: number): StoredRecord<Specification> {
    return this.#runs.record(id)
  }

  /** Removes the run, its losses, its checkpoints and its model. @throws train/unknown-run */
  async removeRun(id: number): Promise<void> {
    this.#runs.remove(id)
    await this.#models.remove(ModelFiles.nameOf(id))
    await this.checkpoints.removeAll(id)
  }

  /** Keeps a run's weights as an ONNX file; the run then names it as its model. @throws train/unknown-run */
  async saveModel(id: number, bytes: Uint8Array): Promise<StoredRun<Specification>> {
    const name = ModelFiles.nameOf(id)
    this.#runs.read(id)
    await this.#models.save(name, bytes)
    return this.#runs.setModel(id, name)
  }

  /** Bytes of a saved model such as `run-12`. @throws model/unknown */
  async readModel(name: string): Promise<Uint8Array> {
    return await this.#models.read(name)
  }

  /** With a `key` that was saved before, nothing is saved again. */
  saveDrawing(drawing: Drawing, key: string | null = null): StoredDrawing {
    return this.#drawings.save(drawing, key)
  }

  /** Saves all, or none; those that are there already are left out. How many are new. */
  saveNewDrawings(drawings: readonly Drawing[]): number {
    return this.#drawings.saveNew(drawings)
  }

  /** Oldest first. */
  listDrawings(): StoredDrawing[] {
    return this.#drawings.list()
  }

  /** It stays in its half. @throws drawing/unknown */
  relabelDrawing(id: number, label: number): StoredDrawing {
    return this.#drawings.relabel(id, label)
  }

  /** It can be taken back for an hour. @throws drawing/unknown */
  removeDrawing(id: number): void {
    this.#drawings.remove(id)
  }

  /** Takes a removal back. @throws drawing/unknown */
  restoreDrawing(id: number): StoredDrawing {
    return this.#drawings.restore(id)
  }

  /** Writes what waits and closes the files. Safe to call twice. */
  close(): void {
    if (!this.#open) return
    this.#open = false
    try {
      this.#runs.stop()
    } finally {
      this.#lock?.release()
      this.#database.close()
    }
  }
}
