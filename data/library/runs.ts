/** Runs with their losses and epochs. Losses arrive many times a second and are written in blocks. */
import type { SQLOutputValue } from 'node:sqlite'
import { AppError, isErrorCode, type ErrorDetails, type ErrorPayload } from '../error.ts'
import type { Database, Row } from './database.ts'
import {
  activeStates,
  runStates,
  type NewRun,
  type RunFacts,
  type StoredDevice,
  type StoredDiagnosis,
  type StoredEpoch,
  type StoredRate,
  type StoredRecord,
  type StoredRun,
} from './types.ts'

/** Losses wait at most this long, in milliseconds, before they are written: that much a kill can take. */
export const FLUSH_INTERVAL = 400

type Buffered = { readonly firstStep: number; losses: number[] }

/** Column of each fact, and how it is written. */
const columns: Readonly<Record<keyof RunFacts<unknown>, string>> = {
  title: 'title',
  state: 'state',
  step: 'step',
  stepsPerEpoch: 'steps_per_epoch',
  totalSteps: 'total_steps',
  learningRate: 'learning_rate',
  parameters: 'parameters',
  sizes: 'sizes',
  trainCount: 'train_count',
  testCount: 'test_count',
  imagesPerSecond: 'images_per_second',
  accuracy: 'accuracy',
  lastLoss: 'last_loss',
  problem: 'problem',
  endedBy: 'ended_by',
  stopAt: 'stop_at',
  device: 'device',
  diagnoses: 'diagnoses',
}
const factNames = Object.keys(columns) as (keyof RunFacts<unknown>)[]

function columnValue(value: RunFacts<unknown>[keyof RunFacts<unknown>]): string | number | null {
  return value !== null && typeof value === 'object' ? JSON.stringify(value) : value
}

export type RunTableOptions<Specification> = {
  readonly readSpecification: (json: unknown) => Specification
  /** Told when losses could not be written in the background. */
  readonly onFlushError: (error: unknown) => void
  /** Told once of each run that a list leaves out. */
  readonly onUnreadable: (error: AppError) => void
}

export class RunTable<Specification> {
  readonly #database: Database
  readonly #readSpecification: (json: unknown) => Specification
  readonly #buffers = new Map<number, Buffered>()
  #timer: NodeJS.Timeout | null = null
  readonly #onFlushError: (error: unknown) => void
  readonly #onUnreadable: (error: AppError) => void
  readonly #toldUnreadable = new Set<number>()

  constructor(database: Database, options: RunTableOptions<Specification>) {
    this.#database = database
    this.#readSpecification = options.readSpecification
    this.#onFlushError = options.onFlushError
    this.#onUnreadable = options.onUnreadable
  }

