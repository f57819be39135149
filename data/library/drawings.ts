/** Drawings that a person keeps, as strokes. */
import type { Drawing, Stroke } from '../drawing.ts'
import { AppError } from '../error.ts'
import type { Database, Row } from './database.ts'
import type { StoredDrawing } from './types.ts'

export class DrawingTable {
  readonly #database: Database

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
    return { id, createdAt, drawing }
  }

  /** Saves all of them, or none. Those that are there already, with the same label and strokes, are not saved again. */
  saveNew(drawings: readonly Drawing[]): number {
    return this.#database.transaction(() => {
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
    })
  }

  /** Oldest first. */
  list(): StoredDrawing[] {
    return this.#database.all('SELECT * FROM drawings ORDER BY id').map(fromRow)
  }

  /** @throws drawing/unknown */
  remove(id: number): void {
    if (this.#database.get('SELECT id FROM drawings WHERE id = ?', id) === undefined) {
      throw new AppError('drawing/unknown', `There is no drawing ${id}. It may have been removed already.`, {
        details: { drawing: id },
      })
    }
    this.#database.run('DELETE FROM drawings WHERE id = ?', id)
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
