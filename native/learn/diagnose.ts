/**
 * From what is seen of a run that fails to why, in plain words, and what to change: the failures of the chapter. Pure. To add a
 * cause: an entry in `causes`, the likelier ones first.
 */
import type { StoredDiagnosis } from '../../data/library/types.ts'
import { losses, type OptimizerName, type RunSpecification } from './specification.ts'

export type Diagnosis = StoredDiagnosis<RunSpecification>

/**
 * What is seen. `still`: the loss has no slope. `slow`: after an epoch the loss is what it was, with a low learning rate. `digit` is the only one that the model reads; see native/trainer/plateau.ts for the rest.
 */
export type Symptom =
  | { readonly kind: 'diverged' }
  | { readonly kind: 'slow' }
  | { readonly kind: 'still' }
  | { readonly kind: 'one-class'; readonly digit: number; readonly spread: number; readonly largest: number }

export type Facts = {
  readonly specification: RunSpecification
  /** The present one. */
  readonly learningRate: number
  /** Mini-batches done. */
  readonly step: number
  readonly stepsPerEpoch: number
  readonly symptom: Symptom
}

type Cause = {
  readonly code: string
  readonly applies: (facts: Facts) => boolean
  /** Where it is only a guess: told when nothing else applies. */
  readonly guess?: (facts: Facts) => boolean
  /** Why it happens, and what to do. */
  readonly words: (facts: Facts) => string
  readonly remedy: (facts: Facts) => Diagnosis['remedy']
}

/** Learning rates that do well with these models. */
const usualRates: Readonly<Record<OptimizerName, number>> = {
  sgd: 0.1,
  momentum: 0.01,
  nesterov: 0.01,
  adam: 0.001,
  adamw: 0.001,
}

/** From a hundredth of the usual rate down it is looked whether the loss moves at all. */
export function isLowRate({ optimizer }: Pick<RunSpecification, 'optimizer'>, learningRate: number): boolean {
  return learningRate <= usualRates[optimizer] / 100
}

/** Outputs beyond this: the sigmoid of them is 0 or 1 and its slope nothing, in single precision. */
const SATURATED = 17

/** Outputs that differ by less than this from image to image do not depend on the image. */
const ALIKE = 1e-5

/** Weight decay from which the weights may shrink faster than they learn. */
const HEAVY_DECAY = 0.05

/** Whether steps may be too large: not where nothing moves. */
const goesTooFar = ({ kind }: Symptom): boolean => kind !== 'still' && kind !== 'slow'
const oneClass = ({ symptom }: Facts): boolean => symptom.kind === 'one-class'
const seen = ({ symptom }: Facts): (Symptom & { kind: 'one-class' }) | null =>
  symptom.kind === 'one-class' ? symptom : null

const hasHiddenLayers = ({ specification }: Facts): boolean => specification.model !== 'linear'
/** Of the hidden layers: units of the models that have no choice are ReLU. */
const activationOf = ({ specification: { model, activation } }: Facts) => (model === 'mlp' ? activation : 'relu')
const outputsAreAlike = (facts: Facts): boolean => (seen(facts)?.spread ?? Infinity) < ALIKE
const bounded = ({ specification: { loss } }: Facts): boolean =>
  loss === 'mnist_loss' || loss === 'mse' || loss === 'l1'

function gentler({ specification, learningRate }: Facts): Diagnosis['remedy'] {
  const usual = usualRates[specification.optimizer]
  const rate = Number(Math.min(learningRate / 10, usual).toPrecision(2))
  return { words: `Start again with learning rate ${rate}`, changes: { learningRate: rate } }
}

const usualLoss = ({ specification }: Facts) => (specification.digits.length === 2 ? 'mnist_loss' : 'cross_entropy')

