/** `train`: a run from the first weights to the saved model, a line for each epoch. */
import { AppError } from '../../data/error.ts'
import {
  defaultSpecification,
  devices,
  namesOf,
  orders,
  type RunSpecification,
  type StopAt,
  type StopMetric,
} from '../../native/learn/specification.ts'
import type { Trainer } from '../../native/trainer/trainer.ts'
import { defineCommand, type ExitCode } from './command.ts'
import { learnerOptions, learnerSpecification, requireFits } from './learner-options.ts'
import {
  choice,
  decimalOf,
  flag,
  optional,
  positiveNumber,
  text,
  wholeNumber,
  type Option,
  type ValuesOf,
} from './options.ts'
import { dataOption, digitsOption, resolveDigits, threadsOption } from './shared-options.ts'
import { TrainReport } from './train-report.ts'

const defaults = defaultSpecification()

const stopMetricNames = { accuracy: 'accuracy', loss: 'validLoss' } as const satisfies Record<string, StopMetric>

/** `accuracy:0.98` or `loss:0.1`. */
const stopAtOption: Option<StopAt> = {
  description: 'Ends the run with the first epoch whose test accuracy or test loss reaches this.',
  placeholder: 'METRIC:X',
  expected: 'accuracy: and a number above 0, at most 1, or loss: and a number above 0, such as accuracy:0.98',
  read(given) {
    const [name = '', limit = '', ...more] = given.split(':')
    const metric = name === 'accuracy' || name === 'loss' ? stopMetricNames[name] : null
    const value = decimalOf(limit)
    if (metric === null || more.length > 0 || !(value > 0 && value <= (metric === 'accuracy' ? 1 : 1e6))) return null
    return { metric, value }
  },
  fallback: undefined,
  shownDefault: null,
}

const options = {
  data: dataOption,
  fresh: flag('Draw new images for each epoch; with --data synthetic alone.'),
  digits: digitsOption,
  ...learnerOptions,
  lr: positiveNumber(1e6, { description: 'Learning rate.', default: defaults.learningRate }),
  epochs: wholeNumber({ from: 1, to: 10_000 }, { description: 'Passes over the images.', default: defaults.epochs }),
  'stop-at': optional(stopAtOption),
  order: choice(namesOf(orders), { description: "Shuffled, or the book's order.", default: defaults.order }),
  threads: threadsOption,
  device: choice(namesOf(devices), { description: 'Where it computes.', default: defaults.device }),
  save: optional(
    text('FILE.onnx', { description: 'Where the model is saved at the end; a file that is there is replaced.' }),
  ),
}

type Values = ValuesOf<typeof options>

export const command = defineCommand({
  description:
    'Trains a model on the training half, and measures it on the test half after each epoch. With two digits a,b and any loss but cross_entropy there is one output: a is 1, b is 0. The same settings and seed on one thread give the same model, byte for byte.',
  options,
  examples: [
    'train --data mnist --digits 3,7 --lr 1 --epochs 20 --order book',
    'train --data synthetic --model mlp --hidden 128 --lr .5 --save mine.onnx --json',
  ],
  async run(values, context) {
    requireFits(values, 'train')
    if (values.fresh && values.data !== 'synthetic') {
      throw new AppError(
        'usage/bad-value',
        `--fresh belongs to --data synthetic, whose images are written anew, but the data are ${values.data}. See "inkling train --help".`,
      )
    }
    const { ensureTarget } = await import('./files.ts')
    if (values.save !== undefined) await ensureTarget(values.save)
    const { datasets, onInterrupt } = context
    const [train, test] = await Promise.all([datasets.load(values.data, 'train'), datasets.load(values.data, 'test')])
    const specification = specificationOf(values, resolveDigits(values.digits, train.labels))
    const { Trainer: TrainerClass } = await import('../../native/trainer/trainer.ts')
    const { FreshImages } = await import('../../data/synthetic/fresh-images.ts')
    const fresh = specification.fresh ? new FreshImages({ ...specification, train }) : undefined
    const report = new TrainReport(context)
    let failure: unknown = null
    const trainer = await TrainerClass.create(
      specification,
      { train, test, fresh },
      {
        stepped: (first, losses) => report.stepped(first + losses.length - 1, trainer.totalSteps / values.epochs),
        epochEnded: (epoch) => report.epoch(epoch),
        diagnosed: (diagnoses) => report.diagnosed(diagnoses),
        stateChanged: (_, error) => {
          failure = error
        },
      },
    )
    report.device(trainer.device)
    // Weights that come from the data know something before they learn.
    if (specification.initialization === 'averages') report.before(await trainer.evaluate())
    onInterrupt(() => void trainer.stop())
    try {
      const code = await runToEnd(trainer, report, values.save)
      if (code === null) throw failure
      return code
    } finally {
      fresh?.close()
      await trainer.dispose()
    }
  },
})

function specificationOf(values: Values, digits: readonly number[]): RunSpecification {
  return {
    ...learnerSpecification(values, digits),
    dataset: values.data,
    fresh: values.fresh,
    learningRate: values.lr,
    epochs: values.epochs,
    order: values.order,
    threads: values.threads,
    device: values.device,
    stopAt: values['stop-at'] ?? null,
  }
}

/** Null where training failed. */
async function runToEnd(trainer: Trainer, report: TrainReport, save: string | undefined): Promise<ExitCode | null> {
  const began = performance.now()
  trainer.resume()
  const state = await trainer.ended
  const seconds = (performance.now() - began) / 1000
  switch (state) {
    case 'finished': {
      if (save !== undefined) await saveModel(save, trainer.exportModel())
      report.done({ steps: trainer.step, seconds, endedBy: trainer.endedBy, saved: save })
      return 0
    }
    case 'diverged':
      report.diverged(trainer.step)
      return 1
    case 'failed':
      return null
    case 'stopped':
    case 'paused':
    case 'training':
      report.stopped(trainer.step, trainer.totalSteps)
      return 130
  }
}

async function saveModel(path: string, bytes: Uint8Array): Promise<void> {
  const { writeFileAtomically } = await import('../../data/write-file.ts')
  const { notWritableFile } = await import('./files.ts')
  try {
    await writeFileAtomically(path, bytes)
  } catch (cause) {
    throw notWritableFile(path, cause)
  }
}
