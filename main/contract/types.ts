/** The data that crosses the channel: results of commands and payloads of events. Plain JSON plus typed arrays. */
import type { DownloadProgress } from '../../data/download/progress.ts'
import type { ErrorPayload } from '../../data/error.ts'
import type { Split } from '../../data/image-set.ts'
import type { ImportReport } from '../../data/import/report.ts'
import type { StoredDrawing, StoredEpoch, StoredRecord, StoredRun, StoredRunState } from '../../data/library/types.ts'
import type { Diagnosis } from '../../native/learn/diagnose.ts'
import type { ClassMetrics } from '../../native/learn/metrics.ts'
import type { RunSpecification } from '../../native/learn/specification.ts'
import type { StepOfSeven } from '../../native/learn/seven-steps.ts'
import type { DeviceState } from '../../native/runtime/devices.ts'
import type { LayerReport } from '../../native/trainer/activations.ts'
import type { BroadcastRecord } from '../../native/tensor/broadcast-log.ts'
import type { Evaluation, KnownName, ShownOutput, ShownValue } from '../../native/tensor/session.ts'
import type { TensorSummary } from '../../native/tensor/summary.ts'
import type { Firing } from '../../native/trainer/firing.ts'
import type { LayerPictures } from '../../native/trainer/first-layer.ts'
import type { RateCurve, RateSearch } from '../../native/trainer/learning-rate-finder.ts'
import type { Histogram, Summary } from '../../native/trainer/named-values.ts'

export type AppInfo = {
  readonly version: string
  readonly dataDirectory: string
  /** Of the engine process: lets a person find it, and a test kill it. */
  readonly enginePid: number
  readonly versions: { readonly node: string; readonly onnxruntime: string }
  readonly cores: number
}

/** A device that this platform can have. The reason says in plain words why it does not work here, null where it does. */
export type DeviceInfo = DeviceState & { readonly title: string }

/** Choices that outlive a restart; kept in the library. */
export type Settings = {
  /** False until the first drawing: the Draw page then shows the first-start doors. */
  readonly welcomeDone: boolean
  readonly colorScheme: 'light' | 'dark' | 'auto'
  /** Mini-batches a second at most while a run trains; null: as many as there can be. Set by `run.setSpeed`. */
  readonly trainingSpeed: number | null
}

/** `ready`: can be opened now. `generated`: made on first use (takes seconds). `damaged`: see `problem`. */
export type DatasetState = 'ready' | 'generated' | 'damaged'

export type DatasetInfo = {
  /** `mnist`, `mnist_sample`, `fashion_mnist`, `synthetic`, `handwriting` (labeled drawings), or an imported one's. */
  readonly name: string
  readonly title: string
  readonly description: string
  readonly state: DatasetState
  /** Absent splits are null. `classCounts[c]` images of class c; null while the split was not read yet. */
  readonly splits: Readonly<
    Record<Split, { readonly count: number; readonly classCounts: readonly number[] | null } | null>
  >
  /** Names of the classes, index = label. For digits '0'..'9'. */
  readonly classes: readonly string[]
  /** Folder on disk, or null for the built-in set and for drawings. */
  readonly folder: string | null
  /** What the import did, for an imported set, which can be removed; null for others. */
  readonly imported: ImportReport | null
  readonly problem: ErrorPayload | null
}

export type { DuplicateCounts, ImageFacts, ImagePage, ImagePlace, ImageQuery, NearestImages } from './image-query.ts'

export type ImageDetail = {
  readonly split: Split
  readonly index: number
  readonly label: number
  /** 784 values, 0 background to 255 ink. */
  readonly pixels: Uint8Array
  /** Of an image of "My handwriting" the drawing's number, by which it can be relabeled and removed; null for others. */
  readonly drawing: number | null
}

/** `stored`, `cancelled` and `failed` are about the last download since the engine started; `idle`: there was none. */
export type DownloadState = 'idle' | 'running' | 'stored' | 'cancelled' | 'failed'

