/** The library's SQLite file: opened, checked and brought to the newest version; SQLite's errors become coded ones. */
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import { notWritable } from '../data-directory.ts'
import { AppError } from '../error.ts'
import { migrations } from './migrations.ts'

export type Row = Readonly<Record<string, SQLOutputValue>>

/** Result codes of SQLite (sqlite.org/rescode.html), the lower byte. */
const codes = { readonly: 8, ioError: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 } as const

/** Milliseconds to wait for another process that is writing. */
const BUSY_TIMEOUT = 5000

export class Database {
  readonly path: string
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  private constructor(path: string, database: DatabaseSync) {
    this.path = path
    this.#database = database
  }

  /**
   * Opens the file, or makes it.
   * @throws library/not-writable, library/damaged, library/newer-version; the file is left as it is then
   */
  static open(path: string): Database {
    const database = coded(path, () => new DatabaseSync(path, { timeout: BUSY_TIMEOUT }))
    try {
      coded(path, () => {
        checkVersion(path, versionOf(database))
        checkSoundness(path, database)
        // Readers go on while one writes, and a killed writer leaves the file as it was after its last commit.
        database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON')
        migrate(path, database)
      })
    } catch (error) {
      database.close()
      throw error
    }
    return new Database(path, database)
  }

  run(sql: string, ...values: SQLInputValue[]): number {
    return coded(this.path, () => Number(this.#prepare(sql).run(...values).lastInsertRowid))
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return coded(this.path, () => this.#prepare(sql).get(...values))
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return coded(this.path, () => this.#prepare(sql).all(...values))
  }

  /** All of `body` is written, or nothing. */
  transaction<Result>(body: () => Result): Result {
    return coded(this.path, () => inTransaction(this.#database, body))
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const statement = this.#database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}

function inTransaction<Result>(database: DatabaseSync, body: () => Result): Result {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = body()
    database.exec('COMMIT')
    return result
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
}

function checkVersion(path: string, version: number): void {
  if (version <= migrations.length) return
  throw new AppError(
    'library/newer-version',
    `The library ${path} was written by a newer Inkling (its version is ${version}; this Inkling knows ${migrations.length}). Use the newer Inkling, or name another data directory in INKLING_DATA_DIR.`,
    { details: { path, found: version, known: migrations.length } },
  )
}

function checkSoundness(path: string, database: DatabaseSync): void {
  const result = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check']
  if (result !== 'ok') throw damaged(path, String(result))
}

function migrate(path: string, database: DatabaseSync): void {
  if (versionOf(database) === migrations.length) return
  inTransaction(database, () => {
    // Asked again: another process may have been faster.
    const version = versionOf(database)
    checkVersion(path, version)
    for (const migration of migrations.slice(version)) database.exec(migration)
    database.exec(`PRAGMA user_version = ${migrations.length}`)
  })
}

function damaged(path: string, reason: string, cause?: unknown): AppError {
  return new AppError(
    'library/damaged',
    `The library ${path} is damaged: ${reason}. Nothing was changed or deleted. Put a copy of it back, or move it away, and Inkling begins with an empty one.`,
    { details: { path, reason }, cause },
  )
}

/** Turns what SQLite says about the file into coded errors; anything else is a bug and passes as it is. */
function coded<Result>(path: string, body: () => Result): Result {
  try {
    return body()
  } catch (error) {
    if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') throw error
    const code = error.errcode & 0xff
    if (code === codes.corrupt || code === codes.notADatabase) throw damaged(path, error.message, error)
    if (code === codes.readonly || code === codes.cannotOpen || code === codes.full || code === codes.ioError) {
      throw notWritable(path, error)
    }
    throw error
  }
}
