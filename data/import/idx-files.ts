/** IDX files as they come out of a folder or an archive, put together to pairs of images and labels. */
import { fashionLabels, fashionNames, digitNames } from '../dataset-definitions.ts'
import { AppError } from '../error.ts'
import { labelImages, readIdxImages, readIdxLabels, type IdxKind } from '../idx.ts'
import { imageAt, SIDE } from '../image-set.ts'
import type { Collector } from './collector.ts'
import { partInName, type Part } from './place.ts'
import { grayPicture, keep } from './to-image.ts'

type File = { readonly path: string; readonly bytes: Uint8Array }
type Pair = { readonly part: Part; images: File | null; labels: File | null }

/** Such as `t10k-images-idx3-ubyte`, `train-labels.idx1-ubyte.gz`, `emnist-digits-test-images-idx3-ubyte`. */
const pattern = /^(.*?)(images|labels)([-._]idx[13][-._]ubyte)(\.gz)?$/i

/** What an IDX file holds, by its name; null for other files. */
export function idxKindOf(path: string): IdxKind | null {
  const found = pattern.exec(fileName(path))?.[2]?.toLowerCase()
  return found === 'images' || found === 'labels' ? found : null
}

/** The name of the file that belongs to this one: its labels or its images; null for other files. */
export function idxPartner(path: string): string | null {
  const found = pattern.exec(fileName(path))
  if (found === null) return null
  const [, start = '', kind = '', end = ''] = found
  return kind.toLowerCase() === 'images'
    ? `${start}labels${end.replace(/idx3/i, 'idx1')}`
    : `${start}images${end.replace(/idx1/i, 'idx3')}`
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

export class IdxFiles {
  readonly #pairs = new Map<string, Pair>()

  get size(): number {
    return this.#pairs.size
  }

  /** @throws import/no-images where the files of several sets lie side by side */
  add(path: string, bytes: Uint8Array): void {
    const [, start = ''] = pattern.exec(fileName(path)) ?? []
    const kind = idxKindOf(path)
    if (kind === null) throw new Error(`${path} has no name of an IDX file.`)
    const key = path.slice(0, path.lastIndexOf('/') + 1) + start.toLowerCase()
    const part = partInName(path) ?? 'train'
    const pair = this.#pairs.get(key) ?? { part, images: null, labels: null }
    this.#pairs.set(key, pair)
    pair[kind] ??= { path, bytes }
    const others = [...this.#pairs].filter(([other, { part: own }]) => other !== key && own === part)
    if (others.length > 0) {
      throw new AppError(
        'import/no-images',
        `There are several IDX sets side by side: ${[key, ...others.map(([other]) => other)].map((name) => JSON.stringify(name)).join(', ')}. Put the files of one set into a folder of their own and import that.`,
      )
    }
  }

  /** Reads the pairs. @throws import/no-images for half of a pair, and what reading IDX can meet */
  async into(collector: Collector, classes: readonly string[] | null): Promise<void> {
    for (const pair of this.#pairs.values()) await readPair(pair, collector, classes)
  }
}

async function readPair(
  { part, images, labels }: Pair,
  collector: Collector,
  given: readonly string[] | null,
): Promise<void> {
  if (images === null || labels === null) {
    const present = images ?? labels
    throw new AppError(
      'import/no-images',
      `${present?.path ?? 'A file'} is here, but not the ${images === null ? 'images' : 'labels'} that belong to it (${present === null ? '' : (idxPartner(present.path) ?? '')}). Import both together.`,
    )
  }
  const set = labelImages(
    await readIdxImages(images.bytes, images.path),
    await readIdxLabels(labels.bytes, labels.path),
    images.path,
    labels.path,
  )
  const isFashion =
    given === null && fashionLabels[part === 'train' ? 'train' : 'test'] === set.labels.subarray(0, 5).join()
  const classes = given ?? (isFashion ? fashionNames : digitNames)
  collector.orderClasses(classes)
  const small = set.height === SIDE && set.width === SIDE
  set.labels.forEach((label, index) => {
    const address = { part, className: classes[label] ?? String(label), name: String(index) }
    const pixels = imageAt(set, index)
    if (small) collector.add(address, keep(pixels, collector.form.invert))
    else collector.addPicture(address, grayPicture(pixels, set.width, set.height), `image ${index} of ${images.path}`)
  })
}
