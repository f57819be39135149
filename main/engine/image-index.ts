/**
 * Answers which images of a set a query asks for, and what one image is among the others. What takes a pass over the set
 * (measures, duplicates, orders) is made when first asked for and kept as long as the set is.
 */
import type { Datasets } from '../../data/datasets.ts'
import { AppError } from '../../data/error.ts'
import { imageAt, PIXELS, splits, type ImageSet, type Split } from '../../data/image-set.ts'
import type {
  DuplicateCounts,
  ImageFacts,
  ImagePage,
  ImagePlace,
  ImageQuery,
  ImageSplit,
  NearestImages,
} from '../contract/image-query.ts'
import { nearestImages } from '../../native/averages/nearest-images.ts'
import { Halves, type Half, type Measures } from './halves.ts'
import { MeasureShelf, type HalfMeasures } from './half-measures.ts'
import { orderOf, sortKeys } from './image-order.ts'

export class ImageIndex {
  readonly #datasets: Datasets
  readonly #shelf = new MeasureShelf()
  /** By the first and the last half: a half that is read anew begins anew. */
  readonly #known = new WeakMap<ImageSet, WeakMap<ImageSet, Halves>>()

  constructor(datasets: Datasets) {
    this.#datasets = datasets
  }

  /** Errors as `Datasets.load`, and `dataset/bad-shape` for pictures of another size than 28 x 28. */
  async page(dataset: string, query: ImageQuery, offset: number, count: number): Promise<ImagePage> {
    const { halves, measures } = await this.#read(dataset, query)
    const order = orderOf(halves, measures, query)
    const images = order.slice(offset, offset + count)
    const keys = measures === null ? null : sortKeys(query, measures)
    const lookalikes = query.sort === 'lookalike' ? (measures?.lookalike ?? null) : null
    const page = {
      total: order.length,
      offset,
      indices: new Uint32Array(images.length),
      inTest: new Uint8Array(images.length),
      labels: new Uint8Array(images.length),
      values: keys === null ? new Float32Array(0) : Float32Array.from(images, (image) => keys[image] ?? 0),
      lookalikes: lookalikes === null ? new Uint8Array(0) : Uint8Array.from(images, (image) => lookalikes[image] ?? 0),
      pixels: new Uint8Array(images.length * PIXELS),
    }
    for (const [row, image] of images.entries()) {
      const { split, set, index } = halves.placeOf(image)
      page.indices[row] = index
      page.inTest[row] = split === 'test' ? 1 : 0
      page.labels[row] = set.labels[index] ?? 0
      page.pixels.set(imageAt(set, index), row * PIXELS)
    }
    return page
  }

  /** At which place of a query's answer an image stands, or null where it is not in it. Errors as `page`. */
  async position(dataset: string, query: ImageQuery, place: ImagePlace): Promise<number | null> {
    const { halves, measures } = await this.#read(dataset, query)
    const number = halves.numberOf(place)
    const position = number === null ? -1 : orderOf(halves, measures, query).indexOf(number)
    return position < 0 ? null : position
  }

  /** One image among the others of its set. Errors as `page`, and `dataset/no-such-image`. */
  async facts(dataset: string, place: ImagePlace): Promise<ImageFacts> {
    const own = await this.#half(dataset, place.split)
    if (place.index >= own.set.count) throw noSuchImage(dataset, place, own.set.count)
    const { classes, distances, ink, own: ownDistances } = this.#shelf.of(own.set, await this.#base(dataset, own))
    const label = own.set.labels[place.index] ?? 0
    const ownDistance = ownDistances[place.index] ?? 0
    let rank = 1
    let ofClass = 0
    own.set.labels.forEach((other, index) => {
      if (other !== label) return
      ofClass += 1
      const distance = ownDistances[index] ?? 0
      if (distance < ownDistance || (distance === ownDistance && index < place.index)) rank += 1
    })
    const whole = await this.#halves(dataset, 'both')
    const number = whole.numberOf(place)
    const group = whole.duplicates().find((images) => number !== null && images.includes(number)) ?? []
    return {
      ...place,
      label,
      ink: ink[place.index] ?? 0,
      distances: classes
        .map((name, column) => ({ label: name, distance: distances[place.index * classes.length + column] ?? 0 }))
        .toSorted((a, b) => a.distance - b.distance),
      rank,
      ofClass,
      duplicates: [...group]
        .filter((image) => image !== number)
        .map((image) => {
          const { split, set, index } = whole.placeOf(image)
          return { split, index, label: set.labels[index] ?? 0 }
        }),
    }
  }

