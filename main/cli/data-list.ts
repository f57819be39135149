/** `data list`: which data sets are here. */
import type { DatasetEntry } from '../../data/datasets.ts'
import { HANDWRITING } from '../../data/handwriting.ts'
import { splits } from '../../data/image-set.ts'
import { defineCommand, type Context } from './command.ts'
import { grouped, table } from './table.ts'

export const command = defineCommand({
  description:
    'Lists the data sets that can be named after --data, where they lie, and what is wrong with a damaged one.',
  options: {},
  examples: ['data list', 'data list --json'],
  async run(_, context) {
    const entries = await context.datasets.list()
    context.print(context.json ? asJson(entries, context) : asText(entries, context))
    return 0
  },
})

/** A set as programs see it. */
export function datasetJson(entry: DatasetEntry): Readonly<Record<string, unknown>> {
  const halfOf = (split: (typeof splits)[number]): unknown => {
    const half = entry.splits[split]
    return half === null ? null : { count: half.count, class_counts: half.classCounts }
  }
  return {
    name: entry.name,
    title: entry.title,
    state: entry.state,
    splits: { train: halfOf('train'), test: halfOf('test') },
    classes: entry.classes,
    folder: entry.folder,
    problem: entry.problem,
  }
}

function asJson(entries: readonly DatasetEntry[], { dataDirectory, searchFolders }: Context): string {
  const datasets = entries.map(datasetJson)
  return JSON.stringify({ datasets, data_directory: dataDirectory, search_folders: searchFolders })
}

function asText(entries: readonly DatasetEntry[], { dataDirectory, searchFolders }: Context): string {
  const rows = entries.map((entry) => [
    entry.name,
    ...splits.map((split) => (entry.splits[split] === null ? '-' : grouped(entry.splits[split].count))),
    entry.state,
    entry.folder ?? (entry.name === HANDWRITING ? 'drawings' : 'built in'),
  ])
  const problems = entries.flatMap(({ name, problem }) => (problem === null ? [] : [`${name}: ${problem.message}`]))
  const lines = table(
    [['name', 'train', 'test', 'state', 'folder'], ...rows],
    ['left', 'right', 'right', 'left', 'left'],
  )
  const absent = entries.some(({ name }) => name === 'mnist')
    ? []
    : [
        `MNIST is not here. "inkling data download mnist" gets it. Or put its four IDX files into ${dataDirectory}/mnist, or name their folder in INKLING_DATASETS.`,
      ]
  const searched = `Searched: ${[...searchFolders, dataDirectory].join(', ')}`
  return [...lines, '', ...problems, ...absent, searched].join('\n')
}
