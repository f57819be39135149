/**
 * Every command that a front door may give to the engine: its name (noun.verb), the schema that its arguments are checked
 * with at run time, and the type of its result. To add one: an entry here, and its handler in main/engine/handlers
 * (without it nothing compiles).
 */
import { z } from 'zod'
import { handSampleSchema, type HandSample } from './hand-sample.ts'
import { changes, digit, digits, name, specificationSchema, stopAt } from './specification-schema.ts'
import { distances } from '../../native/averages/distances.ts'
import { splits } from '../../data/image-set.ts'
import { resizes } from '../../data/import/resize.ts'
import { exportFormats } from '../../data/export/formats.ts'
import { UPLOAD_CHUNK_BYTES, UPLOAD_PARTS } from './upload-limits.ts'
import type {
  DrawingExport,
  DrawingImport,
  ExportInfo,
  ExportPiece,
  ImportInfo,
  UploadInfo,
  UploadProgress,
} from './transfers.ts'
import { imageSorts, imageSplits, type ImageQuery } from './image-query.ts'
import type {
  AppInfo,
  AverageAccuracy,
  AverageComparison,
  AverageDigits,
  DatasetInfo,
  DownloadInfo,
  DuplicateCounts,
  DeviceInfo,
  ImageDetail,
  ImageFacts,
  ImagePage,
  KeptDrawing,
  ModelInfo,
  ModelScore,
  NearestImages,
  RateSearch,
  Reading,
  RunEvaluation,
  RunMicroscope,
  RunMoment,
  RunRecord,
  RunSnapshot,
  RunSummary,
  SavedDrawing,
  Settings,
  TensorEvaluation,
  WeightPictures,
} from './types.ts'

type Command<Schema extends z.ZodType, Result> = { readonly arguments: Schema; readonly resultType?: Result }

/** `command<Result>()(schema)`: the result is a type alone, the arguments are checked at run time. */
function command<Result>() {
  return <Schema extends z.ZodType>(schema: Schema): Command<Schema, Result> => ({ arguments: schema })
}

function pointsOf(strokes: unknown): number {
  if (!Array.isArray(strokes)) return 0
  return strokes.reduce((sum: number, stroke: unknown) => sum + (Array.isArray(stroke) ? stroke.length : 1), 0)
}

const nothing = z.strictObject({})
const runId = z.strictObject({ run: z.int().min(1) })
const coordinate = z.number().min(-1e6).max(1e6)
const point = z.union([
  z.tuple([coordinate, coordinate]),
  z.tuple([coordinate, coordinate, z.number().min(0).max(1)]),
  z.tuple([coordinate, coordinate, z.number().min(0).max(1), z.number().min(0)]),
])
/** Points of a drawing, as in data/drawing.ts; they are counted before each of them is looked at. */
const MOST_POINTS = 50_000
const strokes = z
  .unknown()
  .refine((value) => pointsOf(value) <= MOST_POINTS, { error: `at most ${MOST_POINTS} points in all`, abort: true })
  .pipe(z.array(z.array(point.readonly()).min(1).max(20_000).readonly()).max(1_000).readonly())
const drawingId = z.strictObject({ drawing: z.int().min(1) })
const canvasSide = z.number().positive().max(1e5)

export const drawingSchema = z.strictObject({
  label: digit.nullable(),
  strokes,
  width: canvasSide,
  height: canvasSide,
})

/** Along each axis one place, from..below, or all (null); axes that are left out are whole. */
const place = z.union([z.int().min(0), z.tuple([z.int().min(0), z.int().min(1)]), z.null()])

/** Parts of named values; at most 4 million numbers in one answer. */
const parts = z
  .array(z.strictObject({ name, at: z.array(place).max(8).readonly().optional() }))
  .max(100)
  .readonly()
  .optional()

const settings = z.strictObject({
  welcomeDone: z.boolean(),
  colorScheme: z.enum(['light', 'dark', 'auto']),
})

const classLabel = z.int().min(0).max(255)
const imageQuery = z.strictObject({
  split: z.enum(imageSplits),
  label: classLabel.nullable(),
  lookalike: classLabel.nullable(),
  duplicates: z.boolean(),
  sort: z.enum(imageSorts),
  descending: z.boolean(),
}) satisfies z.ZodType<ImageQuery>

/** A path on the machine that the engine runs on. */
const path = z.string().min(1).max(4096)
const upload = z.strictObject({ upload: z.string().min(1).max(100) })
/** What is imported: a file or folder by its path, or what was uploaded. */
const importSource = z.union([z.strictObject({ path }), upload])
const uploadParts = z
  .array(
    z.strictObject({
      path: z.string().min(1).max(1024),
      offset: z.int().min(0),
      bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'bytes are missing'),
    }),
  )
  .min(1)
  .max(UPLOAD_PARTS)
  .refine(
    (pieces) => pieces.reduce((sum, { bytes }) => sum + bytes.length, 0) <= UPLOAD_CHUNK_BYTES,
    `at most ${UPLOAD_CHUNK_BYTES} bytes in all parts together`,
  )
  .readonly()