/** A set that can be downloaded. */
export type DownloadInfo = {
  readonly dataset: string
  readonly title: string
  /** Short name of its license. */
  readonly license: string
  readonly authors: string
  /** Address of its own page. */
  readonly home: string
  /** Hosts that are asked, in order; none where INKLING_MIRRORS is wrong. */
  readonly hosts: readonly string[]
  readonly totalBytes: number
  /** Of an interrupted download; the next one goes on from there. */
  readonly keptBytes: number
  readonly state: DownloadState
  /** While it runs, once there is something to tell. */
  readonly progress: DownloadProgress | null
  /** Why the last download failed. */
  readonly problem: ErrorPayload | null
  /** Where the folder lies that was in the place of the set before; null where there was none. */
  readonly movedAside: string | null
}

export type { DownloadProgress }

export type DistanceName = 'l1' | 'rmse'

export type AverageDigits = {
  readonly dataset: string
  readonly digits: readonly number[]
  /** Training images of each digit, same order as `digits`. */
  readonly counts: readonly number[]
  /** `[digits.length x 784]`, the mean of pixels / 255: 0..1. */
  readonly means: Float32Array
}

/** Accuracy of the nearest-average classifier on the test split. */
export type AverageAccuracy = {
  readonly dataset: string
  readonly distance: DistanceName
  readonly digits: readonly number[]
  /** Accuracy on the images of each digit, same order as `digits`. */
  readonly perDigit: readonly number[]
  /** Mean of `perDigit`. */
  readonly mean: number
  /** Correct images over all images. */
  readonly overall: number
  readonly count: number
  /** `[true][predicted]`, indices into `digits`. */
  readonly confusion: readonly (readonly number[])[]
}

/** One image's distances to the average digits. */
export type AverageComparison = {
  readonly image: ImageDetail
  readonly digits: readonly number[]
  readonly l1: readonly number[]
  readonly rmse: readonly number[]
}

/** `average`: values are distances, the shortest wins. `trained`: values are probabilities, the longest wins. */
export type ModelKind = 'average' | 'trained'

export type ModelInfo = {
  /** `average-l1`, `average-rmse`, `starter`, `starter-small`, `run-12`. */
  readonly id: string
  readonly title: string
  readonly kind: ModelKind
  /** The digits that it can answer, ascending. */
  readonly digits: readonly number[]
  /** Accuracy on the test split of `dataset`, or null when it was not measured. */
  readonly accuracy: number | null
  /** Data set whose test images `accuracy` is about. */
  readonly dataset: string
}

export type Prediction = {
  readonly model: string
  readonly kind: ModelKind
  /** Ascending; same order as `values`. */
  readonly digits: readonly number[]
  /** Distances, or probabilities that sum to 1. */
  readonly values: readonly number[]
  /** The answer: shortest distance or highest probability. */
  readonly digit: number
}

/** What the engine made of a drawing. Without ink, `pixels` are all 0 and there are no predictions. */
export type Reading = {
  readonly blank: boolean
  readonly pixels: Uint8Array
  readonly predictions: readonly Prediction[]
}

export type RunState = StoredRunState
export type RunSummary = StoredRun<RunSpecification>
/** `classes` and `confusion` have an entry for each digit, ascending; null for an epoch that an older Inkling recorded. */
export type EpochRecord = StoredEpoch & { readonly classes: readonly ClassMetrics[] | null }
export type RunRecord = Omit<StoredRecord<RunSpecification>, 'epochs'> & { readonly epochs: readonly EpochRecord[] }

/** A run measured on a split, by its weights at a stated step. */
export type RunEvaluation = {
  readonly run: number
  /** Mini-batches done. */
  readonly step: number
  readonly split: Split
  readonly accuracy: number
  /** Mean of the run's own loss. */
  readonly loss: number
  /** Images of the run's digits. */
  readonly count: number
  /** Ascending: the rows and columns of `confusion`, `[true][read]`. */
  readonly digits: readonly number[]
  readonly confusion: readonly (readonly number[])[]
  readonly classes: readonly ClassMetrics[]
}

