/** `evaluate`: how well a model reads a data set, or drawings. */
import { AppError } from '../../data/error.ts'
import { PIXELS, SIDE, type ImageSet } from '../../data/image-set.ts'
import { classMetrics, meanMetrics, type ClassMetrics } from '../../native/learn/metrics.ts'
import { defineCommand } from './command.ts'
import { optional } from './options.ts'
import { dataOption, drawingsOption, modelOption, splitOption } from './shared-options.ts'
import { confusionTable, grouped, percent, table } from './table.ts'

export const command = defineCommand({
  description:
    "Reads each image and compares with its label. The loss is the model's own. Images of digits that the model does not know are left out; drawings without a label are skipped and counted.",
  options: {
    model: modelOption,
    data: optional(dataOption),
    split: optional(splitOption),
    drawings: optional(drawingsOption),
  },
  examples: ['evaluate --model starter --data mnist', 'evaluate --model mine.onnx --drawings mine.jsonl --json'],
  async run({ model, data, split, drawings }, { datasets, json, print }) {
    if ((data === undefined) === (drawings === undefined)) {
      throw new AppError('usage/missing-option', 'Name either --data or --drawings. See "inkling evaluate --help".')
    }
    if (drawings !== undefined && split !== undefined) {
      throw new AppError(
        'usage/bad-value',
        'Drawings have no halves: --split belongs to --data. See "inkling evaluate --help".',
      )
    }
    const { loadModel } = await import('./load-model.ts')
    const classifier = await loadModel(model)
    const { set, skipped } =
      drawings === undefined
        ? { set: await datasets.load(data ?? '', split ?? 'test'), skipped: null }
        : await labeledDrawings(drawings)
    const { accuracy, loss, count, confusion } = await classifier.evaluate(set)
    const classes = classifier.digits
    const metrics = classMetrics(confusion, classes)
    const mean = meanMetrics(metrics)
    if (json) {
      const more = skipped === null ? {} : { skipped }
      print(JSON.stringify({ accuracy, loss, count, confusion, classes, metrics, mean, ...more }))
      return 0
    }
    const rows = [
      ['accuracy', percent(accuracy)],
      ['loss', loss.toFixed(4)],
      ['images', grouped(count)],
      ...(skipped === null ? [] : [['skipped', grouped(skipped)]]),
    ]
    const sections = [table(rows, ['left', 'right']), metricsTable(metrics, mean), confusionTable(classes, confusion)]
    print(sections.map((lines) => lines.join('\n')).join('\n\n'))
    return 0
  },
})

/** A row for each digit, and their mean. */
function metricsTable(metrics: readonly ClassMetrics[], mean: ReturnType<typeof meanMetrics>): string[] {
  const figures = (row: ReturnType<typeof meanMetrics>) => [row.precision, row.recall, row.f1].map((x) => x.toFixed(4))
  const rows = metrics.map((row) => [String(row.digit), ...figures(row), grouped(row.support)])
  const heading = ['digit', 'precision', 'recall', 'F1', 'images']
  return table([heading, ...rows, ['mean', ...figures(mean), '']], ['left', 'right', 'right', 'right', 'right'])
}

async function labeledDrawings(path: string): Promise<{ set: ImageSet; skipped: number }> {
  const { loadDrawings } = await import('./load-drawings.ts')
  const all = await loadDrawings(path)
  const images: Uint8Array[] = []
  const labels: number[] = []
  for (const { label, pixels } of all) {
    if (label === null) continue
    images.push(pixels)
    labels.push(label)
  }
  const set = { images: new Uint8Array(images.length * PIXELS), labels: Uint8Array.from(labels) }
  images.forEach((pixels, index) => {
    set.images.set(pixels, index * PIXELS)
  })
  return { set: { ...set, count: images.length, height: SIDE, width: SIDE }, skipped: all.length - images.length }
}
