/** IDX files as they come out of a folder or an archive, put together to pairs of images and labels. */
import { fashionLabels, fashionNames, digitNames } from '../dataset-definitions.ts'
import { AppError } from '../error.ts'
import { labelImages, readIdxImages, type IdxKind } from '../idx.ts'
import { imageAt, SIDE } from '../image-set.ts'
import type { Collector } from './collector.ts'
import { EMNIST_NOTE, emnistOf, turned } from './emnist.ts'
import { readLabels } from './idx-labels.ts'
import { partInName, type Part } from './place.ts'
import { grayPicture, keep } from './to-image.ts'

type File = { readonly path: string; readonly bytes: Uint8Array }
type Pair = { images: File | null; labels: File | null }

/** Such as `t10k-images-idx3-ubyte`, `train-labels.idx1-ubyte.gz`, `emnist-digits-test-images-idx3-ubyte`, `qmnist-test-labels-idx2-int.gz`. */
const pattern = /^(.*?)(images|labels)([-._]idx[123][-._](?:ubyte|int))(\.gz)?$/i

/** What an IDX file holds, by its name; null for other files. */
export function idxKindOf(path: string): IdxKind | null {
  const found = pattern.exec(fileName(path))?.[2]?.toLowerCase()
  return found === 'images' || found === 'labels' ? found : null
}

/** The names that the file which belongs to this one may have, its labels or its images, the usual one first; none for other files. */
export function idxPartners(path: string): readonly string[] {
  const found = pattern.exec(fileName(path))
  if (found === null) return []
  const [, start = '', kind = '', end = ''] = found
  const names =
    kind.toLowerCase() === 'images'
      ? [`${start}labels${end.replace(/idx3/i, 'idx1')}`, `${start}labels${end.replace(/idx3-ubyte/i, 'idx2-int')}`]
      : [`${start}images${end.replace(/idx[12]/i, 'idx3').replace(/int$/i, 'ubyte')}`]
  return names.flatMap((name) => [name, `${name}.gz`])
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The name's beginning without its folder: `train-`. Files of a pair have it in common. */
function startOf(path: string): string {
  return (pattern.exec(fileName(path))?.[1] ?? '').toLowerCase()
}

export class IdxFiles {
  readonly #pairs = new Map<Part, Pair>()

  /** @throws import/no-images where the files of several sets lie side by side */
  add(path: string, bytes: Uint8Array): void {
    const kind = idxKindOf(path)
    if (kind === null) throw new Error(`${path} has no name of an IDX file.`)
    const part = partInName(path) ?? 'train'
    const pair = this.#pairs.get(part) ?? { images: null, labels: null }
    this.#pairs.set(part, pair)
    const before = pair[kind]
    pair[kind] ??= { path, bytes }
    const other = [pair.images, pair.labels].find((file) => file !== null && startOf(file.path) !== startOf(path))
    // The same file may lie there twice, as in Kaggle's archive of MNIST, or packed beside unpacked.
    if (other === undefined && (before === null || isSame(before, { path, bytes }))) return
    const shown = [(other ?? before)?.path ?? '', path].map((name) => JSON.stringify(name))
    throw new AppError(
      'import/no-images',
      `The files of several IDX sets lie side by side: ${shown.join(' and ')} are both of the part ${part}. Nothing was imported. Put the files of one set into a folder of their own and import that.`,
    )
  }

  /** Reads the pairs. @throws import/no-images for half of a pair, and what reading IDX can meet */
  async into(collector: Collector, classes: readonly string[] | null): Promise<void> {
    for (const [part, pair] of this.#pairs) await readPair(part, pair, collector, classes)
  }
}

/** Files beside each other of the same name but for its ending are taken for the same. */
function isSame(a: File, b: File): boolean {
  const folder = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1)
  return folder(a.path) === folder(b.path) || Buffer.compare(a.bytes, b.bytes) === 0
}

async function readPair(
  part: Part,
  { images, labels }: Pair,
  collector: Collector,
  given: readonly string[] | null,
): Promise<void> {
  if (images === null || labels === null) {
    const present = images ?? labels
    throw new AppError(
      'import/no-images',
      `${present?.path ?? 'A file'} is here, but not the ${images === null ? 'images' : 'labels'} that belong to it (${present === null ? '' : (idxPartners(present.path)[0] ?? '')}). Import both together.`,
    )
  }
  const set = labelImages(
    await readIdxImages(images.bytes, images.path),
    await readLabels(labels.bytes, labels.path),
    images.path,
    labels.path,
  )
  const emnist = set.height === set.width ? emnistOf(images.path) : null
  if (emnist !== null) collector.noteOnce(EMNIST_NOTE)
  const isFashion =
    given === null && fashionLabels[part === 'train' ? 'train' : 'test'] === set.labels.subarray(0, 5).join()
  const classes = given ?? emnist?.classes ?? (isFashion ? fashionNames : digitNames)
  collector.orderClasses(classes)
  const small = set.height === SIDE && set.width === SIDE
  set.labels.forEach((label, index) => {
    const address = { part, className: classes[label] ?? String(label), name: String(index) }
    const pixels = emnist === null ? imageAt(set, index) : turned(imageAt(set, index), set.width)
    if (small) collector.add(address, keep(pixels))
    else collector.addPicture(address, grayPicture(pixels, set.width, set.height), `image ${index} of ${images.path}`)
  })
}
