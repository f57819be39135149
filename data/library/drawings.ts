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

function fromRow(row: Row): StoredDrawing {
  const drawing = {
    label: row['label'] === null ? null : Number(row['label']),
    strokes: JSON.parse(String(row['strokes'])) as Stroke[],
    width: Number(row['width']),
    height: Number(row['height']),
  }
  return { id: Number(row['id']), createdAt: Number(row['created_at']), drawing }
}
