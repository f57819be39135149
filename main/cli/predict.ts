/** `predict`: what a model reads in a picture, or in drawings. */
import { AppError } from '../../data/error.ts'
import { PIXELS } from '../../data/image-set.ts'
import { defineCommand } from './command.ts'
import { optional, text } from './options.ts'
import { drawingsOption, modelOption } from './shared-options.ts'
import { table } from './table.ts'

export const command = defineCommand({
  description:
    'Reads a PNG or JPEG picture of a digit (any size and color: found, cropped and inverted where needed; gray ones of 28 x 28 stay as they are) or drawings. Prints a line for each: the digit and the probability of every digit that the model knows.',
  options: {
    model: modelOption,
    image: optional(text('FILE', { description: 'A picture of one digit.' })),
    drawings: optional(drawingsOption),
  },
  examples: ['predict --model starter --image three.png', 'predict --model mine.onnx --drawings mine.jsonl --json'],
  async run({ model, image, drawings }, { json, print }) {
    if ((image === undefined) === (drawings === undefined)) {
      throw new AppError('usage/missing-option', 'Name either --image or --drawings. See "inkling predict --help".')
    }
    const { loadModel } = await import('./load-model.ts')
    const classifier = await loadModel(model)
    const pictures = drawings === undefined ? [await pictureOf(image ?? '')] : await drawingsOf(drawings)
    const classes = classifier.digits
    const joined = new Uint8Array(pictures.length * PIXELS)
    pictures.forEach((pixels, index) => {
      joined.set(pixels, index * PIXELS)
    })
    const all = pictures.length === 0 ? new Float32Array() : await classifier.probabilities(joined)
    const readings = pictures.map((_, index) => {
      const probabilities = [...all.subarray(index * classes.length, (index + 1) * classes.length)]
      return { digit: classes[probabilities.indexOf(Math.max(...probabilities))] ?? -1, probabilities, classes }
    })
    if (json) for (const reading of readings) print(JSON.stringify(reading))
    else print(asText(classes, readings))
    return 0
  },
})

function asText(
  classes: readonly number[],
  readings: readonly { readonly digit: number; readonly probabilities: readonly number[] }[],
): string {
  const header = ['digit', ...classes.map((digit) => `p(${digit})`)]
  const rows = readings.map(({ digit, probabilities }) => [String(digit), ...probabilities.map((p) => p.toFixed(4))])
  return table(
    [header, ...rows],
    header.map(() => 'right' as const),
  ).join('\n')
}

async function pictureOf(path: string): Promise<Uint8Array> {
  const { decodePicture } = await import('../../data/import/decode-picture.ts')
  const { toImage } = await import('../../data/import/to-image.ts')
  const { negative } = await import('../../data/picture.ts')
  const { readNamedFile } = await import('./files.ts')
  const picture = decodePicture(await readNamedFile(path), path)
  const { pixels, suspicious } = toImage(picture, { resize: 'ink' }, path)
  return suspicious ? negative(pixels) : pixels
}

async function drawingsOf(path: string): Promise<Uint8Array[]> {
  const { loadDrawings } = await import('./load-drawings.ts')
  return (await loadDrawings(path)).map(({ pixels }) => pixels)
}
