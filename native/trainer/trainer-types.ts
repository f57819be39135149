/** What goes into a trainer and what it tells. */
import type { ImageSet } from '../../data/image-set.ts'
import type { StoredEpoch, StoredRate } from '../../data/library/types.ts'
import type { Diagnosis } from '../learn/diagnose.ts'
import type { ClassMetrics } from '../learn/metrics.ts'
import type { Weights } from '../learn/parameters.ts'
import type { TrainerCheckpoint } from './checkpoint.ts'
import type { EpochImages } from './epoch-images.ts'
import type { LayerPictures } from './first-layer.ts'

/** `diverged`: a loss was not a finite number. The last four are final. */
export type TrainerState = 'paused' | 'training' | 'finished' | 'stopped' | 'diverged' | 'failed'

/** `classes` has an entry for each digit, ascending, as `confusion` has rows. */
export type TrainerEpoch = StoredEpoch & { readonly classes: readonly ClassMetrics[] | null }

/** Where a run starts from, where that is not its specification's first weights. */
export type TrainerStart = {
  readonly weights?: Weights
  /** It goes on from here. */
  readonly checkpoint?: TrainerCheckpoint
  /** Of every mini-batch up to the checkpoint. */
  readonly losses?: Float32Array
  /** Those that were set up to there, and those that are to come after. */
  readonly rates?: readonly StoredRate[]
}

/** What a run learns from and is tested on. */
export type TrainerSets = {
  readonly train: ImageSet
  readonly test: ImageSet
  /** Instead of the images of `train`, whose labels hold. */
  readonly fresh?: EpochImages | undefined
}

/** Called between slices, never while the graph runs. */
export type TrainerListener = {
  /** `losses[i]` is the loss of mini-batch `firstStep + i`, counted from 1. */
  stepped?(firstStep: number, losses: Float32Array): void
  epochEnded?(epoch: TrainerEpoch): void
  /** Everything after mini-batch `step` is taken back. */
  wentBack?(step: number): void
  /** All learning rates that were set so far. */
  ratesChanged?(rates: readonly StoredRate[]): void
  /** What is wrong now, the likeliest cause first; none when all is well again. */
  diagnosed?(diagnoses: readonly Diagnosis[]): void
  /** `error` is set when the state is `failed`. */
  stateChanged?(state: TrainerState, error: unknown): void
}

/** The first layer's weights as pictures, at a stated step. */
export type FirstLayer = LayerPictures & { readonly step: number }
