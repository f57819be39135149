/** The drawings in a library that is not open: for the command line, which needs nothing else of it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Database } from './database.ts'
import { DrawingTable } from './drawings.ts'
import { LIBRARY_FILE } from './library-file.ts'
import type { StoredDrawing } from './types.ts'

/** Oldest first; none where there is no library. @throws library/damaged, library/newer-version, library/not-writable */
export function readStoredDrawings(dataDirectory: string): StoredDrawing[] {
  const path = join(dataDirectory, LIBRARY_FILE)
  if (!existsSync(path)) return []
  const database = Database.open(path)
  try {
    return new DrawingTable(database).list()
  } finally {
    database.close()
  }
}
