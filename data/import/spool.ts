/**
 * Files that were handed over, as they lie on disk: all of them in one file, one after the other, whatever their own names say. A
 * thread that imports them opens that file by itself.
 */
import type { Found } from '../archive/entry.ts'
import type { FileSource } from './file-source.ts'

/** One of the files: its own path, and where its bytes are. */
export type SpooledFile = { readonly path: string; readonly at: number; readonly size: number }

/** What was handed over. Plain data, so that it can be told to a thread. */
export type Spool = {
  /** The file on disk that holds them all. */
  readonly path: string
  /** In the order in which they came. */
  readonly files: readonly SpooledFile[]
}

/** The only file, or null where there are several or one in a folder. `whole` is the spool's own file. */
export function singleFileIn(files: readonly SpooledFile[], whole: FileSource): FileSource | null {
  const [first, second] = files
  if (first === undefined || second !== undefined || first.path.includes('/')) return null
  return { name: first.path, size: first.size, read: readerOf(first, whole), close: () => whole.close() }
}

/** All files, in their order. */
export async function* entriesIn(
  files: readonly SpooledFile[],
  whole: FileSource,
): AsyncGenerator<Found, void, undefined> {
  for (const file of files) {
    const read = readerOf(file, whole)
    yield await Promise.resolve({ path: file.path, read: () => read(0, file.size) })
  }
}

/** What they are called together: their file, or the folder that all of them lie in. */
export function titleOf(files: readonly SpooledFile[]): string {
  const tops = new Set(files.map(({ path }) => path.split('/')[0] ?? path))
  const [top = 'nothing'] = tops
  return tops.size === 1 ? top : `${files.length.toLocaleString('en-US')} files`
}

function readerOf({ at, size }: SpooledFile, whole: FileSource): FileSource['read'] {
  return (offset, length) => whole.read(at + offset, Math.max(0, Math.min(length, size - offset)))
}
