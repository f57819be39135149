/** The models that can read a drawing: nearest averages, the starter model, and the models of finished runs. */
import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../data/error.ts'
import type { Datasets } from '../../data/datasets.ts'
import type { ImageSet, Split } from '../../data/image-set.ts'
import { selectLabels } from '../../data/select-labels.ts'
import type { Distance } from '../../native/averages/distances.ts'
import type { NearestAverage } from '../../native/averages/nearest-average.ts'
import { allDigits } from '../../native/learn/specification.ts'
import { Classifier } from '../../native/runtime/classifier.ts'
import type { ModelInfo, ModelScore, Prediction, RunSummary } from '../contract/types.ts'
import { AccuracyMeter, oneByOne } from './accuracy-meter.ts'
import type { AveragesShelf, DrawingAverages } from './averages-shelf.ts'
import { digitPictures } from './image-index.ts'
import type { EngineLibrary } from './library.ts'

/** Models of runs kept open; opening one again takes some milliseconds. */
const OPEN_MODELS = 12

const averageModels = {
  'average-l1': { title: 'Nearest average, L1', distance: 'l1' },
  'average-rmse': { title: 'Nearest average, RMSE', distance: 'rmse' },
} as const satisfies Record<string, { title: string; distance: Distance }>
type AverageModel = keyof typeof averageModels

/** Shipped models: `npm run make:starter` makes their files. */
const starters = { starter: 'LeNet', 'starter-small': 'Small net' } as const
type Starter = keyof typeof starters
const starterIds: readonly Starter[] = ['starter', 'starter-small']

/** Accuracies on the built-in test images, measured when the models were made: known before those images are generated. */
const figuresSchema = z.record(z.string(), z.number().min(0).max(1))

export type ModelShelfOptions = {
  readonly starterFolder: string
  readonly datasets: Datasets
  readonly averages: AveragesShelf
  readonly library: EngineLibrary
  /** An accuracy was measured. */
  readonly onChanged: () => void
}

export class ModelShelf {
  readonly #options: ModelShelfOptions
  readonly #open = new Map<string, Promise<Classifier>>()
  readonly #meter = new AccuracyMeter()
  /** By images, then by what reads them. */
  readonly #scores = new WeakMap<ImageSet, WeakMap<object, Promise<ModelScore>>>()
  /** By model and data set; null while it is being measured, or cannot be. */
  readonly #accuracies = new Map<string, number | null>()

  constructor(options: ModelShelfOptions) {
    this.#options = options
  }

