/** What a path tells of a picture: its class, its part of the set, and its name. */

/** Parts that folders and files are named after; `valid` becomes the test half where there is no other. */
export type Part = 'train' | 'valid' | 'test'

const parts: ReadonlyMap<string, Part> = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['valid', 'valid'],
  ['validation', 'valid'],
  ['val', 'valid'],
  ['dev', 'valid'],
  ['test', 'test'],
  ['testing', 'test'],
  ['t10k', 'test'],
])

export type Place = {
  /** Null where no folder says so. */
  readonly part: Part | null
  readonly className: string
  /** File name without its ending. */
  readonly stem: string
}

/** The part that a folder's name means, or null. */
export function partOf(folder: string): Part | null {
  return parts.get(folder.toLowerCase()) ?? null
}

/** The part that a file's name speaks of, as `mnist_test.csv` and `train-00000-of-00001.parquet` do, or null. */
export function partInName(path: string): Part | null {
  const file = path.slice(path.lastIndexOf('/') + 1)
  for (const word of file.toLowerCase().split(/[^a-z0-9]+/)) {
    const part = parts.get(word)
    if (part !== undefined) return part
  }
  const folders = path.split('/').slice(0, -1)
  for (const folder of folders.reverse()) {
    const part = partOf(folder)
    if (part !== null) return part
  }
  return null
}

/** The place of the picture at `path`, or null where no folder names its class. */
export function placeOf(path: string): Place | null {
  const folders = path.split('/')
  const file = folders.pop() ?? ''
  const className = folders.pop()
  if (className === undefined || partOf(className) !== null) return null
  let part: Part | null = null
  for (const folder of folders.reverse()) {
    part = partOf(folder)
    if (part !== null) break
  }
  return { part, className: tidyName(className), stem: file.replace(/\.[^.]*$/, '') }
}

/** Longest name of a class. */
const LONGEST_NAME = 60

/** A class's name without what cannot be shown. */
export function tidyName(name: string): string {
  const shown = name
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
  return shown === '' ? 'unnamed' : Array.from(shown).slice(0, LONGEST_NAME).join('')
}
