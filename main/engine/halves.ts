/** The halves of a set that a view is about, with their images numbered through: the training images from 0, then the test images. */
import { findDuplicates } from '../../data/duplicates.ts'
import type { ImageSet, Split } from '../../data/image-set.ts'
import type { ImagePlace } from '../contract/image-query.ts'
import type { HalfMeasures } from './half-measures.ts'

export type Half = { readonly split: Split; readonly set: ImageSet }

/** Measures of all these images; see `HalfMeasures`. */
export type Measures = Pick<HalfMeasures, 'ink' | 'own' | 'lookalike' | 'margin'>

export class Halves {
  readonly all: readonly Half[]
  readonly count: number
  readonly labels: Uint8Array
  /** Image numbers in the order of a query, by that query. */
  readonly orders = new Map<string, Uint32Array>()
  #duplicates: readonly Uint32Array[] | null = null
  #measures: Measures | null = null

  constructor(all: readonly Half[]) {
    this.all = all
    this.count = all.reduce((sum, { set }) => sum + set.count, 0)
    this.labels = new Uint8Array(this.count)
    this.#join(this.labels, ({ set }) => set.labels)
  }

  /** Groups of equal images; see `findDuplicates`. */
  duplicates(): readonly Uint32Array[] {
    this.#duplicates ??= findDuplicates(this.all.map(({ set }) => set))
    return this.#duplicates
  }

  /** Measures of all images, out of those of each half. */
  measures(of: (half: Half) => HalfMeasures): Measures {
    this.#measures ??= {
      ink: this.#join(new Float32Array(this.count), (half) => of(half).ink),
      own: this.#join(new Float32Array(this.count), (half) => of(half).own),
      margin: this.#join(new Float32Array(this.count), (half) => of(half).margin),
      lookalike: this.#join(new Uint8Array(this.count), (half) => of(half).lookalike),
    }
    return this.#measures
  }

  /** Where image `number` lies. */
  placeOf(number: number): Half & ImagePlace {
    let index = number
    for (const { split, set } of this.all) {
      if (index < set.count) return { split, set, index }
      index -= set.count
    }
    throw new RangeError(`There is no image ${number} among ${this.count}.`)
  }

  /** The number of an image, or null where it is not among these. */
  numberOf({ split, index }: ImagePlace): number | null {
    let from = 0
    for (const half of this.all) {
      if (half.split === split) return index < half.set.count ? from + index : null
      from += half.set.count
    }
    return null
  }

  #join<Values extends Uint8Array | Float32Array>(joined: Values, of: (half: Half) => Values): Values {
    let from = 0
    for (const half of this.all) {
      joined.set(of(half), from)
      from += half.set.count
    }
    return joined
  }
}
