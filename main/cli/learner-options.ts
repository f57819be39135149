/** Options that say what learns and how, for the commands that train: everything of a specification but how fast and how long. */
import { AppError } from '../../data/error.ts'
import {
  activations,
  defaultSpecification,
  initializations,
  losses,
  models,
  namesOf,
  optimizers,
  schedules,
  type RunSpecification,
} from '../../native/learn/specification.ts'
import { choice, flag, numberBetween, optional, wholeNumber, type Option, type ValuesOf } from './options.ts'

const defaults = defaultSpecification()

/** Sizes of hidden layers: `128` or `128,64`. */
const hiddenOption: Option<readonly number[]> = {
  description: 'Sizes of the hidden layers of mlp, up to eight (1 to 4096).',
  placeholder: 'N[,N...]',
  expected: 'up to eight whole numbers from 1 to 4096, such as 128 or 128,64',
  read(given) {
    const sizes = given.split(',').map((part) => (/^\d+$/.test(part) ? Number(part) : 0))
    return sizes.length <= 8 && sizes.every((size) => size >= 1 && size <= 4096) ? sizes : null
  },
  fallback: undefined,
  shownDefault: String(defaults.hidden),
}

export const learnerOptions = {
  model: choice(namesOf(models), { description: 'What is trained.', default: defaults.model }),
  hidden: optional(hiddenOption),
  activation: optional(
    choice(namesOf(activations), {
      description: `Between the layers of mlp and simple_net. Default: ${defaults.activation}.`,
    }),
  ),
  dropout: numberBetween(
    { from: 0, to: 0.9 },
    {
      description: 'Share of hidden units left out of each step; linear has none.',
      default: defaults.dropout,
    },
  ),
  loss: optional(
    choice(namesOf(losses), {
      description: 'What is made small. Default: mnist_loss for two digits, else cross_entropy.',
    }),
  ),
  optimizer: choice(namesOf(optimizers), { description: 'How weights follow gradients.', default: defaults.optimizer }),
  schedule: choice(namesOf(schedules), { description: 'How the learning rate goes.', default: defaults.schedule }),
  'weight-decay': numberBetween(
    { from: 0, to: 1 },
    { description: 'Pull of the weights towards 0.', default: defaults.weightDecay },
  ),
  'label-smoothing': numberBetween(
    { from: 0, to: 0.5 },
    {
      description: 'Share of the right answer spread over all classes, with cross_entropy alone.',
      default: defaults.labelSmoothing,
    },
  ),
  'forget-zero-grad': flag('Let gradients add up from step to step, as a forgotten zero_grad does.'),
  batch: wholeNumber({ from: 1, to: 100_000 }, { description: 'Images per mini-batch.', default: defaults.batchSize }),
  init: choice(namesOf(initializations), { description: 'The first weights.', default: defaults.initialization }),
  seed: wholeNumber({ from: 0, to: 2 ** 32 - 1 }, { description: 'Of all randomness.', default: defaults.seed }),
}

export type LearnerValues = ValuesOf<typeof learnerOptions>

/** Throws `usage/bad-value` for what the model has no use for, which would be left out in silence. `usage` is the command. */
export function requireFits({ hidden, activation, dropout, model }: LearnerValues, usage: string): void {
  const bad = (message: string): AppError =>
    new AppError('usage/bad-value', `${message}, but the model is ${model}. See "inkling ${usage} --help".`)
  if (hidden !== undefined && model !== 'mlp') throw bad('--hidden belongs to --model mlp')
  if (activation !== undefined && model !== 'mlp' && model !== 'simple_net') {
    throw bad('--activation belongs to --model mlp and simple_net')
  }
  if (dropout > 0 && model === 'linear') throw bad('--dropout belongs to models with hidden units')
}

/** The usual specification for these digits with what was chosen. */
export function learnerSpecification(values: LearnerValues, digits: readonly number[]): RunSpecification {
  const usual = defaultSpecification(digits)
  return {
    ...usual,
    digits,
    model: values.model,
    hidden: values.hidden ?? usual.hidden,
    activation: values.activation ?? usual.activation,
    dropout: values.dropout,
    loss: values.loss ?? usual.loss,
    optimizer: values.optimizer,
    schedule: values.schedule,
    weightDecay: values['weight-decay'],
    labelSmoothing: values['label-smoothing'],
    forgetZeroGrad: values['forget-zero-grad'],
    batchSize: values.batch,
    initialization: values.init,
    seed: values.seed,
  }
}
