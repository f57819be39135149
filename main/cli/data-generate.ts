/** `data generate`: writes images of the simulated hand as IDX files. */
import { join } from 'node:path'
import { idxFileName } from '../../data/idx-folder.ts'
import { splits } from '../../data/image-set.ts'
import { defineCommand } from './command.ts'
import { choice, text, wholeNumber } from './options.ts'
import { grouped } from './table.ts'

/** Images that fit into memory with ease: 800 MB of IDX would be too much. */
const MOST = 600_000

export const command = defineCommand({
  description:
    'Writes digits by the simulated hand of Inkling Synthetic as IDX files under their standard names. Equal seeds give equal images.',
  options: {
    count: wholeNumber({ from: 1, to: MOST }, { description: 'Images to write.', default: 60_000 }),
    seed: wholeNumber({ from: 0, to: Number.MAX_SAFE_INTEGER }, { description: 'Seed of the hand.', default: 1 }),
    split: choice(splits, { description: 'Half of a set that the files are named after.', default: 'train' }),
    out: text('DIR', {
      description: 'Folder of the files; those of this half are replaced, those of the other half stay.',
    }),
  },
  examples: [
    'data generate --count 60000 --seed 1 --out synthetic',
    'data generate --count 10000 --seed 2 --split test --out synthetic',
  ],
  async run({ count, seed, split, out }, { json, print, warn, progress, onInterrupt }) {
    const { generateInWorkers } = await import('../../data/synthetic/generate-in-workers.ts')
    const { writeIdxImages, writeIdxLabels } = await import('../../data/idx.ts')
    const { writeNamedFile, ensureFolder } = await import('./files.ts')
    const started = performance.now()
    const stop = new AbortController()
    onInterrupt(() => stop.abort())
    const removeMadeFolders = await ensureFolder(out)
    try {
      const set = await generateInWorkers({
        count,
        seed,
        signal: stop.signal,
        onProgress: (done) => progress(`Writing digits: ${Math.floor((100 * done) / count)} %`),
      })
      const files = { images: join(out, idxFileName(split, 'images')), labels: join(out, idxFileName(split, 'labels')) }
      await writeNamedFile(files.images, writeIdxImages(set))
      await writeNamedFile(files.labels, writeIdxLabels(set.labels))
      const seconds = (performance.now() - started) / 1000
      if (json) print(JSON.stringify({ count, seed, split, ...files, seconds }))
      else print(`${grouped(count)} images with seed ${seed} are in ${out} (${seconds.toFixed(1)} s).`)
      return 0
    } catch (error) {
      await removeMadeFolders()
      if (!stop.signal.aborted) throw error
      warn('Interrupted. Nothing was written.')
      return 130
    }
  },
})
