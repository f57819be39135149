/** Checks a specification beyond the types of its fields: what fits together and what does not. */
import { AppError } from '../../data/error.ts'
import type { RunSpecification } from './specification.ts'

/** A field that is wrong, and the sentence that says why; the form shows it at the field. */
export type Problem = {
  readonly field: keyof RunSpecification
  readonly code: 'train/bad-specification' | 'train/loss-needs-two-classes'
  readonly message: string
}

/** Smaller learning rates and goals are next to 0 in single precision: there nothing would move, or it could not be told from 0. */
const LEAST = 1e-30
const MOST = 1e6
const MOST_IMAGES = 100_000
const MOST_EPOCHS = 10_000
const MOST_LAYERS = 8

/** The problems of a specification, none when it can be trained. The data are not looked at. */
export function problemsOf(spec: RunSpecification): Problem[] {
  const problems: Problem[] = []
  const bad = (field: keyof RunSpecification, message: string) =>
    problems.push({ field, code: 'train/bad-specification', message })

  if (spec.fresh && spec.dataset !== 'synthetic') {
    bad(
      'fresh',
      `Only the built-in data set can draw new images for each epoch, and this is "${spec.dataset}". Choose synthetic, or the same images in each epoch.`,
    )
  }
  if (new Set(spec.digits).size !== spec.digits.length) bad('digits', 'Each digit can be chosen once.')
  if (spec.digits.length < 2) bad('digits', 'A model tells at least two digits apart; choose two or more.')
  if (spec.digits.some((digit) => !Number.isInteger(digit) || digit < 0 || digit > 9)) {
    bad('digits', 'Digits are whole numbers from 0 to 9.')
  }
  if (spec.loss === 'mnist_loss' && spec.digits.length !== 2) {
    problems.push({
      field: 'loss',
      code: 'train/loss-needs-two-classes',
      message: `mnist_loss tells two digits apart, and ${spec.digits.length} are chosen. Choose two digits, or cross-entropy.`,
    })
  }
  const badRate = rateProblem(spec.learningRate)
  if (badRate !== null) bad('learningRate', badRate)
  if (!(spec.weightDecay >= 0 && spec.weightDecay <= 1)) {
    bad('weightDecay', `The weight decay must be from 0 to 1; found ${spec.weightDecay}.`)
  }
  if (!(spec.dropout >= 0 && spec.dropout <= 0.9)) {
    bad('dropout', `The dropout must be from 0 to 0.9; found ${spec.dropout}.`)
  }
  if (!(spec.labelSmoothing >= 0 && spec.labelSmoothing <= 0.5)) {
    bad('labelSmoothing', `The label smoothing must be from 0 to 0.5; found ${spec.labelSmoothing}.`)
  }
  if (spec.labelSmoothing > 0 && spec.loss !== 'cross_entropy') {
    bad('labelSmoothing', 'Label smoothing goes with cross-entropy; choose that loss, or set it to 0.')
  }
  if (spec.initialization === 'averages' && spec.model !== 'linear') {
    bad(
      'initialization',
      'Average digits are the weights of a linear model; choose that model, or other first weights.',
    )
  }
  if (!whole(spec.batchSize, 1) || spec.batchSize > MOST_IMAGES) {
    bad('batchSize', `The batch size must be a whole number from 1 to 100,000; found ${spec.batchSize}.`)
  }
  if (!whole(spec.epochs, 1) || spec.epochs > MOST_EPOCHS) {
    bad('epochs', `The epochs must be a whole number from 1 to 10,000; found ${spec.epochs}.`)
  }
  if (!whole(spec.threads, 0) || spec.threads > 64) {
    bad(
      'threads',
      `The threads must be a whole number from 1 to 64, or auto (0) for what is fastest; found ${spec.threads}.`,
    )
  }
  if (!whole(spec.seed, 0) || spec.seed >= 2 ** 32)
    bad('seed', `The seed must be a whole number from 0 to ${2 ** 32 - 1}; found ${spec.seed}.`)
  const stop = spec.stopAt
  if (stop !== null && !(stop.value >= LEAST && stop.value <= (stop.metric === 'accuracy' ? 1 : MOST))) {
    bad(
      'stopAt',
      stop.metric === 'accuracy'
        ? `The accuracy to stop at must be above 0 and at most 1; found ${stop.value}.`
        : `The validation loss to stop at must be above 0 and at most 1,000,000; found ${stop.value}.`,
    )
  }
  if (spec.model === 'mlp') {
    if (spec.hidden.length === 0) bad('hidden', 'A multi-layer model needs at least one hidden layer, such as 128.')
    if (spec.hidden.length > MOST_LAYERS) {
      bad('hidden', `A multi-layer model has at most eight hidden layers; found ${spec.hidden.length}.`)
    }
    if (spec.hidden.some((size) => !whole(size, 1) || size > 4096)) {
      bad('hidden', `Hidden layers have 1 to 4,096 units; found ${spec.hidden.join(', ')}.`)
    }
  }
  return problems
}

/** Throws the first problem as an AppError. */
export function requireValid(spec: RunSpecification): void {
  const [first] = problemsOf(spec)
  if (first !== undefined) throw new AppError(first.code, first.message, { details: { field: first.field } })
}

/** Null for a learning rate that can be trained with. */
function rateProblem(rate: number): string | null {
  if (!(rate > 0 && Number.isFinite(rate))) return `The learning rate must be above 0; found ${rate}.`
  if (rate > MOST) return `The learning rate must be at most 1,000,000; found ${rate}.`
  if (rate < LEAST) return `With learning rate ${rate} no weight would ever move; choose at least ${LEAST}.`
  return null
}

function whole(value: number, least: number): boolean {
  return Number.isInteger(value) && value >= least
}
