/** Name of the library's SQLite file within the data directory. */
export const LIBRARY_FILE = 'inkling.db'
