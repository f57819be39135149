/** What is known of every image of a half beside its pixels: ink, distances to the averages, which other class it looks like. */
import type { ImageSet } from '../../data/image-set.ts'
import { averagesOf, type Averages } from '../../native/averages/average-digits.ts'
import { measureImages } from '../../native/averages/image-measures.ts'

export type HalfMeasures = {
  /** Classes that have an average, ascending: the columns of `distances`. */
  readonly classes: readonly number[]
  /** Mean of the pixels, 0..255. */
  readonly ink: Float32Array
  /** `[images x classes]`: RMSE to each average, 0..1. */
  readonly distances: Float32Array
  /** RMSE to the average of the image's own class; 1, the largest there can be, where that class has none. */
  readonly own: Float32Array
  /** The class of the nearest average but its own; 255 where there is no other. */
  readonly lookalike: Uint8Array
  /** `own` less the distance to that one, -1..1: above 0, another average is nearer than its own. */
  readonly margin: Float32Array
}

/** Of no other class: there is one class alone. */
export const NO_CLASS = 255
const FARTHEST = 1

/** Measures halves against the averages of one of them, once for each pair. */
export class MeasureShelf {
  readonly #averages = new WeakMap<ImageSet, Averages>()
  readonly #measures = new WeakMap<ImageSet, { readonly base: ImageSet; readonly measures: HalfMeasures }>()

  /** `base` is the half whose averages count: the training images where there are any. Neither may be empty. */
  of(half: ImageSet, base: ImageSet): HalfMeasures {
    const known = this.#measures.get(half)
    if (known?.base === base) return known.measures
    const measures = measure(half, this.#averagesOf(base))
    this.#measures.set(half, { base, measures })
    return measures
  }

  #averagesOf(base: ImageSet): Averages {
    const averages = this.#averages.get(base) ?? averagesOf(base, labelsIn(base))
    this.#averages.set(base, averages)
    return averages
  }
}

function labelsIn(set: ImageSet): readonly number[] {
  return [...new Set(set.labels)].toSorted((a, b) => a - b)
}

function measure(half: ImageSet, averages: Averages): HalfMeasures {
  const classes = averages.digits
  const { ink, distances } = measureImages(half, averages)
  const columnOf = new Array<number>(256).fill(-1)
  classes.forEach((label, column) => {
    columnOf[label] = column
  })
  const own = new Float32Array(half.count)
  const lookalike = new Uint8Array(half.count)
  const margin = new Float32Array(half.count)
  for (let image = 0; image < half.count; image += 1) {
    const ownColumn = columnOf[half.labels[image] ?? NO_CLASS] ?? -1
    const from = image * classes.length
    const ownDistance = ownColumn < 0 ? FARTHEST : (distances[from + ownColumn] ?? FARTHEST)
    let nearest = -1
    let least = FARTHEST
    for (let column = 0; column < classes.length; column += 1) {
      const distance = distances[from + column] ?? FARTHEST
      if (column === ownColumn || (nearest >= 0 && distance >= least)) continue
      nearest = column
      least = distance
    }
    own[image] = ownDistance
    lookalike[image] = classes[nearest] ?? NO_CLASS
    margin[image] = ownDistance - least
  }
  return { classes, ink, distances, own, lookalike, margin }
}
