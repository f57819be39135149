/** The Learner form's content while it is edited: text where a person types, and its way to a specification and back. */
import {
  allDigits,
  defaultSpecification,
  isConvolutional,
  losses,
  type ActivationName,
  type DeviceName,
  type InitializationName,
  type LossName,
  type ModelName,
  type OptimizerName,
  type OrderName,
  type Preset,
  type RunSpecification,
  type ScheduleName,
  type StopMetric,
} from '../../../native/learn/specification.ts'
import { problemsOf } from '../../../native/learn/validate.ts'

export type Draft = {
  readonly dataset: string
  /** Of the built-in data set alone. */
  readonly fresh: boolean
  /** All ten digits, or the two below. */
  readonly allTen: boolean
  readonly pair: readonly [number, number]
  readonly model: ModelName
  /** `128` or `128, 64`. */
  readonly hidden: string
  readonly activation: ActivationName
  readonly dropout: string
  readonly loss: LossName
  readonly optimizer: OptimizerName
  readonly learningRate: string
  readonly schedule: ScheduleName
  readonly weightDecay: string
  readonly labelSmoothing: string
  readonly forgetZeroGrad: boolean
  readonly batchSize: string
  readonly epochs: string
  readonly order: OrderName
  readonly initialization: InitializationName
  readonly seed: string
  readonly threads: string
  readonly device: DeviceName
  /** What ends the run early, and at which value. */
  readonly stopMetric: StopMetric | 'never'
  readonly stopValue: string
}

export type FieldName = keyof RunSpecification
export type FieldProblems = Readonly<Partial<Record<FieldName, string>>>

export function draftOf(spec: RunSpecification): Draft {
  const [first = 3, second = 7] = spec.digits.length === 2 ? spec.digits : []
  return {
    dataset: spec.dataset,
    fresh: spec.fresh,
    allTen: spec.digits.length !== 2,
    pair: [first, second],
    model: spec.model,
    hidden: spec.hidden.join(', '),
    activation: spec.activation,
    dropout: String(spec.dropout),
    loss: spec.loss,
    optimizer: spec.optimizer,
    learningRate: String(spec.learningRate),
    schedule: spec.schedule,
    weightDecay: String(spec.weightDecay),
    labelSmoothing: String(spec.labelSmoothing),
    forgetZeroGrad: spec.forgetZeroGrad,
    batchSize: String(spec.batchSize),
    epochs: String(spec.epochs),
    order: spec.order,
    initialization: spec.initialization,
    seed: String(spec.seed),
    threads: spec.threads === 0 ? AUTO : String(spec.threads),
    device: spec.device,
    stopMetric: spec.stopAt?.metric ?? 'never',
    stopValue: spec.stopAt === null ? '' : String(spec.stopAt.value),
  }
}

/** Instead of a number of threads: as many as measure fastest. */
const AUTO = 'auto'

/** A number as typed; an empty field and words become NaN, which no field takes. */
function numberFrom(text: string): number {
  const plain = text.trim().replaceAll(',', '').replace('\u2212', '-')
  return plain === '' ? NaN : Number(plain)
}

/** Whether the model has hidden units that dropout can leave out. */
export function hasDropout(model: ModelName): boolean {
  return model === 'mlp' || isConvolutional(model)
}

