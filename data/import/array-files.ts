/** NumPy's arrays as they come out of `.npz` files, put together to pairs of pictures and labels: Keras's mnist.npz, KMNIST, MedMNIST. */
import { Breather } from '../breather.ts'
import { byteScale, scaleNote, scaleOf, type PixelScale } from '../csv-layout.ts'
import { AppError } from '../error.ts'
import { SIDE } from '../image-set.ts'
import { badArray, readNpy, type NpyArray } from '../npy.ts'
import { MOST_PIXELS } from '../picture.ts'
import type { Collector } from './collector.ts'
import type { Part } from './place.ts'
import { grayPicture, keep } from './to-image.ts'

type Named = { readonly path: string; readonly array: NpyArray }
type Pair = { images: Named | null; labels: Named | null }

/** How the pictures of an array lie in it. */
type Layout = { readonly count: number; readonly height: number; readonly width: number; readonly channels: 1 | 3 }

/** One-hot labels have a column for each class. */
const MOST_COLUMNS = 1000
/** The smallest picture that a row of pixels can be. */
const LEAST_SIDE = 4

export class ArrayFiles {
  readonly #pairs = new Map<Part, Pair>()

  /** `path` tells the part of the set: `mnist.npz/x_train.npy`. @throws import/bad-array, import/no-images where several sets lie side by side */
  add(path: string, bytes: Uint8Array): void {
    const array = readNpy(bytes, path)
    const kind = kindOf(path, array.shape)
    if (kind === null) {
      throw badArray(
        path,
        `its shape is (${array.shape.join(', ')})`,
        'Expected are pictures, such as [60000, 28, 28], and a label for each, [60000]',
      )
    }
    const part = partOfArray(path)
    const pair = this.#pairs.get(part) ?? { images: null, labels: null }
    this.#pairs.set(part, pair)
    const other = pair[kind]
    if (other !== null) {
      throw new AppError(
        'import/no-images',
        `${other.path} and ${path} both hold ${kind} of the same part, and it cannot be told which belong together. Import the files of one set alone.`,
      )
    }
    pair[kind] = { path, array }
  }

  /** Reads the pairs. @throws import/no-images for half of a pair, import/bad-array, dataset/count-mismatch */
  async into(collector: Collector, signal: AbortSignal | undefined): Promise<void> {
    for (const [part, { images, labels }] of this.#pairs) {
      if (images === null || labels === null) throw incomplete(images, labels)
      await readPair(part, images, labels, collector, signal)
    }
  }
}

function incomplete(images: Named | null, labels: Named | null): AppError {
  const present = (images ?? labels)?.path ?? 'The file'
  return new AppError(
    'import/no-images',
    images === null
      ? `${present} holds labels, and the pictures that belong to them are missing. Import both together, in one folder or one .npz file.`
      : `${present} holds pictures without labels. Import both together, in one folder or one .npz file, such as x_train and y_train.`,
  )
}

async function readPair(
  part: Part,
  { path, array }: Named,
  labels: Named,
  collector: Collector,
  signal: AbortSignal | undefined,
): Promise<void> {
  const layout = layoutOf(path, array.shape)
  const names = labelsOf(labels)
  if (names.length !== layout.count) {
    throw new AppError(
      'dataset/count-mismatch',
      `${path} holds ${layout.count.toLocaleString('en-US')} pictures, but ${labels.path} ${names.length.toLocaleString('en-US')} labels. Each picture needs one label: take both from the same set.`,
    )
  }
  const scale = scaleOfArray(path, array, layout)
  const note = scaleNote(scale, path)
  if (note !== null) collector.note(note)
  const { height, width, channels } = layout
  const size = height * width * channels
  const breather = new Breather()
  for (const [index, className] of names.entries()) {
    await breather.pause()
    signal?.throwIfAborted()
    const pixels = new Uint8Array(size)
    for (let at = 0; at < size; at += 1) {
      const value = Math.round((array.at(index * size + at) + scale.offset) * scale.factor)
      if (!(value >= 0 && value <= 255)) {
        throw badArray(
          path,
          `picture ${index} has the value ${array.at(index * size + at)}, where ${scale.low} to ${scale.high} are expected`,
          'Save the pixels from 0 to 255',
        )
      }
      pixels[at] = value
    }
    const address = { part, className, name: String(index) }
    if (channels === 1 && height === SIDE && width === SIDE) collector.add(address, keep(pixels))
    else if (channels === 1)
      collector.addPicture(address, grayPicture(pixels, width, height), `picture ${index} of ${path}`)
    else collector.addPicture(address, { width, height, data: opaque(pixels) }, `picture ${index} of ${path}`)
  }
}

