/** The shapes that the library keeps; the contract sends the same ones. */
import type { Drawing } from '../drawing.ts'
import type { ErrorPayload } from '../error.ts'
import type { Split } from '../image-set.ts'

/** `interrupted`: the engine ended while it trained; what was recorded up to then is kept. */
export const runStates = [
  'preparing',
  'training',
  'paused',
  'finished',
  'stopped',
  'diverged',
  'interrupted',
  'failed',
] as const
export type StoredRunState = (typeof runStates)[number]

/** The states of a run that somebody is working on; after a kill they become `interrupted`. */
export const activeStates: readonly StoredRunState[] = ['preparing', 'training', 'paused']

/** Ends a run with the first epoch whose accuracy is at least `value`, or whose validation loss is at most that. */
export type StoredStopAt = { readonly metric: 'accuracy' | 'validLoss'; readonly value: number }

/** Where a run computes, and why. */
export type StoredDevice = {
  readonly requested: string
  readonly used: string
  /** Threads of the CPU, at least 1. */
  readonly threads: number
  /** Set when it computes on the CPU although something else was asked for. */
  readonly warning: ErrorPayload | null
  /** What was measured, fastest first; empty unless the fastest device or number of threads was asked for. */
  readonly figures: readonly {
    readonly device: string
    readonly threads: number
    readonly imagesPerSecond: number | null
    readonly reason: string | null
  }[]
}

/** What is wrong with a run, in plain words. */
export type StoredDiagnosis<Specification> = {
  readonly code: string
  /** Mini-batches done when it was seen. */
  readonly step: number
  readonly title: string
  readonly words: string
  /** What to change in the next run; null where nothing certain helps. */
  readonly remedy: { readonly words: string; readonly changes: Partial<Specification> } | null
}

/** A learning rate, and the first mini-batch that it holds for. */
export type StoredRate = { readonly from: number; readonly rate: number }

/** What changes while a run trains. */
export type RunFacts<Specification> = {
  readonly title: string
  readonly state: StoredRunState
  /** Mini-batches done. */
  readonly step: number
  readonly stepsPerEpoch: number
  readonly totalSteps: number
  /** Learning rate now; the specification keeps the first. */
  readonly learningRate: number
  readonly parameters: number
  readonly sizes: readonly number[]
  readonly trainCount: number
  readonly testCount: number
  readonly imagesPerSecond: number | null
  readonly accuracy: number | null
  readonly lastLoss: number | null
  /** Set when the state is `failed`. */
  readonly problem: ErrorPayload | null
  /** Why it is `finished`: all epochs are done, or its metric was reached; else null. */
  readonly endedBy: 'epochs' | 'metric' | null
  /** The present one; the specification keeps the first. */
  readonly stopAt: StoredStopAt | null
  /** Null until it was chosen. */
  readonly device: StoredDevice | null
  /** What holds now; empty when all is well. */
  readonly diagnoses: readonly StoredDiagnosis<Specification>[]
}

/** `Specification` is plain JSON that the library keeps and does not look into. */
export type NewRun<Specification> = RunFacts<Specification> & { readonly specification: Specification }

export type StoredRun<Specification> = NewRun<Specification> & {
  readonly id: number
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** `run-12` once its weights were saved and it can be used on the Draw page; null before. */
  readonly model: string | null
}

export type StoredEpoch = {
  /** 1 for the first. */
  readonly epoch: number
  /** Mini-batches done when it ended. */
  readonly step: number
  /** Mean loss over the epoch's mini-batches. */
  readonly trainLoss: number
  readonly validLoss: number
  readonly accuracy: number
  /** Of training only, evaluation left out. */
  readonly imagesPerSecond: number
  /** `[true][read]` test images, digits ascending; null where it was not recorded. */
  readonly confusion: readonly (readonly number[])[] | null
}

export type StoredRecord<Specification> = {
  readonly run: StoredRun<Specification>
  /** `losses[i]` is the loss of mini-batch i + 1; NaN where none was recorded. */
  readonly losses: Float32Array
  readonly epochs: readonly StoredEpoch[]
  /** Every learning rate that was set, the first of them from mini-batch 1. */
  readonly rates: readonly StoredRate[]
}

export type StoredDrawing = {
  readonly id: number
  readonly createdAt: number
  readonly drawing: Drawing
  /** The half of "My handwriting" that it is in, for good; null without a label. */
  readonly split: Split | null
}

/** Choices that outlive a restart. */
export type StoredSettings = {
  readonly welcomeDone: boolean
  readonly colorScheme: 'light' | 'dark' | 'auto'
  /** Mini-batches a second at most while a run trains; null: as many as there can be. */
  readonly trainingSpeed: number | null
}
