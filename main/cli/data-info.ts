/** `data info`: what is known of one data set. */
import { splits } from '../../data/image-set.ts'
import { datasetJson } from './data-list.ts'
import { defineCommand } from './command.ts'
import { argument, text } from './options.ts'
import { grouped, table } from './table.ts'

export const command = defineCommand({
  description: 'Tells what is known of a data set: images of each class, where it lies, and what its import did.',
  options: { data: argument(text('DATA', { description: 'A data set, or a folder with IDX files.' })) },
  examples: ['data info mnist', 'data info my-photos --json'],
  async run({ data }, { datasets, json, print }) {
    const entry = await datasets.entry(data)
    if (json) {
      print(JSON.stringify({ ...datasetJson(entry), description: entry.description, imported: entry.imported }))
      return 0
    }
    const counts = entry.classes.map((name, label) => [
      name,
      ...splits.map((split) => grouped(entry.splits[split]?.classCounts?.[label] ?? 0)),
    ])
    const known = splits.some((split) => (entry.splits[split]?.classCounts ?? null) !== null)
    const all = ['all', ...splits.map((split) => grouped(entry.splits[split]?.count ?? 0))]
    const lines = [
      [`${entry.title} (${entry.name})`, entry.state, ...(entry.folder === null ? [] : [entry.folder])].join(', '),
      entry.description,
      ...(entry.problem === null ? [] : [`${entry.problem.code}: ${entry.problem.message}`]),
      '',
      ...table([['class', 'train', 'test'], ...(known ? counts : []), all], ['left', 'right', 'right']),
    ]
    print(lines.join('\n'))
    return 0
  },
})