/** What an array is, by its shape; a table of numbers also by its name. */
function kindOf(path: string, shape: readonly number[]): 'images' | 'labels' | null {
  const [, columns = 1] = shape
  if (shape.length === 1 || (shape.length === 2 && columns === 1)) return 'labels'
  if (shape.length > 2) return 'images'
  if (/(^|[^a-z])(y|labels?|targets?)([^a-z]|$)/i.test(path.slice(path.lastIndexOf('/') + 1))) return 'labels'
  const side = Math.sqrt(columns)
  if (side >= LEAST_SIDE && Number.isInteger(side)) return 'images'
  return columns <= MOST_COLUMNS ? 'labels' : null
}

/** The part that the array's own name speaks of, else the name of its file or of a folder; else it is for training. */
function partOfArray(path: string): Part {
  for (const name of path.toLowerCase().split('/').reverse()) {
    if (name.includes('train')) return 'train'
    if (/test|t10k/.test(name)) return 'test'
    if (/(^|[^a-z])(x|y)?[_-]?val|valid/.test(name)) return 'valid'
  }
  return 'train'
}

/** @throws import/bad-array for other shapes than [count, height, width], with 1 or 3 values a pixel, or [count, side * side] */
function layoutOf(path: string, shape: readonly number[]): Layout {
  const [count = 0, second = 0, third, fourth, fifth] = shape
  const layout = ((): Layout | null => {
    if (third === undefined) {
      const side = Math.sqrt(second)
      return { count, height: side, width: side, channels: 1 }
    }
    if (fourth === undefined) return { count, height: second, width: third, channels: 1 }
    if (fifth !== undefined) return null
    if (fourth === 1 || fourth === 3) return { count, height: second, width: third, channels: fourth }
    return second === 1 ? { count, height: third, width: fourth, channels: 1 } : null
  })()
  if (layout !== null && layout.height * layout.width > 0 && layout.height * layout.width <= MOST_PIXELS) return layout
  throw badArray(
    path,
    `its shape is (${shape.join(', ')})`,
    'Expected are pictures as [count, height, width], or with one or three values a pixel behind that',
  )
}

/** The class of each picture: a whole number, or the one column of several that is not 0. */
function labelsOf({ path, array }: Named): readonly string[] {
  const [count = 0, columns = 1] = array.shape
  return Array.from({ length: count }, (_, row) => {
    if (columns === 1) {
      const label = array.at(row)
      if (Number.isInteger(label)) return String(label)
      throw badArray(path, `label ${row} is ${label}`, 'Labels are whole numbers')
    }
    const marks = Array.from({ length: columns }, (_unused, column) => array.at(row * columns + column))
    const marked = marks.flatMap((mark, column) => (mark === 0 ? [] : [column]))
    const [only, second] = marked
    if (only !== undefined && second === undefined && marks[only] === 1) return String(only)
    throw badArray(
      path,
      `row ${row} is no label: one of its ${columns} values should be 1, and all others 0`,
      'Save one label for each picture',
    )
  })
}

/** Pictures by whose values the range is found out. */
const FIRST_PICTURES = 64

function scaleOfArray(path: string, array: NpyArray, { count, height, width, channels }: Layout): PixelScale {
  // Bytes are what they are, but for those of 0 and 1 alone.
  let least = Infinity
  let greatest = -Infinity
  const values = Math.min(count, FIRST_PICTURES) * height * width * channels
  for (let at = 0; at < values; at += 1) {
    const value = array.at(at)
    least = Math.min(least, value)
    greatest = Math.max(greatest, value)
  }
  if (array.bytes !== null && greatest > 1) return byteScale
  const scale = scaleOf(least, greatest, height === width ? width : 0)
  if (scale !== null) return scale
  throw badArray(
    path,
    `its values go from ${least} to ${greatest}, so they were normalized in a way that cannot be told`,
    'Save the pixels from 0 to 255',
  )
}

/** Red, green and blue with full opacity. */
function opaque(colors: Uint8Array): Uint8Array {
  const data = new Uint8Array((colors.length / 3) * 4).fill(255)
  for (let pixel = 0; pixel * 3 < colors.length; pixel += 1) {
    data.set(colors.subarray(pixel * 3, pixel * 3 + 3), pixel * 4)
  }
  return data
}