export const commands = {
  'app.read': command<AppInfo>()(nothing),
  /** The devices that this platform can have, the CPU first. Each is tried once, in a process of its own: the first answer takes seconds. */
  'device.list': command<readonly DeviceInfo[]>()(nothing),
  'settings.read': command<Settings>()(nothing),
  'settings.change': command<Settings>()(settings.partial()),

  'dataset.list': command<readonly DatasetInfo[]>()(nothing),
  /** Reads (or generates) a split, so that its class counts are known. */
  'dataset.open': command<DatasetInfo>()(z.strictObject({ dataset: name })),
  'dataset.page': command<ImagePage>()(
    z.strictObject({ dataset: name, query: imageQuery, offset: z.int().min(0), count: z.int().min(0).max(2_000) }),
  ),
  /** At which place of a query's answer this image stands; null where it is not in it. */
  'dataset.locate': command<{ readonly position: number | null }>()(
    z.strictObject({ dataset: name, query: imageQuery, split: z.enum(splits), index: z.int().min(0) }),
  ),
  'dataset.image': command<ImageDetail>()(
    z.strictObject({ dataset: name, split: z.enum(splits), index: z.int().min(0) }),
  ),
  'dataset.imageFacts': command<ImageFacts>()(
    z.strictObject({ dataset: name, split: z.enum(splits), index: z.int().min(0) }),
  ),
  /** Among the training images, or among the test images where there are no others; without the image itself. */
  'dataset.nearestImages': command<NearestImages>()(
    z.strictObject({
      dataset: name,
      split: z.enum(splits),
      index: z.int().min(0),
      count: z.int().min(1).max(50),
    }),
  ),
  'dataset.duplicates': command<DuplicateCounts>()(z.strictObject({ dataset: name })),

  /** What can be downloaded, and how far it is. */
  'download.list': command<readonly DownloadInfo[]>()(nothing),
  /** Answers as soon as the download has begun, or goes on; progress and end follow as events. */
  'download.start': command<DownloadInfo>()(z.strictObject({ dataset: name })),
  /** Keeps what has come, for the next start. */
  'download.cancel': command<DownloadInfo>()(z.strictObject({ dataset: name })),

  /** Digits by the simulated hand, as its dials are set; about .1 ms an image. */
  'synthetic.sample': command<HandSample>()(handSampleSchema),

  /**
   * Evaluates a text on the tensor bench. Names that it gives stay in the session; names of the chapter (threes, train_x) stand
   * for this data set's images. A mistake in the text is told in the result.
   */
  'tensor.evaluate': command<TensorEvaluation>()(
    z.strictObject({ session: name, dataset: name.nullable(), source: z.string().max(20_000) }),
  ),
  /** Forgets the session's names, and begins its random numbers anew. */
  'tensor.reset': command<TensorEvaluation>()(z.strictObject({ session: name, dataset: name.nullable() })),

  /** Removes an imported set and its images. */
  'dataset.remove': command<null>()(z.strictObject({ dataset: name })),

  /** Begins to hand over files; see UploadInfo. */
  'upload.begin': command<UploadInfo>()(nothing),
  /**
   * The next pieces. A part goes on with the last file where its path is the same and `offset` is that file's length so far; at
   * offset 0 it begins a new file. Many small files may come in one call. Wait for each answer before the next call: that is the
   * back-pressure.
   */
  'upload.append': command<UploadProgress>()(upload.extend({ parts: uploadParts })),
  'upload.discard': command<null>()(upload),

  /**
   * Answers as soon as the name is known to be free; progress and end follow as events. An upload is gone when its import is done or
   * cancelled, and stays for another try when it failed.
   */
  'import.start': command<ImportInfo>()(
    z.strictObject({
      source: importSource,
      /** Up to 40 lowercase letters, digits, - and _. */
      name,
      title: name.optional(),
      resize: z.enum(resizes).default('ink'),
      /** Turns gray pictures of 28 x 28 that are dark on light; others are turned by themselves. */
      invert: z.boolean().default(false),
      /** Column of the labels in CSV and Parquet: its name, or its number from 1; null for one of a usual name, else the first. */
      labels: name.nullable().default(null),
      /** Part of the images to put aside as test images where the source has none. */
      holdOut: z.number().min(0).max(0.5).default(0),
      /** Names of the classes to take, where the source has too many; absent for all. */
      classes: z.array(name).min(1).max(10).optional(),
    }),
  ),
  'import.cancel': command<null>()(z.strictObject({ import: z.int().min(1) })),
  /** Those that run and the last that ended, newest first: for a page that was opened anew. */
  'import.list': command<readonly ImportInfo[]>()(nothing),
  /** A free name for a set, made of the name of what is imported. */
  'import.suggestName': command<{ readonly name: string }>()(z.strictObject({ text: z.string().max(1024) })),

  /**
   * Writes a set to a new folder, or, where `folder` is null, as a zip archive to be read with `export.read`. Answers as soon as it has
   * begun; progress and end follow as events.
   */
  'export.start': command<ExportInfo>()(
    z.strictObject({ dataset: name, format: z.enum(exportFormats), folder: path.nullable().default(null) }),
  ),
  /** A piece of an archive that is done, about 2 MB; read on at `offset` + its length until `isLast`, then cancel to give it up. */
  'export.read': command<ExportPiece>()(z.strictObject({ export: z.int().min(1), offset: z.int().min(0) })),
  /** Ends an export, or gives up its archive. */
  'export.cancel': command<null>()(z.strictObject({ export: z.int().min(1) })),

  'averages.compute': command<AverageDigits>()(z.strictObject({ dataset: name, digits })),
  'averages.evaluate': command<AverageAccuracy>()(
    z.strictObject({ dataset: name, digits, distance: z.enum(distances) }),
  ),
  'averages.compare': command<AverageComparison>()(
    z.strictObject({ dataset: name, digits, split: z.enum(splits), index: z.int().min(0) }),
  ),

  'model.list': command<readonly ModelInfo[]>()(nothing),
  /** How many images of a half a model reads correctly, of those whose digit it knows. Waits while somebody draws. */
  'model.evaluate': command<ModelScore>()(z.strictObject({ model: name, dataset: name, split: z.enum(splits) })),
  /** Reads a drawing with each of these models, in this order. */
  'digit.predict': command<Reading>()(
    z.strictObject({ strokes, width: canvasSide, height: canvasSide, models: z.array(name).max(20).readonly() }),
  ),

  /**
   * Keeps a drawing; one with a label becomes an image of "My handwriting". With a `key` that was saved before nothing is saved again,
   * so that who got no answer may ask twice.
   */
  'drawing.save': command<KeptDrawing>()(
    z.strictObject({ drawing: drawingSchema, key: z.string().min(8).max(64).optional() }),
  ),
  'drawing.list': command<readonly SavedDrawing[]>()(nothing),
  /** Says that a drawing is another digit. It stays in its half. */
  'drawing.relabel': command<SavedDrawing>()(drawingId.extend({ label: digit })),
  /** It can be taken back for an hour. */
  'drawing.remove': command<null>()(drawingId),
  /** Takes a removal back. */
  'drawing.restore': command<SavedDrawing>()(drawingId),
  /** Drawings from a file of JSON lines: all of them, or none. Those that are here already are not doubled. */
  'drawing.import': command<DrawingImport>()(z.strictObject({ source: importSource })),
  'drawing.export': command<DrawingExport>()(nothing),

  /**
   * Answers as soon as the run is recorded; reading, building and training follow as events. One run trains at a time.
   * `paused`: it waits before its first mini-batch.
   */
  'run.start': command<RunSummary>()(
    z.strictObject({ specification: specificationSchema, paused: z.boolean().optional() }),
  ),
  'run.pause': command<RunSummary>()(runId),
  'run.resume': command<RunSummary>()(runId),
  /** Trains this many mini-batches, then pauses. */
  'run.step': command<RunSummary>()(runId.extend({ batches: z.int().min(1).max(1_000_000) })),
  /** Trains to the end of the present epoch, or of the next where one has just ended, then pauses. */
  'run.stepEpoch': command<RunSummary>()(runId),
  /**
   * Goes back this many mini-batches, or to a recorded step, and waits there: weights and figures are what they were, bit by bit,
   * and what came after is gone.
   */
  'run.back': command<RunSummary>()(
    runId
      .extend({ batches: z.int().min(1).optional(), toStep: z.int().min(0).optional() })
      .refine(({ batches, toStep }) => (batches === undefined) !== (toStep === undefined), 'either batches or toStep'),
  ),
  /** Ends the run and keeps its weights. */
  'run.stop': command<RunSummary>()(runId),
  'run.setLearningRate': command<RunSummary>()(runId.extend({ learningRate: z.number().positive().max(1e6) })),
  /**
   * Mini-batches a second at most, of the run that trains and of those to come; null: as many as there can be. Holds at once, is kept,
   * and changes no number of a run.
   */
  'run.setSpeed': command<Settings>()(z.strictObject({ speed: z.number().min(0.1).max(100_000).nullable() })),
  /** Looked at when the next epoch ends; null: all epochs. */
  'run.setStopAt': command<RunSummary>()(runId.extend({ stopAt })),
  /**
   * Goes on with a run that was stopped, interrupted, or failed, from its last checkpoint, as if it had never ended; `device` where
   * it should compute elsewhere now.
   */
  'run.continue': command<RunSummary>()(
    runId.extend({ device: specificationSchema.shape.device.optional(), paused: z.boolean().optional() }),
  ),
  /**
   * Starts a new run from a recorded step of this one, with some settings changed. It has the past up to that step as its own,
   * and its mini-batches are counted on from there. What decides the model and its data must stay; batch size, order and seed can
   * change where an epoch has ended.
   */
  'run.branch': command<RunSummary>()(runId.extend({ step: z.int().min(0), changes, paused: z.boolean().optional() })),
  /**
   * The run as it was at a recorded step: measured on the test images, its first layer, and what it reads in a drawing. Computed on the
   * CPU. With `within` it answers after about so many milliseconds with how far it is; who asks again goes on from there.
   */
  'run.at': command<RunMoment>()(
    runId.extend({
      step: z.int().min(0),
      within: z.number().min(1).max(60_000).optional(),
      drawing: z.strictObject({ strokes, width: canvasSide, height: canvasSide }).optional(),
    }),
  ),
  /** Measures the present weights, or those that were kept. */
  'run.evaluate': command<RunEvaluation>()(runId.extend({ split: z.enum(splits) })),
  /**
   * The next mini-batch with every value by name: of the run as it is, or after `step` recorded mini-batches (of a run that has ended
   * its last one, unless told). All values are told of in summaries; the numbers of those in `values` come along.
   */
  'run.microscope': command<RunMicroscope>()(runId.extend({ step: z.int().min(0).optional(), values: parts })),
  /**
   * Activations on chosen images, units that are dead, weights and gradients; while the run trains, between two mini-batches and
   * without touching it. `step` as for the microscope; of a run that has ended the last one.
   */
  'run.snapshot': command<RunSnapshot>()(
    runId.extend({
      step: z.int().min(0).optional(),
      images: z.discriminatedUnion('kind', [
        /** Those of the next mini-batch. */
        z.strictObject({ kind: z.literal('mini-batch') }),
        /** The first ones that are the run's digits. */
        z.strictObject({ kind: z.literal('first'), split: z.enum(splits), count: z.int().min(1).max(1000) }),
        z.strictObject({
          kind: z.literal('chosen'),
          split: z.enum(splits),
          indices: z.array(z.int().min(0)).min(1).max(1000).readonly(),
        }),
      ]),
      /** Names of inner values to report on; all activations unless given. */
      layers: z.array(name).max(100).readonly().optional(),
      gradients: z.boolean().optional(),
      /** Of the histograms; 40 unless given. */
      bins: z.int().min(1).max(200).optional(),
      values: parts,
    }),
  ),
  /**
   * Tries ever larger learning rates on a copy of the weights: the specification's first ones, or those of a run at a step. Answers
   * at the end; meanwhile `run.rateProgressed` tells, by the number that was given as `search`.
   */
  'run.findRate': command<RateSearch>()(
    z.strictObject({
      specification: specificationSchema,
      search: z.int().min(0),
      run: z.int().min(1).optional(),
      step: z.int().min(0).optional(),
    }),
  ),
  /** Ends that search, which then answers with what it has. */
  'run.cancelFindRate': command<null>()(z.strictObject({ search: z.int().min(0) })),
  'run.list': command<readonly RunSummary[]>()(nothing),
  'run.read': command<RunRecord>()(runId),
  /** Of a run that has ended: the newest that were kept, at their own step. */
  'run.weights': command<WeightPictures>()(runId),
  /**
   * The slope of the next mini-batch's loss by each of these weights, as `run.snapshot` would compute it, in the time of one training step;
   * `step` as there.
   */
  'run.gradients': command<WeightPictures>()(runId.extend({ step: z.int().min(0).optional() })),
  'run.remove': command<null>()(runId),
} as const

export type CommandName = keyof typeof commands
export type ArgumentsOf<Name extends CommandName> = z.output<(typeof commands)[Name]['arguments']>
export type ResultOf<Name extends CommandName> =
  (typeof commands)[Name] extends Command<z.ZodType, infer Result> ? Result : never

/** What an engine must offer: one handler for each command. */
export type Handlers = {
  readonly [Name in CommandName]: (input: ArgumentsOf<Name>) => ResultOf<Name> | Promise<ResultOf<Name>>
}
