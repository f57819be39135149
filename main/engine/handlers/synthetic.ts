/** Commands about the simulated hand: samples of it, as its dials are set. */
import { generateDigits, variedParameters } from '../../../data/synthetic/index.ts'
import type { Part } from './part.ts'

/** Far from the seeds of data sets and of runs (data/synthetic/fresh-images.ts): these samples are in none of them. */
const OWN_SEEDS = 2 ** 50

export const syntheticHandlers: Part<'synthetic'> = {
  'synthetic.sample'({ seed, digit, writers, each, variation }) {
    const count = writers * each
    const labels = Uint8Array.from({ length: count }, (_, image) => digit ?? (image % each) % 10)
    const varied = variedParameters(variation)
    const parameters = { ...varied, imagesPerWriter: each }
    const { images } = generateDigits({ count, seed: OWN_SEEDS + seed, labels, parameters })
    return {
      labels,
      pixels: images,
      spreads: {
        slant: [varied.slantWriter, varied.slantImage],
        rotation: [varied.rotationWriter, varied.rotationImage],
        width: [varied.aspectWriter, varied.aspectImage],
        pen: [varied.penWriter, varied.penImage],
      },
    }
  },
}