/** A setting that the form does not offer for this model or loss gets the value that leaves it out. */
export function specificationOf(draft: Draft): RunSpecification {
  return {
    dataset: draft.dataset,
    fresh: draft.dataset === 'synthetic' && draft.fresh,
    digits: draft.allTen ? allDigits : draft.pair,
    model: draft.model,
    hidden: draft.hidden
      .split(/[\s,]+/)
      .filter((part) => part !== '')
      .map(Number),
    activation: draft.activation,
    dropout: hasDropout(draft.model) ? numberFrom(draft.dropout) : 0,
    loss: draft.loss,
    optimizer: draft.optimizer,
    learningRate: numberFrom(draft.learningRate),
    schedule: draft.schedule,
    weightDecay: numberFrom(draft.weightDecay),
    labelSmoothing: draft.loss === 'cross_entropy' ? numberFrom(draft.labelSmoothing) : 0,
    forgetZeroGrad: draft.forgetZeroGrad,
    batchSize: numberFrom(draft.batchSize),
    epochs: numberFrom(draft.epochs),
    order: draft.order,
    initialization: draft.initialization,
    seed: numberFrom(draft.seed),
    threads: draft.threads.trim().toLowerCase() === AUTO ? 0 : numberFrom(draft.threads),
    device: draft.device,
    stopAt: draft.stopMetric === 'never' ? null : { metric: draft.stopMetric, value: numberFrom(draft.stopValue) },
    from: null,
  }
}

/** A short message for each field that cannot be trained with; empty when all can. */
export function problemsIn(draft: Draft): FieldProblems {
  const problems: Partial<Record<FieldName, string>> = {}
  for (const { field, message } of problemsOf(specificationOf(draft))) problems[field] ??= shorten(message)
  return problems
}

/** "The batch size must be a whole number from 1 to 100,000; found -3." at its field: "a whole number from 1 to 100,000". */
function shorten(message: string): string {
  return message
    .replace(/; found .*$/, '')
    .replace(/^The [a-z ]+ must be /, '')
    .replace(/\.$/, '')
}

/** Settings of the fold "More settings" that are not at rest, so that it does not hide what matters. */
export function hasMore(draft: Draft): boolean {
  const { schedule, weightDecay, labelSmoothing, forgetZeroGrad, dropout, stopAt } = specificationOf(draft)
  return (
    schedule !== 'constant' ||
    forgetZeroGrad ||
    stopAt !== null ||
    [weightDecay, labelSmoothing, dropout].some((value) => value !== 0)
  )
}

/** The losses that fit the chosen digits. */
export function lossesFor(allTen: boolean): LossName[] {
  return (Object.keys(losses) as LossName[]).filter((loss) => !allTen || loss !== 'mnist_loss')
}

/** The draft with these digits; the loss becomes the usual one for them. */
export function withDigits(draft: Draft, allTen: boolean): Draft {
  if (allTen === draft.allTen) return draft
  return { ...draft, allTen, loss: allTen ? 'cross_entropy' : 'mnist_loss' }
}

/** The draft with this model; first weights that it cannot have become the usual ones. */
export function withModel(draft: Draft, model: ModelName): Draft {
  const fits = draft.initialization !== 'averages' || model === 'linear'
  return { ...draft, model, initialization: fits ? draft.initialization : 'linear' }
}

/** The draft with one of the two digits changed; choosing the other one's digit swaps them. */
export function withDigit(draft: Draft, place: 0 | 1, digit: number): Draft {
  const [first, second] = draft.pair
  if (digit === draft.pair[1 - place]) return { ...draft, pair: [second, first] }
  return { ...draft, pair: place === 0 ? [digit, second] : [first, digit] }
}

/** What ends a run early, with a value that is within reach. */
export function withStopMetric(stopMetric: Draft['stopMetric']): Pick<Draft, 'stopMetric' | 'stopValue'> {
  const usual = { never: '', accuracy: '0.95', validLoss: '0.1' } as const
  return { stopMetric, stopValue: usual[stopMetric] }
}

/** A preset on the same data, device and threads. */
export function withPreset(draft: Draft, preset: Preset): Draft {
  const { dataset, device, threads } = specificationOf(draft)
  return draftOf({ ...preset.specification, dataset, device, threads: Number.isFinite(threads) ? threads : 1 })
}

/** What the form starts from before the first run. */
export function firstDraft(dataset: string, preset: Preset | undefined): Draft {
  return draftOf({ ...defaultSpecification(), ...preset?.specification, dataset })
}
