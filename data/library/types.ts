/** The shapes that the library keeps; the contract sends the same ones. */
import type { Drawing } from '../drawing.ts'
import type { ErrorPayload } from '../error.ts'

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

/** What changes while a run trains. */
export type RunFacts = {
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
}

/** `Specification` is plain JSON that the library keeps and does not look into. */
export type NewRun<Specification> = RunFacts & { readonly specification: Specification }

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
}

export type StoredRecord<Specification> = {
  readonly run: StoredRun<Specification>
  /** `losses[i]` is the loss of mini-batch i + 1; NaN where none was recorded. */
  readonly losses: Float32Array
  readonly epochs: readonly StoredEpoch[]
}

export type StoredDrawing = { readonly id: number; readonly createdAt: number; readonly drawing: Drawing }

/** Choices that outlive a restart. */
export type StoredSettings = {
  readonly welcomeDone: boolean
  readonly colorScheme: 'light' | 'dark' | 'auto'
}
