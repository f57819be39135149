/** `data export`: writes a data set as files that other programs read. */
import { exportFormats } from '../../data/export/formats.ts'
import type { ImageSet, Split } from '../../data/image-set.ts'
import { defineCommand } from './command.ts'
import { argument, choice, text } from './options.ts'
import { grouped } from './table.ts'

export const command = defineCommand({
  description:
    'Writes a data set to a new folder: as PNG pictures in train/<class>/ and test/<class>/, or as the four IDX files of MNIST. "data import" reads both back byte for byte.',
  options: {
    data: argument(text('DATA', { description: 'A data set, or a folder with IDX files.' })),
    format: choice(exportFormats, { description: 'Form of the files.' }),
    out: text('DIR', { description: 'The folder to be made; it may exist if it is empty.' }),
  },
  examples: [
    'data export mnist --format folder --out mnist-png',
    'data export my-photos --format idx --out photos-idx',
  ],
  async run({ data, format, out }, { datasets, json, print, warn, progress, onInterrupt }) {
    const { exportFiles } = await import('../../data/export/export-files.ts')
    const { ensureFreeFolder, writeFolder } = await import('../../data/export/write-folder.ts')
    await ensureFreeFolder(out)
    const { classes, splits } = await datasets.entry(data)
    const half = async (split: Split): Promise<ImageSet | null> =>
      splits[split] === null ? null : await datasets.load(data, split)
    const halves = { train: await half('train'), test: await half('test') }
    const stop = new AbortController()
    onInterrupt(() => stop.abort())
    try {
      const { files, bytes } = await writeFolder(exportFiles({ classes, halves }, format), out, {
        signal: stop.signal,
        onProgress: (fraction) => progress(`Writing ${out}: ${Math.floor(fraction * 100)} %`),
      })
      const images = { train: halves.train?.count ?? 0, test: halves.test?.count ?? 0 }
      if (json) print(JSON.stringify({ data, format, folder: out, files, bytes, images }))
      else
        print(
          `${grouped(images.train)} training and ${grouped(images.test)} test images are in ${out} (${grouped(files)} files).`,
        )
      return 0
    } catch (error) {
      if (!stop.signal.aborted) throw error
      warn('Interrupted. Nothing was written.')
      return 130
    }
  },
})
