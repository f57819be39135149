/**
 * The commands of the command line. To add one: a file that exports `command` (see command.ts), and a line here. Files are
 * loaded when they are needed, so that `--help` answers at once.
 */
import type { Command } from './command.ts'

export type CommandEntry = { readonly summary: string; readonly load: () => Promise<{ readonly command: Command }> }

/** By the words that call them. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  'data list': { summary: 'Which data sets are here.', load: () => import('./data-list.ts') },
  'data download': {
    summary: 'Get MNIST or Fashion-MNIST from a public mirror.',
    load: () => import('./data-download.ts'),
  },
  'data info': { summary: 'What is known of one data set.', load: () => import('./data-info.ts') },
  'data import': {
    summary: 'Make a data set of pictures, IDX, CSV or Parquet.',
    load: () => import('./data-import.ts'),
  },
  'data export': { summary: 'Write a data set as pictures or as IDX.', load: () => import('./data-export.ts') },
  'data generate': { summary: 'Write digits by the simulated hand as IDX.', load: () => import('./data-generate.ts') },
  'data remove': { summary: 'Remove an imported data set.', load: () => import('./data-remove.ts') },
  averages: {
    summary: 'How well the nearest average digit classifies.',
    load: () => import('./averages.ts'),
  },
  train: { summary: 'Train a model by SGD, and save it.', load: () => import('./train.ts') },
  'find-rate': { summary: 'Which learning rate to train with.', load: () => import('./find-rate.ts') },
  evaluate: { summary: 'How well a model reads a data set, or drawings.', load: () => import('./evaluate.ts') },
  bench: { summary: 'How fast models train and read here.', load: () => import('./bench.ts') },
  devices: { summary: 'Where models can be trained here.', load: () => import('./devices.ts') },
  predict: { summary: 'What a model reads in a picture, or in drawings.', load: () => import('./predict.ts') },
}