  create(run: NewRun<Specification>): StoredRun<Specification> {
    const names = ['created_at', 'specification', ...factNames.map((name) => columns[name])]
    const values = [Date.now(), JSON.stringify(run.specification), ...factNames.map((name) => columnValue(run[name]))]
    const places = names.map(() => '?').join(', ')
    return this.read(this.#database.run(`INSERT INTO runs (${names.join(', ')}) VALUES (${places})`, ...values))
  }

  /** Writes these facts at once, after the losses that wait. @throws train/unknown-run */
  update(id: number, changes: Partial<RunFacts<Specification>>): StoredRun<Specification> {
    this.#database.transaction(() => {
      this.#writeBuffer(id)
      this.#write(id, changes)
    })
    return this.read(id)
  }

  /** @throws train/unknown-run, library/damaged */
  read(id: number): StoredRun<Specification> {
    return this.#fromRow(this.#row(id))
  }

  #row(id: number): Row {
    const row = this.#database.get('SELECT * FROM runs WHERE id = ?', id)
    if (row !== undefined) return row
    throw new AppError(
      'train/unknown-run',
      `There is no run ${id}. It may have been removed; choose one from the list.`,
      { details: { run: id } },
    )
  }

  /** Newest first. A run that cannot be read is left out and told of: it must not hide the others. */
  list(): StoredRun<Specification>[] {
    return this.#database.all('SELECT * FROM runs ORDER BY id DESC').flatMap((row) => {
      try {
        return [this.#fromRow(row)]
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'library/damaged') throw error
        const id = Number(row['id'])
        if (!this.#toldUnreadable.has(id)) this.#onUnreadable(error)
        this.#toldUnreadable.add(id)
        return []
      }
    })
  }

  /**
   * `losses[i]` is the loss of mini-batch `firstStep + i`, 1 for the first. They are written, with the run's step, at most
   * FLUSH_INTERVAL later.
   */
  appendLosses(id: number, firstStep: number, losses: Float32Array): void {
    const buffered = this.#buffers.get(id)
    if (buffered !== undefined && buffered.firstStep + buffered.losses.length === firstStep) {
      buffered.losses.push(...losses)
    } else {
      this.flush(id)
      this.#buffers.set(id, { firstStep, losses: [...losses] })
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      try {
        this.flush()
      } catch (error) {
        this.#onFlushError(error)
      }
    }, FLUSH_INTERVAL)
  }

  /** Written at once, with the run's accuracy. */
  appendEpoch(id: number, epoch: StoredEpoch): void {
    this.#database.transaction(() => {
      this.#writeBuffer(id)
      this.#writeEpoch(id, epoch)
      this.#write(id, { step: epoch.step, accuracy: epoch.accuracy, imagesPerSecond: epoch.imagesPerSecond })
    })
  }

  #writeEpoch(id: number, epoch: StoredEpoch): void {
    this.#database.run(
      'INSERT OR REPLACE INTO epochs (run, epoch, step, train_loss, valid_loss, accuracy, images_per_second, confusion) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      epoch.epoch,
      epoch.step,
      epoch.trainLoss,
      epoch.validLoss,
      epoch.accuracy,
      epoch.imagesPerSecond,
      epoch.confusion === null ? null : JSON.stringify(epoch.confusion),
    )
  }

  /** The run with all its losses and epochs. @throws train/unknown-run */
  record(id: number): StoredRecord<Specification> {
    this.flush(id)
    const run = this.read(id)
    const blocks = this.#database.all('SELECT first_step, block FROM losses WHERE run = ? ORDER BY first_step', id)
    const epochs = this.#database.all('SELECT * FROM epochs WHERE run = ? ORDER BY epoch', id)
    return { run, losses: joinBlocks(blocks, run.step), epochs: epochs.map(epochFromRow), rates: this.#rates(id) }
  }

  /** @throws train/unknown-run */
  setRates(id: number, rates: readonly StoredRate[]): void {
    this.read(id)
    this.#database.run('UPDATE runs SET rates = ? WHERE id = ?', JSON.stringify(rates), id)
  }

  #rates(id: number): StoredRate[] {
    return JSON.parse(String(this.#database.get('SELECT rates FROM runs WHERE id = ?', id)?.['rates'])) as StoredRate[]
  }

  /** Losses and epochs after mini-batch `step` go. @throws train/unknown-run */
  rewind(id: number, step: number): StoredRun<Specification> {
    const { losses, epochs } = this.record(id)
    const accuracy = epochs.findLast((epoch) => epoch.step <= step)?.accuracy ?? null
    this.#database.transaction(() => {
      const crossing = this.#database.get(
        'SELECT first_step FROM losses WHERE run = ? AND first_step <= ? ORDER BY first_step DESC LIMIT 1',
        id,
        step,
      )
      this.#database.run('DELETE FROM losses WHERE run = ? AND first_step > ?', id, step)
      if (crossing !== undefined) {
        const first = Number(crossing['first_step'])
        this.#writeBlock(id, first, losses.subarray(first - 1, step))
      }
      this.#database.run('DELETE FROM epochs WHERE run = ? AND step > ?', id, step)
      this.#write(id, { step, lastLoss: step === 0 ? null : (losses[step - 1] ?? null), accuracy })
    })
    return this.read(id)
  }

  /** See Library.copyPast. @throws train/unknown-run */
  copyPast(from: number, to: number, step: number, stepsPerEpoch: number): void {
    const { run, losses, epochs } = this.record(from)
    this.#database.transaction(() => {
      const sameSteps = run.stepsPerEpoch === stepsPerEpoch
      if (sameSteps && step > 0) this.#writeBlock(to, 1, losses.subarray(0, step))
      for (const epoch of epochs.filter((candidate) => candidate.step <= step)) {
        this.#writeEpoch(to, { ...epoch, step: epoch.epoch * stepsPerEpoch })
      }
    })
  }

  /** One that cannot be read too. @throws train/unknown-run */
  remove(id: number): void {
    this.#row(id)
    this.#buffers.delete(id)
    this.#database.run('DELETE FROM runs WHERE id = ?', id)
  }

  setModel(id: number, model: string): StoredRun<Specification> {
    this.read(id)
    this.#database.run('UPDATE runs SET model = ? WHERE id = ?', model, id)
    return this.read(id)
  }

  /** For a library whose last user is gone: what was being trained then was interrupted. */
  interruptActive(): void {
    const places = activeStates.map(() => '?').join(', ')
    this.#database.run(`UPDATE runs SET state = 'interrupted' WHERE state IN (${places})`, ...activeStates)
  }

  /** Writes the losses that wait, of one run or of all. */
  flush(id?: number): void {
    const waiting = id === undefined ? [...this.#buffers.keys()] : [id].filter((run) => this.#buffers.has(run))
    if (waiting.length === 0) return
    this.#database.transaction(() => {
      for (const run of waiting) this.#writeBuffer(run)
    })
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.flush()
  }

  #writeBuffer(id: number): void {
    const buffered = this.#buffers.get(id)
    if (buffered === undefined) return
    this.#buffers.delete(id)
    this.#writeBlock(id, buffered.firstStep, Float32Array.from(buffered.losses))
    const step = buffered.firstStep + buffered.losses.length - 1
    this.#write(id, { step, lastLoss: buffered.losses.at(-1) ?? null })
  }

  #writeBlock(id: number, firstStep: number, losses: Float32Array): void {
    const block = new Uint8Array(losses.buffer, losses.byteOffset, losses.byteLength)
    this.#database.run('INSERT OR REPLACE INTO losses (run, first_step, block) VALUES (?, ?, ?)', id, firstStep, block)
  }

  #write(id: number, changes: Partial<RunFacts<Specification>>): void {
    const names = factNames.filter((name) => changes[name] !== undefined)
    if (names.length === 0) return
    const values = names.map((name) => columnValue(changes[name] ?? null))
    this.#database.run(
      `UPDATE runs SET ${names.map((name) => `${columns[name]} = ?`).join(', ')} WHERE id = ?`,
      ...values,
      id,
    )
  }

  /** @throws library/damaged for a row that this version did not write so */
  #fromRow(row: Row): StoredRun<Specification> {
    try {
      return this.#readRow(row)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new AppError(
        'library/damaged',
        `Run ${String(row['id'])} in the library cannot be read: ${reason} It is kept as it is; use the version of Inkling that made it.`,
        { details: { run: Number(row['id']) }, cause },
      )
    }
  }

  #readRow(row: Row): StoredRun<Specification> {
    return {
      id: Number(row['id']),
      createdAt: Number(row['created_at']),
      title: String(row['title']),
      specification: this.#readSpecification(JSON.parse(String(row['specification']))),
      state: runStates.find((state) => state === row['state']) ?? 'failed',
      step: Number(row['step']),
      stepsPerEpoch: Number(row['steps_per_epoch']),
      totalSteps: Number(row['total_steps']),
      learningRate: Number(row['learning_rate']),
      parameters: Number(row['parameters']),
      sizes: JSON.parse(String(row['sizes'])) as number[],
      trainCount: Number(row['train_count']),
      testCount: Number(row['test_count']),
      imagesPerSecond: numberOrNull(row['images_per_second']),
      accuracy: numberOrNull(row['accuracy']),
      lastLoss: numberOrNull(row['last_loss']),
      problem: problemFromJson(row['problem']),
      endedBy: endings.find((ending) => ending === row['ended_by']) ?? null,
      stopAt: fromJson<RunFacts<Specification>['stopAt']>(row['stop_at']),
      device: fromJson<StoredDevice>(row['device']),
      diagnoses: fromJson<readonly StoredDiagnosis<Specification>[]>(row['diagnoses']) ?? [],
      model: typeof row['model'] === 'string' ? row['model'] : null,
    }
  }
}

