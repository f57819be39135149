/**
 * The library's tables, as the steps that lead to them. To change them: add a step at the end; a step that was released
 * is never edited, since libraries exist that have taken it.
 */

/** Step i leads from version i to version i + 1; SQLite's `user_version` keeps the version. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL -- JSON
  ) STRICT;

  CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- an id is never given twice
    created_at INTEGER NOT NULL, -- milliseconds since 1970
    title TEXT NOT NULL,
    specification TEXT NOT NULL, -- JSON
    state TEXT NOT NULL,
    step INTEGER NOT NULL,
    steps_per_epoch INTEGER NOT NULL,
    total_steps INTEGER NOT NULL,
    learning_rate REAL NOT NULL,
    parameters INTEGER NOT NULL,
    sizes TEXT NOT NULL, -- JSON
    train_count INTEGER NOT NULL,
    test_count INTEGER NOT NULL,
    images_per_second REAL,
    accuracy REAL,
    last_loss REAL,
    problem TEXT, -- JSON
    model TEXT
  ) STRICT;

  CREATE TABLE losses (
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    first_step INTEGER NOT NULL, -- 1 for the first mini-batch
    block BLOB NOT NULL, -- float32, little-endian, one for each mini-batch
    PRIMARY KEY (run, first_step)
  ) STRICT;

  CREATE TABLE epochs (
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    epoch INTEGER NOT NULL, -- 1 for the first
    step INTEGER NOT NULL,
    train_loss REAL, -- null stands for NaN
    valid_loss REAL,
    accuracy REAL NOT NULL,
    images_per_second REAL NOT NULL,
    PRIMARY KEY (run, epoch)
  ) STRICT;

  CREATE TABLE drawings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created_at INTEGER NOT NULL,
    label INTEGER,
    strokes TEXT NOT NULL, -- JSON
    width REAL NOT NULL,
    height REAL NOT NULL
  ) STRICT;
  `,
  `
  ALTER TABLE runs ADD COLUMN ended_by TEXT;
  ALTER TABLE runs ADD COLUMN stop_at TEXT; -- JSON
  ALTER TABLE runs ADD COLUMN device TEXT; -- JSON
  ALTER TABLE runs ADD COLUMN diagnoses TEXT NOT NULL DEFAULT '[]'; -- JSON
  ALTER TABLE runs ADD COLUMN rates TEXT NOT NULL DEFAULT '[]'; -- JSON
  ALTER TABLE epochs ADD COLUMN confusion TEXT; -- JSON
  `,
  `
  ALTER TABLE drawings ADD COLUMN split TEXT; -- null: by its number
  ALTER TABLE drawings ADD COLUMN key TEXT; -- given by who saves it, so that it is not saved twice
  ALTER TABLE drawings ADD COLUMN removed_at INTEGER; -- it can be taken back for a while
  CREATE UNIQUE INDEX drawings_by_key ON drawings (key);
  `,
]
