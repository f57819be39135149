/** Where a run is: what its next mini-batch is computed from, and which images that mini-batch has. */
import type { ImageSet } from '../../data/image-set.ts'
import type { Weights } from '../learn/parameters.ts'
import type { RunSpecification } from '../learn/specification.ts'
import { epochOrder, type EpochOrder } from './training-data.ts'

/** A state of a run that later steps leave as it is. */
export type Moment = {
  /** Mini-batches done. */
  readonly step: number
  /** The mini-batches that the optimizer does not know of: 0 unless it began anew on the way. */
  readonly memorySince: number
  /** Of the next mini-batch, as the schedule has it. */
  readonly learningRate: number
  /** The parameters by name, and what the optimizer remembers of them. */
  readonly numbers: Weights
}

/** A mini-batch of a run, and its place. */
export type MiniBatch = {
  /** 1 for the first of the run. */
  readonly step: number
  /** 1 for the first. */
  readonly epoch: number
  /** Within its epoch, 1 for the first. */
  readonly batch: number
  readonly stepsPerEpoch: number
  readonly totalSteps: number
  /** Indices of its images in the training set. */
  readonly images: Int32Array
}

/** The mini-batches of a run, by number; the same ones that training takes. */
export class MiniBatches {
  readonly stepsPerEpoch: number
  readonly totalSteps: number
  readonly #batchSize: number
  readonly #order: EpochOrder
  #epoch: { readonly number: number; readonly images: Int32Array } | null = null

  /** Throws what epochOrder throws. */
  constructor(specification: RunSpecification, train: ImageSet) {
    this.#batchSize = specification.batchSize
    this.#order = epochOrder(specification, train)
    this.stepsPerEpoch = Math.ceil(this.#imagesOf(0).length / this.#batchSize)
    this.totalSteps = this.stepsPerEpoch * specification.epochs
  }

  /** `step` is 1 for the first; beyond the run's end it is the one that would come if the run went on. */
  at(step: number): MiniBatch {
    const { stepsPerEpoch, totalSteps } = this
    const epoch = Math.floor((step - 1) / stepsPerEpoch)
    const place = (step - 1) % stepsPerEpoch
    const images = this.#imagesOf(epoch).slice(place * this.#batchSize, (place + 1) * this.#batchSize)
    return { step, epoch: epoch + 1, batch: place + 1, stepsPerEpoch, totalSteps, images }
  }

  #imagesOf(epoch: number): Int32Array {
    if (this.#epoch?.number !== epoch) this.#epoch = { number: epoch, images: this.#order(epoch) }
    return this.#epoch.images
  }
}
