/** How much an import may take, so that a hostile file cannot fill the memory or the disk. */

/** Largest file or archive that is imported, in bytes as it lies on disk. */
export const MOST_SOURCE_BYTES = 2 ** 31
/** Largest single file inside an archive or a folder, unpacked. */
export const MOST_FILE_BYTES = 2 ** 28
/** Everything in an archive together, unpacked. */
export const MOST_UNPACKED_BYTES = 2 ** 32
/** Files in an archive, a folder or an upload, those that are not used included. */
export const MOST_FILES = 500_000
/** Images of one set. */
export const MOST_IMAGES = 400_000
/** Deflate packs at most 1,032 bytes into one; real pictures stay far below. A small archive may be a bit odd. */
export const MOST_RATIO = 500
export const RATIO_FREE_BYTES = 2 ** 24
/** Characters of a path inside an archive. */
export const LONGEST_PATH = 1024
/** Folders within folders. */
export const DEEPEST_FOLDER = 32