const endings = ['epochs', 'metric'] as const

/** What this program wrote there; null where nothing was. */
function fromJson<Value>(text: SQLOutputValue | undefined): Value | null {
  return typeof text === 'string' ? (JSON.parse(text) as Value) : null
}

function numberOrNull(value: SQLOutputValue | undefined): number | null {
  return value === null || value === undefined ? null : Number(value)
}

/** SQLite keeps NaN as null. */
function numberOrNaN(value: SQLOutputValue | undefined): number {
  return numberOrNull(value) ?? Number.NaN
}

function problemFromJson(text: SQLOutputValue | undefined): ErrorPayload | null {
  if (typeof text !== 'string') return null
  const { code, message, details } = JSON.parse(text) as { code: unknown; message: unknown; details: ErrorDetails }
  // A code that a later version has dropped.
  return { code: isErrorCode(code) ? code : 'internal/unexpected', message: String(message), details }
}

function epochFromRow(row: Row): StoredEpoch {
  return {
    epoch: Number(row['epoch']),
    step: Number(row['step']),
    trainLoss: numberOrNaN(row['train_loss']),
    validLoss: numberOrNaN(row['valid_loss']),
    accuracy: Number(row['accuracy']),
    imagesPerSecond: Number(row['images_per_second']),
    confusion: fromJson<number[][]>(row['confusion']),
  }
}

/** `least` is how many there must be: those that were not recorded are NaN. */
function joinBlocks(rows: readonly Row[], least: number): Float32Array {
  const blocks = rows.map((row) => {
    const bytes = row['block'] instanceof Uint8Array ? row['block'] : new Uint8Array()
    // A copy, since a view of float32 must begin at a multiple of four bytes.
    return { firstStep: Number(row['first_step']), losses: new Float32Array(new Uint8Array(bytes).buffer) }
  })
  const length = blocks.reduce((end, block) => Math.max(end, block.firstStep - 1 + block.losses.length), least)
  const losses = new Float32Array(length).fill(Number.NaN)
  for (const block of blocks) losses.set(block.losses, block.firstStep - 1)
  return losses
}