/** A run as it was at a recorded step, or on the way there. */
export type RunMoment = {
  /** Theirs is the step that was reached. */
  readonly weights: WeightPictures
  /** On the test images; null on the way. */
  readonly evaluation: RunEvaluation | null
  /** Of the next mini-batch, as it was set. */
  readonly learningRate: number
  /** What it reads in the drawing that came along; null on the way, and where there is none or no ink in it. */
  readonly reading: Omit<Prediction, 'model' | 'kind'> | null
}

export type { ClassMetrics, Diagnosis }

/** The weights of the first layers as pictures, at a stated step; or the gradients by them, which tell nothing of firing. */
export type WeightPictures = LayerPictures & {
  readonly run: number
  /** Mini-batches done. */
  readonly step: number
  /** How often the units fire at that step; null where nothing can fire or it cannot be told. */
  readonly firing: Firing | null
}

export type { Firing }

/** Numbers of a named value: all, or the part that was asked for. A single number has the shape []. */
export type ValuePart = {
  readonly name: string
  readonly shape: readonly number[]
  /** Row-major. */
  readonly data: Float32Array
}

/**
 * One mini-batch under the microscope, with everything that happens in it. Its values have names that people know: `pixels`,
 * `layer1.weight`, `layer1.sum`, `layer1.activation`, `logits`, `probabilities`, `targets`, `losses`, `loss`, `learning_rate`; with
 * `.gradient` the slope of the loss by them (not yet times the learning rate), with `.after` what they are after the step, with
 * `.update` by how much it changed them. The first axis of what belongs to images is the image.
 */
export type RunMicroscope = {
  readonly run: number
  /** Mini-batches done before it. */
  readonly step: number
  /** Its place, both from 1. */
  readonly epoch: number
  readonly batch: number
  readonly stepsPerEpoch: number
  readonly totalSteps: number
  readonly learningRate: number
  /** Indices of its images in the training set. */
  readonly images: Int32Array
  readonly labels: Uint8Array
  /** What the model reads in each of them, before the step and after it. */
  readonly answers: Uint8Array
  readonly answersAfter: Uint8Array
  /** Mean over the mini-batch, before the step and after it. */
  readonly loss: number
  readonly lossAfter: number
  /** The chapter's seven steps, each with its formulas and the names of the values in them. */
  readonly steps: readonly StepOfSeven[]
  /** Of every value, in the order in which they come about. */
  readonly summaries: readonly NamedSummary[]
  /** What was asked for, in that order. */
  readonly values: readonly ValuePart[]
}

export type NamedSummary = Summary & { readonly name: string }
/** Of a parameter, or of the gradient of one. */
export type ParameterReport = { readonly name: string; readonly summary: Summary; readonly histogram: Histogram }

/** What goes on inside a run's model at a stated step, on chosen images. */
export type RunSnapshot = {
  readonly run: number
  /** Mini-batches done. */
  readonly step: number
  readonly split: Split
  /** The images, by their index in the split; the first axis of activations. */
  readonly images: Int32Array
  readonly labels: Uint8Array
  /** Every inner value that can be asked for, from the first layer to the logits. */
  readonly names: readonly string[]
  readonly layers: readonly LayerReport[]
  readonly parameters: readonly ParameterReport[]
  /** Of the next mini-batch's loss by each parameter; empty unless asked for. */
  readonly gradients: readonly ParameterReport[]
  readonly values: readonly ValuePart[]
}

export type { Histogram, LayerReport, RateCurve, RateSearch, StepOfSeven, Summary }

/** What became of a text on the tensor bench: results in their order, how shapes were broadcast, and the mistake that ended it. */
export type TensorEvaluation = Evaluation
export type { BroadcastRecord, KnownName, ShownOutput, ShownValue, TensorSummary }

export type SavedDrawing = StoredDrawing
/** Images that a model reads correctly, of those whose digit it knows. */
export type ModelScore = { readonly correct: number; readonly count: number }

/** A drawing that was saved, and how many with a label are here now. */
export type KeptDrawing = { readonly saved: SavedDrawing; readonly labeled: number }

export type EngineState = 'starting' | 'running' | 'restarting' | 'failed'