  /** The training images that are most like an image. Errors as `facts`. */
  async nearest(dataset: string, place: ImagePlace, count: number): Promise<NearestImages> {
    const own = await this.#half(dataset, place.split)
    if (place.index >= own.set.count) throw noSuchImage(dataset, place, own.set.count)
    const set = await this.#base(dataset, own)
    const split = set === own.set ? own.split : 'train'
    const found = nearestImages(set, imageAt(own.set, place.index), count, set === own.set ? place.index : null)
    const pixels = new Uint8Array(found.length * PIXELS)
    found.forEach(({ index }, row) => pixels.set(imageAt(set, index), row * PIXELS))
    return { images: found.map((each) => ({ ...each, split, label: set.labels[each.index] ?? 0 })), pixels }
  }

  /** Errors as `page`. */
  async countDuplicates(dataset: string): Promise<DuplicateCounts> {
    const halves = await this.#halves(dataset, 'both')
    const groups = halves.duplicates()
    const differ = (group: Uint32Array, of: (image: number) => unknown): boolean => new Set([...group].map(of)).size > 1
    return {
      pictures: groups.length,
      images: groups.reduce((sum, group) => sum + group.length, 0),
      inBothSplits: groups.filter((group) => differ(group, (image) => halves.placeOf(image).split)).length,
      labeledDifferently: groups.filter((group) => differ(group, (image) => halves.labels[image])).length,
    }
  }

  /** The halves of a query, with measures where it needs them. */
  async #read(dataset: string, query: ImageQuery): Promise<{ halves: Halves; measures: Measures | null }> {
    const halves = await this.#halves(dataset, query.split)
    const measured = query.lookalike !== null || !['order', 'label'].includes(query.sort)
    if (!measured || halves.count === 0) return { halves, measures: null }
    const base = await Promise.all(halves.all.map((half) => this.#base(dataset, half)))
    const measuresOf = (half: Half): HalfMeasures =>
      this.#shelf.of(half.set, base[halves.all.indexOf(half)] ?? half.set)
    return { halves, measures: halves.measures(measuresOf) }
  }

  /** The half whose averages an image is compared with: the training images where there are any. */
  async #base(dataset: string, half: Half): Promise<ImageSet> {
    if (half.split === 'train') return half.set
    const { splits: there } = await this.#datasets.entry(dataset)
    if (there.train === null || there.train.count === 0) return half.set
    return (await this.#half(dataset, 'train')).set
  }

  async #halves(dataset: string, split: ImageSplit): Promise<Halves> {
    const { splits: there } = await this.#datasets.entry(dataset)
    const wanted = split === 'both' ? splits.filter((name) => there[name] !== null) : [split]
    const all: Half[] = []
    for (const name of wanted) all.push(await this.#half(dataset, name))
    const first = all[0]?.set
    const last = all.at(-1)?.set
    if (first === undefined || last === undefined) return new Halves([])
    const byLast = this.#known.get(first) ?? new WeakMap<ImageSet, Halves>()
    this.#known.set(first, byLast)
    const halves = byLast.get(last) ?? new Halves(all)
    byLast.set(last, halves)
    return halves
  }

  async #half(dataset: string, split: Split): Promise<Half> {
    return { split, set: digitPictures(dataset, await this.#datasets.load(dataset, split)) }
  }
}

/** The set itself. Throws `dataset/bad-shape` unless its pictures are 28 x 28. */
export function digitPictures(dataset: string, set: ImageSet): ImageSet {
  if (set.height * set.width === PIXELS) return set
  throw new AppError(
    'dataset/bad-shape',
    `The images of ${dataset} are ${set.width} x ${set.height} pixels; Inkling shows pictures of 28 x 28.`,
    { details: { dataset, width: set.width, height: set.height } },
  )
}

export function noSuchImage(dataset: string, { split, index }: ImagePlace, count: number): AppError {
  return new AppError(
    'dataset/no-such-image',
    `${dataset} has ${count} ${split} images, numbered from 0; there is no image ${index}.`,
    { details: { dataset, split, index, count } },
  )
}
