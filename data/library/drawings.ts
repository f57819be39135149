/** Drawings that a person keeps, as strokes. */
import type { Drawing, Stroke } from '../drawing.ts'
import { AppError } from '../error.ts'
import type { Database, Row } from './database.ts'
import type { StoredDrawing } from './types.ts'

export class DrawingTable {
  readonly #database: Database
  /** As it was read or written last; null where it is to be read again. Data sets ask for all drawings again and again. */
  #known: StoredDrawing[] | null = null
  /** The file's version by which others are noticed that write to it. */
  #version = -1

  constructor(database: Database) {
    this.#database = database
  }

  save(drawing: Drawing): StoredDrawing {
    const createdAt = Date.now()
    const id = this.#database.run(
      'INSERT INTO drawings (created_at, label, strokes, width, height) VALUES (?, ?, ?, ?, ?)',
      createdAt,
      drawing.label,
      JSON.stringify(drawing.strokes),
      drawing.width,
      drawing.height,
    )
    const saved = { id, createdAt, drawing }
    this.#known?.push(saved)
    return saved
  }

  /** Saves all of them, or none. Those that are there already, with the same label and strokes, are not saved again. */
  saveNew(drawings: readonly Drawing[]): number {
    try {
      return this.#database.transaction(() => this.#saveNew(drawings))
    } catch (error) {
      this.#known = null
      throw error
    }
  }

  #saveNew(drawings: readonly Drawing[]): number {
    const known = new Set(this.list().map(({ drawing }) => keyOf(drawing)))
    let saved = 0
    for (const drawing of drawings) {
      const key = keyOf(drawing)
      if (known.has(key)) continue
      known.add(key)
      this.save(drawing)
      saved += 1
    }
    return saved
  }

  /** Oldest first. */
  list(): StoredDrawing[] {
    // It changes when another process has written to the file (sqlite.org/pragma.html#pragma_data_version).
    const version = Number(this.#database.get('PRAGMA data_version')?.['data_version'])
    if (this.#known === null || version !== this.#version) {
      this.#known = this.#database.all('SELECT * FROM drawings ORDER BY id').map(fromRow)
      this.#version = version
    }
    return [...this.#known]
  }

  /** @throws drawing/unknown */
  remove(id: number): void {
    if (this.#database.get('SELECT id FROM drawings WHERE id = ?', id) === undefined) {
      throw new AppError('drawing/unknown', `There is no drawing ${id}. It may have been removed already.`, {
        details: { drawing: id },
      })
    }
    this.#database.run('DELETE FROM drawings WHERE id = ?', id)
    this.#known = this.#known?.filter((drawing) => drawing.id !== id) ?? null
  }
}

function keyOf({ label, strokes, width, height }: Drawing): string {
  return JSON.stringify([label, strokes, width, height])
}

function fromRow(row: Row): StoredDrawing {
  const drawing = {
    label: row['label'] === null ? null : Number(row['label']),
    strokes: JSON.parse(String(row['strokes'])) as Stroke[],
    width: Number(row['width']),
    height: Number(row['height']),
  }
  return { id: Number(row['id']), createdAt: Number(row['created_at']), drawing }
}
