/** `data import`: makes a data set of other people's files. */
import { basename, resolve } from 'node:path'
import { AppError } from '../../data/error.ts'
import { resizes } from '../../data/import/resize.ts'
import { defineCommand } from './command.ts'
import { grouped } from './table.ts'
import { argument, choice, flag, numberBetween, optional, text } from './options.ts'

export const command = defineCommand({
  description:
    'Imports a folder of PNG or JPEG pictures (train/<class>/..., or <class>/...), a zip, tar or tgz archive of one, IDX files, CSV, Parquet or NumPy arrays (.npz). Pictures of other sizes than 28 x 28 and colored ones are brought to the form of MNIST.',
  options: {
    path: argument(text('PATH', { description: 'The file or folder. It is only read.' })),
    name: text('NAME', { description: 'Name of the new data set: lowercase letters, digits, - and _.' }),
    title: optional(text('TITLE', { description: 'How it is called in lists; the name unless told.' })),
    resize: choice(resizes, {
      description:
        'ink cuts the ink out and centers it in a box of 20 pixels, as in MNIST; plain makes the whole picture smaller.',
      default: 'ink',
    }),
    labels: optional(
      text('COLUMN', { description: 'Column of the labels in CSV and Parquet, by its name or its number from 1.' }),
    ),
    'hold-out': numberBetween(
      { from: 0, to: 0.5 },
      { description: 'Part of the images to put aside as test images where there are none, such as .2.', default: 0 },
    ),
    invert: flag(
      'Turns gray pictures of 28 x 28 that are dark on light to light on dark; others are turned by themselves.',
    ),
    classes: optional(
      text('A,B,...', { description: 'Classes to import, with commas between, where there are more than 10.' }),
    ),
  },
  examples: [
    'data import photos.zip --name my-photos',
    'data import digits.csv --name letters --labels class --hold-out .2',
  ],
  async run(
    { path, name, title, resize, labels, 'hold-out': holdOut, invert, classes: chosen },
    { datasets, progress, json, print, warn, onInterrupt },
  ) {
    const { importPath } = await import('../../data/import/import-data.ts')
    const { describeImport } = await import('../../data/import/report.ts')
    await datasets.imported.ensureFree(name)
    const stop = new AbortController()
    onInterrupt(() => stop.abort())
    const onProgress = (fraction: number | null, images: number): void => {
      const share = fraction === null ? '' : ` (${Math.floor(fraction * 100)} %)`
      progress(`Reading ${basename(path)}: ${grouped(images)} images${share}`)
    }
    try {
      const data = await importPath(resolve(path), {
        resize,
        invert,
        holdOut,
        labels: labels ?? null,
        classes: chosen?.split(',').map((each) => each.trim()) ?? null,
        signal: stop.signal,
        onProgress,
      })
      await datasets.imported.save(name, data, title)
      const { report, classes } = data
      if (json) print(JSON.stringify({ name, title: title ?? name, classes, ...report }))
      else print(`${name}: ${describeImport(report)}`)
      return 0
    } catch (error) {
      if (!stop.signal.aborted) throw withOption(error)
      warn('Interrupted. Nothing was imported.')
      return 130
    }
  },
})

/** Names the option that helps where there are too many classes. */
function withOption(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'import/too-many-classes') return error
  const some = String(error.details['names']).split('\n').slice(0, 3).join()
  return new AppError(error.code, `${error.message} Here by --classes, such as --classes ${some}.`, {
    details: error.details,
    cause: error,
  })
}
