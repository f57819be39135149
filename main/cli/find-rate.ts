/** `find-rate`: which learning rate to train with, from a hundred mini-batches at ever larger ones. */
import { AppError } from '../../data/error.ts'
import { rateRange } from '../../native/learn/specification.ts'
import type { RateSearch } from '../../native/trainer/learning-rate-finder.ts'
import { defineCommand, type Context, type ExitCode } from './command.ts'
import { learnerOptions, learnerSpecification, requireFits } from './learner-options.ts'
import { optional, positiveNumber, wholeNumber } from './options.ts'
import { dataOption, digitsOption, resolveDigits } from './shared-options.ts'
import { table } from './table.ts'

export const command = defineCommand({
  description:
    'Trains a model for some mini-batches (--steps) while the learning rate grows, and suggests the rate to train it with. The images always come shuffled. Nothing is kept.',
  options: {
    data: dataOption,
    digits: digitsOption,
    ...learnerOptions,
    steps: wholeNumber(
      { from: 20, to: 10_000 },
      { description: 'Mini-batches, each at a rate of its own.', default: 100 },
    ),
    from: optional(positiveNumber(1e6, { description: 'The lowest rate. Default: 1e-6.' })),
    to: optional(
      positiveNumber(1e6, {
        description: 'The highest rate. Default: 10, for losses that end at 1 (mnist_loss, mse, l1, accuracy) 1000.',
      }),
    ),
  },
  examples: [
    'find-rate --data mnist --model simple_net',
    'find-rate --data synthetic --digits 3,7 --optimizer adam --json',
  ],
  async run(values, context) {
    requireFits(values, 'find-rate')
    const { findRate } = await import('../../native/trainer/learning-rate-finder.ts')
    const train = await context.datasets.load(values.data, 'train')
    const specification = learnerSpecification(values, resolveDigits(values.digits, train.labels))
    const usual = rateRange(specification)
    const { from, to } = { from: values.from ?? usual.from, to: values.to ?? usual.to }
    if (from >= to) {
      throw new AppError(
        'usage/bad-value',
        `--from should be below --to, but is ${from} where that is ${to}. See "inkling find-rate --help".`,
      )
    }
    const cancel = new AbortController()
    context.onInterrupt(() => cancel.abort())
    const search = await findRate({ ...specification, dataset: values.data }, train, {
      steps: values.steps,
      from,
      to,
      signal: cancel.signal,
    })
    return report(search, context)
  },
})

function report({ rates, losses, smoothed, outcome, suggestion, suggestions }: RateSearch, context: Context): ExitCode {
  const { json, print, warn } = context
  if (json) {
    print(
      JSON.stringify({
        outcome,
        suggestion,
        suggestions: Object.fromEntries(Object.entries(suggestions).map(([rule, rate]) => [rule, rate && seven(rate)])),
        rates: Array.from(rates, seven),
        losses: Array.from(losses, seven),
        smoothed_losses: Array.from(smoothed, seven),
      }),
    )
  } else {
    const every = Math.max(1, Math.ceil(rates.length / ROWS))
    const chosen = [...rates.keys()].filter((at) => at % every === 0 || at === rates.length - 1)
    const rows = chosen.map((at) => [shortRate(rates[at]), loss(losses[at]), loss(smoothed[at])])
    for (const line of table([['rate', 'loss', 'smoothed'], ...rows], ['right', 'right', 'right'])) print(line)
    if (outcome === 'diverged') print('There the loss broke away.')
    if (outcome === 'cancelled') warn('Interrupted. There is no suggestion.')
    else for (const line of verdict(suggestion, suggestions)) print(line)
  }
  return outcome === 'cancelled' ? 130 : 0
}

/** Lines of the printed curve, about. */
const ROWS = 20

function verdict(
  suggestion: RateSearch['suggestion'],
  { valley, steep, minimum }: RateSearch['suggestions'],
): string[] {
  if (suggestion === null) return ['The loss does not clearly fall at any of these rates, so there is no suggestion.']
  const [middle, steepest, tenth] = [valley, steep, minimum].map((rate) => (rate === null ? 'none' : shortRate(rate)))
  return [
    `Suggestion: ${shortRate(suggestion)}`,
    `By fastai's rules: valley ${middle}, steepest ${steepest}, a tenth of the lowest ${tenth}.`,
  ]
}

/** Single precision has no more digits. */
const seven = (value: number): number => Number(value.toPrecision(7))
const shortRate = (rate = Number.NaN): string => String(Number(rate.toPrecision(2)))
const loss = (value = Number.NaN): string => value.toPrecision(5)
