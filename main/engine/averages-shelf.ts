/** Average digits, computed once for each set and choice of digits. */
import { generateDigits } from '../../data/synthetic/index.ts'
import type { Datasets } from '../../data/datasets.ts'
import type { ImageSet } from '../../data/image-set.ts'
import { averagesOf, type Averages } from '../../native/averages/average-digits.ts'
import { NearestAverage } from '../../native/averages/nearest-average.ts'
import { distances, type Distance } from '../../native/averages/distances.ts'
import { allDigits } from '../../native/learn/specification.ts'

/** Images that the first screen's averages are made from while the built-in set was not generated yet: a third of a second. */
const FIRST_SAMPLE = 2000

/** The nearest-average classifiers of the Draw page, and where their averages come from. */
export type DrawingAverages = {
  readonly dataset: string
  readonly classifiers: Readonly<Record<Distance, NearestAverage>>
}

export class AveragesShelf {
  readonly #datasets: Datasets
  /** By training set, then by its digits. A set that is no longer kept takes its averages with it. */
  readonly #averages = new WeakMap<ImageSet, Map<string, Averages>>()
  #first: ImageSet | null = null
  #drawing: { readonly set: ImageSet; readonly averages: DrawingAverages } | null = null

  constructor(datasets: Datasets) {
    this.#datasets = datasets
  }

  /** Averages over the training images. Throws what loading throws, and `dataset/no-images-of-class`. */
  async averages(dataset: string, digits: readonly number[]): Promise<Averages> {
    return this.#of(await this.#datasets.load(dataset, 'train'), digits)
  }

  async classifier(dataset: string, digits: readonly number[], distance: Distance): Promise<NearestAverage> {
    return new NearestAverage(await this.averages(dataset, digits), distance)
  }

  /** For drawings: from MNIST where it is here, else from the built-in set. As found last time, unless `look` asks to look again. */
  async forDrawings(look: boolean): Promise<DrawingAverages> {
    if (!look && this.#drawing !== null) return this.#drawing.averages
    const { dataset, set } = await this.#bestSet()
    if (this.#drawing?.set === set) return this.#drawing.averages
    const averages = this.#of(set, allDigits)
    const classifiers = Object.fromEntries(
      distances.map((distance) => [distance, new NearestAverage(averages, distance)]),
    ) as Record<Distance, NearestAverage>
    this.#drawing = { set, averages: { dataset, classifiers } }
    return this.#drawing.averages
  }

  async #bestSet(): Promise<{ dataset: string; set: ImageSet }> {
    const ready = (await this.#datasets.list()).filter(
      ({ state, splits }) => state === 'ready' && splits.train !== null,
    )
    const best = ['mnist', 'synthetic'].find((name) => ready.some((entry) => entry.name === name))
    if (best !== undefined) return { dataset: best, set: await this.#datasets.load(best, 'train') }
    this.#first ??= generateDigits({ count: FIRST_SAMPLE, seed: 1 })
    return { dataset: 'synthetic', set: this.#first }
  }

  #of(set: ImageSet, digits: readonly number[]): Averages {
    const known = this.#averages.get(set) ?? new Map<string, Averages>()
    this.#averages.set(set, known)
    const key = digits.join()
    const averages = known.get(key) ?? averagesOf(set, digits)
    known.set(key, averages)
    return averages
  }
}
