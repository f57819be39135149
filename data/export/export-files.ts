/** A data set as files in the forms that others read, and that Inkling's own import reads back byte for byte. Nothing is written here. */
import { encode } from 'fast-png'
import { digitNames } from '../dataset-definitions.ts'
import { idxFileName } from '../idx-folder.ts'
import { writeIdxImages, writeIdxLabels } from '../idx.ts'
import { imageAt, splits, type ImageSet, type Split } from '../image-set.ts'
import { CLASSES_FILE } from '../import/from-entries.ts'
import type { ExportFormat } from './formats.ts'

/** What is to be exported; a half that the set lacks is null. */
export type ExportedSet = {
  readonly classes: readonly string[]
  readonly halves: Readonly<Record<Split, ImageSet | null>>
}

/** `path` has `/` between folders; `fraction` of the work is done with this file. */
export type ExportedFile = { readonly path: string; readonly bytes: Uint8Array; readonly fraction: number }

export function* exportFiles(set: ExportedSet, format: ExportFormat): Generator<ExportedFile, void, undefined> {
  const { classes, halves } = set
  const isDigits = classes.every((name, label) => name === digitNames[label])
  if (!isDigits) {
    // The order of the classes is their labels; folders alone would come in that of the alphabet.
    yield { path: CLASSES_FILE, bytes: new TextEncoder().encode(`${folderNames(classes).join('\n')}\n`), fraction: 0 }
  }
  yield* format === 'idx' ? idxFiles(halves) : pictures(folderNames(classes), halves)
}

function* idxFiles(halves: ExportedSet['halves']): Generator<ExportedFile, void, undefined> {
  for (const [number, split] of splits.entries()) {
    const set = halves[split]
    if (set === null) continue
    const fraction = (number + 1) / splits.length
    yield { path: idxFileName(split, 'labels'), bytes: writeIdxLabels(set.labels), fraction: number / splits.length }
    yield { path: idxFileName(split, 'images'), bytes: writeIdxImages(set), fraction }
  }
}

function* pictures(
  folders: readonly string[],
  halves: ExportedSet['halves'],
): Generator<ExportedFile, void, undefined> {
  const total = splits.reduce((sum, split) => sum + (halves[split]?.count ?? 0), 0)
  let done = 0
  for (const split of splits) {
    const set = halves[split]
    if (set === null) continue
    for (let index = 0; index < set.count; index += 1) {
      done += 1
      const folder = folders[set.labels[index] ?? 0] ?? String(set.labels[index])
      // The number in the whole set, so that the threes and sevens of MNIST have the names that the book's have.
      const number = set.origins?.[index] ?? index
      const { width, height } = set
      const bytes = encode({ width, height, data: imageAt(set, index), channels: 1, depth: 8 })
      yield { path: `${split}/${folder}/${number}.png`, bytes, fraction: done / total }
    }
  }
}

/** The classes' names as every file system takes them, all different. */
export function folderNames(classes: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return classes.map((name, label) => {
    const plain = name
      .replaceAll(/[<>:"/\\|?*\p{Cc}]/gu, '_')
      .replace(/^[. ]+/, '_')
      .replace(/[. ]+$/, '_')
    const reserved =
      plain === '' ||
      /^(con|prn|aux|nul|com\d|lpt\d|train|training|valid|validation|val|dev|test|testing|t10k)$/i.test(plain)
    const free = reserved || taken.has(plain.toLowerCase()) ? `class ${label} ${plain}`.trim() : plain
    taken.add(free.toLowerCase())
    return free
  })
}