const causes: readonly Cause[] = [
  {
    code: 'forgotten-zero-grad',
    applies: ({ specification, symptom }) => specification.forgetZeroGrad && goesTooFar(symptom),
    words: () =>
      'Gradients are never set to zero, so each step also repeats all the steps before it and goes much too far.',
    remedy: () => ({ words: 'Start again with zero_grad', changes: { forgetZeroGrad: false } }),
  },
  {
    code: 'no-gradient',
    applies: ({ specification, symptom }) => symptom.kind !== 'diverged' && specification.loss === 'accuracy',
    words: () =>
      'Accuracy does not change when a weight changes a little, so its gradient is 0 and no weight moves. A loss must react to small changes.',
    remedy: (facts) => ({
      words: `Start again with ${losses[usualLoss(facts)].title.toLowerCase()}`,
      changes: { loss: usualLoss(facts) },
    }),
  },
  {
    code: 'zero-weights',
    applies: (facts) => oneClass(facts) && facts.specification.initialization === 'zeros' && hasHiddenLayers(facts),
    words: (facts) =>
      activationOf(facts) === 'sigmoid'
        ? 'All weights began as 0, so all hidden units are alike, get the same gradient and stay alike. Random first weights break this.'
        : 'All weights began as 0, so nothing passes the hidden layers and no gradient comes back: only the last biases learn. Random first weights break this.',
    remedy: () => ({ words: 'Start again from random weights', changes: { initialization: 'linear' } }),
  },
  {
    code: 'unshuffled',
    // Two classes are soon learned all the same; of ten the last one always prevails.
    applies: (facts) =>
      oneClass(facts) &&
      !outputsAreAlike(facts) &&
      facts.specification.order === 'book' &&
      (facts.specification.digits.length > 2 || facts.step <= 3 * facts.stepsPerEpoch),
    words: () =>
      'The images come class after class, so the model knows just the class that came last. Shuffling mixes all classes in each mini-batch.',
    remedy: () => ({ words: 'Start again shuffled', changes: { order: 'shuffled' } }),
  },
  {
    code: 'rate-too-low',
    applies: (facts) =>
      facts.symptom.kind === 'slow' ||
      (oneClass(facts) && facts.learningRate <= usualRates[facts.specification.optimizer] / 1000),
    words: ({ learningRate }) =>
      `Learning rate ${learningRate} is so low that the weights are still almost what they began as.`,
    remedy: ({ specification }) => {
      const rate = usualRates[specification.optimizer]
      return { words: `Start again with learning rate ${rate}`, changes: { learningRate: rate } }
    },
  },
  {
    code: 'saturated-hidden',
    applies: ({ specification: { model, activation, initialization }, ...facts }) =>
      facts.symptom.kind === 'one-class' && model === 'mlp' && activation !== 'relu' && initialization === 'normal',
    words: ({ specification }) =>
      `With weights from N(0, 1) the ${specification.activation} of each hidden unit is at its end, where its slope is almost 0. Smaller first weights keep it in the middle.`,
    remedy: () => ({ words: 'Start again with Xavier weights', changes: { initialization: 'xavier' } }),
  },
  {
    code: 'weight-decay',
    applies: (facts) => oneClass(facts) && facts.specification.weightDecay >= HEAVY_DECAY,
    words: ({ specification }) =>
      `Weight decay ${specification.weightDecay} pulls the weights towards 0 in each step, more strongly than the loss can push them.`,
    remedy: () => ({ words: 'Start again without weight decay', changes: { weightDecay: 0 } }),
  },
  {
    code: 'dead-units',
    applies: (facts) =>
      hasHiddenLayers(facts) && facts.specification.initialization !== 'zeros' && outputsAreAlike(facts),
    words: (facts) =>
      activationOf(facts) === 'relu'
        ? `A step with learning rate ${facts.learningRate} went so far that no hidden unit fires any more. One that never fires has no gradient: it stays dead.`
        : `Steps with learning rate ${facts.learningRate} went so far that the ${activationOf(facts)} of each hidden unit is at its end, where its slope is almost 0.`,
    remedy: gentler,
  },
  {
    code: 'vanishing-gradient',
    applies: (facts) => oneClass(facts) && activationOf(facts) === 'sigmoid' && facts.specification.hidden.length >= 2,
    words: () =>
      'Each sigmoid lets at most a quarter of the gradient back through, so the first of several layers hardly learn. ReLU lets it through.',
    remedy: () => ({ words: 'Start again with ReLU', changes: { activation: 'relu' } }),
  },
  {
    code: 'saturated-loss',
    applies: (facts) => bounded(facts) && (seen(facts)?.largest ?? 0) > SATURATED,
    words: ({ learningRate }) =>
      `Learning rate ${learningRate} drove the outputs so far that their sigmoid is 0 or 1 and flat there: its slope is 0, so nothing moves any more.`,
    remedy: gentler,
  },
  {
    code: 'large-weights',
    applies: (facts) =>
      facts.symptom.kind === 'diverged' && facts.specification.initialization === 'normal' && hasHiddenLayers(facts),
    words: () => 'N(0, 1) makes the first weights far too large here: outputs and gradients are huge from the start.',
    remedy({ specification, learningRate }) {
      const rate = Math.min(learningRate, usualRates[specification.optimizer])
      const he = { initialization: 'he' } as const
      if (rate === learningRate) return { words: 'Start again with He weights', changes: he }
      return {
        words: `Start again with He weights, learning rate ${rate}`,
        changes: { ...he, learningRate: rate },
      }
    },
  },
  {
    code: 'rate-too-high',
    applies: (facts) =>
      goesTooFar(facts.symptom) && (!oneClass(facts) || facts.learningRate > usualRates[facts.specification.optimizer]),
    guess: oneClass,
    words: (facts) =>
      facts.symptom.kind === 'diverged'
        ? `Learning rate ${facts.learningRate} is too high here: each step went past the valley and landed higher, until the numbers burst.`
        : `Learning rate ${facts.learningRate} may be too high: a step that goes too far can land where the slope is flat.`,
    remedy: gentler,
  },
  {
    code: 'unknown',
    applies: oneClass,
    guess: oneClass,
    words: ({ specification: { optimizer } }) =>
      optimizer === 'adam'
        ? 'The settings do not tell why. Other first weights often help.'
        : 'The settings do not tell why; the gradient may be very small. Adam gives each weight its own pace, which often helps.',
    remedy: ({ specification: { optimizer, seed } }) =>
      optimizer === 'adam'
        ? { words: 'Start again with another seed', changes: { seed: (seed + 1) % 2 ** 32 } }
        : {
            words: `Start again with Adam, learning rate ${usualRates.adam}`,
            changes: { optimizer: 'adam', learningRate: usualRates.adam },
          },
  },
]

function titleOf(symptom: Symptom): string {
  switch (symptom.kind) {
    case 'diverged':
      return 'The loss is no longer a number.'
    case 'still':
      return 'The gradient is 0.'
    case 'slow':
      return 'The loss hardly moves.'
    case 'one-class':
      return `It reads every image as ${symptom.digit === 8 ? 'an' : 'a'} ${symptom.digit}.`
  }
}

/** The likeliest causes, at most this many. */
const MOST = 2

/** What is wrong and why, the likeliest cause first; at least one entry. */
export function diagnose(facts: Facts): Diagnosis[] {
  const { symptom, step } = facts
  const likely = causes.filter(({ applies }) => applies(facts))
  const certain = likely.filter(({ guess }) => guess?.(facts) !== true)
  // Without a slope there is nothing to guess about.
  const most = symptom.kind === 'still' ? 1 : MOST
  const told = certain.length > 0 ? certain.slice(0, most) : likely.slice(0, 1)
  return told.map(({ code, words, remedy }) => ({
    code: `${symptom.kind}/${code}`,
    step,
    title: titleOf(symptom),
    words: words(facts),
    remedy: remedy(facts),
  }))
}
