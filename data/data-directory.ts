/** Where Inkling keeps its data, and in which folders it looks for data sets. */
import { access, constants, mkdir, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, posix, win32 } from 'node:path'
import { AppError } from './error.ts'

/** The environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>

const filled = (value: string | undefined): string | null => (value === undefined || value === '' ? null : value)

/**
 * The folder of the library, imported data sets and generated data: `INKLING_DATA_DIR`, else the platform's
 * application-data folder. It need not exist yet.
 */
export function resolveDataDirectory(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const chosen = filled(env['INKLING_DATA_DIR'])
  if (chosen !== null) return platform === 'win32' ? win32.resolve(chosen) : posix.resolve(chosen)
  if (platform === 'win32')
    return win32.join(filled(env['APPDATA']) ?? win32.join(home, 'AppData', 'Roaming'), 'Inkling')
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Inkling')
  const shared = filled(env['XDG_DATA_HOME'])
  // The XDG specification has relative paths ignored.
  return posix.join(
    shared !== null && posix.isAbsolute(shared) ? shared : posix.join(home, '.local', 'share'),
    'inkling',
  )
}

/** The folders of `INKLING_DATASETS`, separated as in PATH, in order. */
export function resolveSearchFolders(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): readonly string[] {
  const { delimiter, resolve } = platform === 'win32' ? win32 : posix
  return (env['INKLING_DATASETS'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => resolve(folder))
}

/** What the operating system says about a failed file operation, as a person can read it. */
export function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null
  if (code === 'EACCES' || code === 'EPERM') return 'permission is denied'
  if (code === 'EROFS') return 'it is on a read-only file system'
  if (code === 'ENOSPC') return 'the disk is full'
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'a part of its path is a file'
  if (code === 'ENOENT') return 'it does not exist'
  if (code === 'EISDIR') return 'it is a folder'
  if (code === 'ENAMETOOLONG') return 'its name is too long'
  if (code === 'ELOOP') return 'it is a link that leads back to itself'
  if (code === 'EMFILE' || code === 'ENFILE') return 'too many files are open'
  if (code === 'ENXIO' || code === 'ENODEV') return 'it is a device that is not there'
  if (code === 'EDQUOT') return 'the disk is full, as far as this user may fill it'
  if (code === 'EFBIG') return 'the file would be larger than the disk takes'
  if (code === 'ERR_INVALID_ARG_VALUE') return 'its name holds a character that no name can have'
  return cause instanceof Error ? cause.message : String(cause)
}

/** The error for a data directory, or a file in it, that cannot be written to. */
export function notWritable(path: string, cause: unknown): AppError {
  const reason = reasonOf(cause)
  const advice = reason.includes('full') ? 'Make room there' : 'Make it writable'
  return new AppError(
    'library/not-writable',
    `Inkling cannot write to its data directory ${path}: ${reason}. ${advice}, or name another one in INKLING_DATA_DIR.`,
    { details: { path }, cause },
  )
}

/**
 * Makes the folder where it is missing, and writes and removes a file in it.
 * @throws library/not-writable
 */
export async function ensureWritable(folder: string): Promise<void> {
  const probe = join(folder, `.write-test-${process.pid}`)
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(probe, '')
    await rm(probe, { force: true })
  } catch (cause) {
    throw notWritable(folder, await truerCause(folder, cause))
  }
}

/** Node says "does not exist" of a folder that it could not make; what its nearest existing parent says is the reason. */
async function truerCause(folder: string, cause: unknown): Promise<unknown> {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) return cause
  const parent = dirname(folder)
  try {
    await access(parent, constants.W_OK)
    return cause
  } catch (parentCause) {
    return parent === folder ? cause : await truerCause(parent, parentCause)
  }
}
