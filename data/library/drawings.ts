/** Drawings that a person keeps, as strokes. A removed one can be taken back for a while. */
import type { Drawing, Stroke } from '../drawing.ts'
import { AppError } from '../error.ts'
import { nextSplit, splitByNumber, type LabelCount } from '../handwriting-split.ts'
import type { Split } from '../image-set.ts'
import type { Database, Row } from './database.ts'
import type { StoredDrawing } from './types.ts'

/** Milliseconds after which a removed drawing is gone for good, when the next one is removed or the library opened. */
const RESTORABLE = 3_600_000

export class DrawingTable {
  readonly #database: Database
  /** As it was read or written last; null where it is to be read again. Data sets ask for all drawings again and again. */
  #known: StoredDrawing[] | null = null
  /** The file's version by which others are noticed that write to it. */
  #version = -1

  constructor(database: Database) {
    this.#database = database
  }

  /** With a `key` that was saved before, nothing is saved again: who got no answer may ask twice. */
  save(drawing: Drawing, key: string | null = null): StoredDrawing {
    return this.#transaction(() => {
      const before = key === null ? undefined : this.#database.get('SELECT * FROM drawings WHERE key = ?', key)
      return before === undefined ? this.#insert(drawing, this.#tally(), key) : fromRow(before)
    })
  }

  /** Saves all of them, or none. Those that are there already, with the same label and strokes, are not saved again. */
  saveNew(drawings: readonly Drawing[]): number {
    return this.#transaction(() => {
      const known = new Set(this.list().map(({ drawing }) => keyOf(drawing)))
      const tally = this.#tally()
      let saved = 0
      for (const drawing of drawings) {
        const key = keyOf(drawing)
        if (known.has(key)) continue
        known.add(key)
        this.#insert(drawing, tally)
        saved += 1
      }
      return saved
    })
  }

  /** Oldest first. */
  list(): StoredDrawing[] {
    // It changes when another process has written to the file (sqlite.org/pragma.html#pragma_data_version).
    const version = Number(this.#database.get('PRAGMA data_version')?.['data_version'])
    if (this.#known === null || version !== this.#version) {
      this.#known = this.#database.all('SELECT * FROM drawings WHERE removed_at IS NULL ORDER BY id').map(fromRow)
      this.#version = version
    }
    return [...this.#known]
  }

  /** Says that it is another digit. It stays in its half, since models were tested on that. @throws drawing/unknown */
  relabel(id: number, label: number): StoredDrawing {
    return this.#transaction(() => {
      const before = this.#read(id)
      const split = before.split ?? nextSplit(countOf(this.#tally(), label))
      this.#database.run('UPDATE drawings SET label = ?, split = ? WHERE id = ?', label, split, id)
      const after = { ...before, split, drawing: { ...before.drawing, label } }
      this.#known = this.#known?.map((drawing) => (drawing.id === id ? after : drawing)) ?? null
      return after
    })
  }

  /** @throws drawing/unknown */
  remove(id: number): void {
    this.#transaction(() => {
      this.#read(id)
      this.forgetRemoved()
      this.#database.run('UPDATE drawings SET removed_at = ? WHERE id = ?', Date.now(), id)
      this.#known = this.#known?.filter((drawing) => drawing.id !== id) ?? null
    })
  }

  /** Takes a removal back: the drawing has its number, label and half again. @throws drawing/unknown */
  restore(id: number): StoredDrawing {
    return this.#transaction(() => {
      const row = this.#database.get('SELECT * FROM drawings WHERE id = ?', id)
      if (row === undefined) throw unknown(id)
      this.#database.run('UPDATE drawings SET removed_at = NULL WHERE id = ?', id)
      const drawing = fromRow(row)
      const others = this.#known?.filter((other) => other.id !== id) ?? null
      this.#known = others === null ? null : [...others, drawing].sort((a, b) => a.id - b.id)
      return drawing
    })
  }

  /** Those that were removed long ago are gone for good. */
  forgetRemoved(): void {
    this.#database.run('DELETE FROM drawings WHERE removed_at < ?', Date.now() - RESTORABLE)
  }

  /** What is known is read again after a failure. */
  #transaction<Result>(body: () => Result): Result {
    try {
      return this.#database.transaction(body)
    } catch (error) {
      this.#known = null
      throw error
    }
  }

  #insert(drawing: Drawing, tally: Map<number, LabelCount>, key: string | null = null): StoredDrawing {
    const createdAt = Date.now()
    const split = drawing.label === null ? null : nextSplit(countOf(tally, drawing.label))
    const id = this.#database.run(
      'INSERT INTO drawings (created_at, label, strokes, width, height, split, key) VALUES (?, ?, ?, ?, ?, ?, ?)',
      createdAt,
      drawing.label,
      JSON.stringify(drawing.strokes),
      drawing.width,
      drawing.height,
      split,
      key,
    )
    const saved = { id, createdAt, drawing, split }
    count(tally, saved)
    this.#known?.push(saved)
    return saved
  }

  /** By label. */
  #tally(): Map<number, LabelCount> {
    const tally = new Map<number, LabelCount>()
    for (const drawing of this.list()) count(tally, drawing)
    return tally
  }

  #read(id: number): StoredDrawing {
    const known = this.list().find((drawing) => drawing.id === id)
    if (known === undefined) throw unknown(id)
    return known
  }
}

function unknown(id: number): AppError {
  return new AppError('drawing/unknown', `There is no drawing ${id}. It may have been removed already.`, {
    details: { drawing: id },
  })
}

function countOf(tally: ReadonlyMap<number, LabelCount>, label: number): LabelCount {
  return tally.get(label) ?? { all: 0, test: 0 }
}

function count(tally: Map<number, LabelCount>, { drawing: { label }, split }: StoredDrawing): void {
  if (label === null) return
  const { all, test } = countOf(tally, label)
  tally.set(label, { all: all + 1, test: test + (split === 'test' ? 1 : 0) })
}

function keyOf({ label, strokes, width, height }: Drawing): string {
  return JSON.stringify([label, strokes, width, height])
}

function fromRow(row: Row): StoredDrawing {
  const id = Number(row['id'])
  const label = row['label'] === null ? null : Number(row['label'])
  const drawing = {
    label,
    strokes: JSON.parse(String(row['strokes'])) as Stroke[],
    width: Number(row['width']),
    height: Number(row['height']),
  }
  return { id, createdAt: Number(row['created_at']), drawing, split: label === null ? null : splitFrom(row, id) }
}

function splitFrom(row: Row, id: number): Split {
  if (row['split'] === null) return splitByNumber(id)
  return row['split'] === 'test' ? 'test' : 'train'
}