  async list(): Promise<readonly ModelInfo[]> {
    const averages = await this.#options.averages.forDrawings(true)
    const models: ModelInfo[] = Object.entries(averageModels).map(([id, { title, distance }]) => ({
      id,
      title,
      kind: 'average',
      digits: allDigits,
      accuracy: this.#accuracy(id, averages.dataset, async () => {
        const test = await this.#options.datasets.load(averages.dataset, 'test')
        return await this.#meter.measure(
          test,
          oneByOne((pixels) => averages.classifiers[distance].predict(pixels)),
        )
      }),
      dataset: averages.dataset,
    }))
    for (const id of starterIds) {
      if (existsSync(this.#starterFile(id))) models.push(await this.#starter(id, averages.dataset))
    }
    return [...models, ...this.#options.library.listRuns().flatMap(modelOf)]
  }

  /**
   * Reads one picture (784 values, 0..255) with each of the models. Throws `model/unknown`, and what opening a model's file
   * throws.
   */
  async predict(models: readonly string[], pixels: Uint8Array): Promise<readonly Prediction[]> {
    this.#meter.noteDrawing()
    // All at once: one after another, each would wait for a slice of the training that may be under way.
    return await Promise.all(
      models.map(async (model) =>
        isAverage(model)
          ? distancesTo(await this.#options.averages.forDrawings(false), model, pixels)
          : await probabilitiesOf(await this.#classifier(model), model, pixels),
      ),
    )
  }

  /**
   * How many images of a half a model reads correctly, of those whose digit it knows; measured once as long as both stay. Throws
   * `model/unknown`, and what loading throws.
   */
  async evaluate(model: string, dataset: string, split: Split): Promise<ModelScore> {
    const set = digitPictures(dataset, await this.#options.datasets.load(dataset, split))
    const reader = isAverage(model)
      ? (await this.#options.averages.forDrawings(false)).classifiers[averageModels[model].distance]
      : await this.#classifier(model)
    const scores = this.#scores.get(set) ?? new WeakMap<object, Promise<ModelScore>>()
    this.#scores.set(set, scores)
    const score = scores.get(reader) ?? this.#score(reader, set)
    scores.set(reader, score)
    // A failure is not remembered.
    score.catch(() => scores.delete(reader))
    return await score
  }

  async #score(reader: NearestAverage | Classifier, set: ImageSet): Promise<ModelScore> {
    const known = selectLabels(set, reader.digits)
    if (known.count === 0) return { correct: 0, count: 0 }
    const read =
      reader instanceof Classifier
        ? (pixels: Uint8Array) => digitsOf(reader, pixels)
        : oneByOne((pixels) => reader.predict(pixels))
    return { correct: Math.round((await this.#meter.measure(known, read)) * known.count), count: known.count }
  }

  /** Closes a model whose file goes away. */
  async forget(model: string): Promise<void> {
    const open = this.#open.get(model)
    this.#open.delete(model)
    if (open !== undefined) await (await open).close()
  }

  #starterFile(id: Starter): string {
    return join(this.#options.starterFolder, `${id}.onnx`)
  }

  /** `dataset` is the one that the averages are measured on, so that all columns can be compared. */
  async #starter(id: Starter, dataset: string): Promise<ModelInfo> {
    const { digits } = await this.#classifier(id)
    const measured = this.#accuracy(id, dataset, async () => {
      const test = await this.#options.datasets.load(dataset, 'test')
      return await this.#meter.measure(test, async (pixels) => digitsOf(await this.#classifier(id), pixels))
    })
    const accuracy = measured ?? (dataset === 'synthetic' ? await this.#shippedFigure(id) : null)
    return { id, title: starters[id], kind: 'trained', digits, accuracy, dataset }
  }

  async #shippedFigure(id: Starter): Promise<number | null> {
    const file = join(this.#options.starterFolder, 'accuracies.json')
    if (!existsSync(file)) return null
    const figures = figuresSchema.safeParse(JSON.parse(await readFile(file, 'utf8')))
    return figures.data?.[id] ?? null
  }

  /** Known, or null for now: then measured in the background, if the set need not be generated for that. */
  #accuracy(model: string, dataset: string, measure: () => Promise<number>): number | null {
    const key = `${model} ${dataset}`
    const known = this.#accuracies.get(key)
    if (known !== undefined) return known
    this.#accuracies.set(key, null)
    this.#measure(key, dataset, measure).catch((error: unknown) => {
      // A damaged set: the data page says so. The accuracy stays unknown.
      if (!(error instanceof AppError)) throw error
    })
    return null
  }

  async #measure(key: string, dataset: string, measure: () => Promise<number>): Promise<void> {
    const { state, splits } = await this.#options.datasets.entry(dataset)
    if (state !== 'ready' || splits.test === null) {
      this.#accuracies.delete(key)
      return
    }
    this.#accuracies.set(key, await measure())
    this.#options.onChanged()
  }

  #classifier(model: string): Promise<Classifier> {
    const known = this.#open.get(model)
    if (known !== undefined) {
      this.#open.delete(model)
      this.#open.set(model, known)
      return known
    }
    const opening = this.#load(model)
    this.#open.set(model, opening)
    opening.catch(() => this.#open.delete(model))
    this.#closeOldest()
    return opening
  }

  #closeOldest(): void {
    const oldest = [...this.#open.keys()].find((model) => !isStarter(model))
    if (this.#open.size > OPEN_MODELS && oldest !== undefined) {
      this.forget(oldest).catch((error: unknown) =>
        console.error('Inkling engine: a model could not be closed:', error),
      )
    }
  }

  async #load(model: string): Promise<Classifier> {
    const bytes = isStarter(model) ? await this.#readStarter(model) : await this.#options.library.readModel(model)
    return await Classifier.load(bytes, model)
  }

  async #readStarter(id: Starter): Promise<Uint8Array> {
    try {
      return await readFile(this.#starterFile(id))
    } catch (cause) {
      throw new AppError(
        'model/unknown',
        `The starter model cannot be read from ${this.#starterFile(id)}. Install Inkling again, or make the model with npm run make:starter.`,
        { details: { model: id }, cause },
      )
    }
  }
}

function isAverage(model: string): model is AverageModel {
  return Object.hasOwn(averageModels, model)
}

function isStarter(model: string): model is Starter {
  return Object.hasOwn(starters, model)
}

/** The model of a run, if it was saved. */
function modelOf({ model, title, accuracy, specification }: RunSummary): ModelInfo[] {
  if (model === null) return []
  const digits = specification.digits.toSorted((a, b) => a - b)
  return [{ id: model, title, kind: 'trained', digits, accuracy, dataset: specification.dataset }]
}

function distancesTo({ classifiers }: DrawingAverages, model: AverageModel, pixels: Uint8Array): Prediction {
  const classifier = classifiers[averageModels[model].distance]
  const values = [...classifier.distances(pixels)]
  const digit = classifier.digits[values.indexOf(Math.min(...values))] ?? -1
  return { model, kind: 'average', digits: classifier.digits, values, digit }
}

/** What the classifier reads in each of the pictures. */
async function digitsOf(classifier: Classifier, pixels: Uint8Array): Promise<number[]> {
  const { digits } = classifier
  const all = await classifier.probabilities(pixels)
  return Array.from({ length: all.length / digits.length }, (_, row) => {
    const values = all.subarray(row * digits.length, (row + 1) * digits.length)
    return digits[values.indexOf(Math.max(...values))] ?? -1
  })
}

async function probabilitiesOf(classifier: Classifier, model: string, pixels: Uint8Array): Promise<Prediction> {
  const values = [...(await classifier.probabilities(pixels))]
  const digit = classifier.digits[values.indexOf(Math.max(...values))] ?? -1
  return { model, kind: 'trained', digits: classifier.digits, values, digit }
}
