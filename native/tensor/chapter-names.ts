/**
 * The names of the chapter, given the images of a data set: threes, stacked_threes, mean3, train_x, ... Images are taken in the
 * book's order, by file name. Nothing is computed before it is asked for.
 */
import type { ImageSet } from '../../data/image-set.ts'
import { bookOrder } from '../trainer/book-order.ts'
import { over, rowStrides, Tensor } from './tensor.ts'
import { row } from './select.ts'
import { Mistake } from './mistake.ts'
import { mean } from './reduce.ts'
import { list } from './values.ts'
import type { Value } from './values.ts'

/** The halves of the chosen data set; null for one that it does not have, or that was not read. */
export type ChapterImages = { readonly train: ImageSet | null; readonly test: ImageSet | null }

export type NamedValue = {
  readonly name: string
  /** What it is, for the list of names. */
  readonly description: string
  readonly half: 'train' | 'test' | 'both'
  /** Whether it speaks of threes or sevens, so that it means nothing where there are no digits. */
  readonly ofPair: boolean
}

/** To add one: an entry here, and what it is below. */
export const chapterNames: readonly NamedValue[] = [
  { name: 'threes', description: 'list of the training images of 3', half: 'train', ofPair: true },
  { name: 'sevens', description: 'list of the training images of 7', half: 'train', ofPair: true },
  { name: 'three_tensors', description: 'the same list as threes', half: 'train', ofPair: true },
  { name: 'seven_tensors', description: 'the same list as sevens', half: 'train', ofPair: true },
  { name: 'im3', description: "the book's three, threes[1]", half: 'train', ofPair: true },
  { name: 'im3_t', description: 'the same as im3', half: 'train', ofPair: true },
  { name: 'stacked_threes', description: 'all threes, 0 to 1', half: 'train', ofPair: true },
  { name: 'stacked_sevens', description: 'all sevens, 0 to 1', half: 'train', ofPair: true },
  { name: 'mean3', description: 'the average three', half: 'train', ofPair: true },
  { name: 'mean7', description: 'the average seven', half: 'train', ofPair: true },
  { name: 'a_3', description: 'stacked_threes[1]', half: 'train', ofPair: true },
  { name: 'a_7', description: 'stacked_sevens[1]', half: 'train', ofPair: true },
  { name: 'train_x', description: 'threes, then sevens, as rows of 784', half: 'train', ofPair: true },
  { name: 'train_y', description: '1 for a three, 0 for a seven', half: 'train', ofPair: true },
  { name: 'valid_3_tens', description: 'test images of 3, 0 to 1', half: 'test', ofPair: true },
  { name: 'valid_7_tens', description: 'test images of 7, 0 to 1', half: 'test', ofPair: true },
  { name: 'valid_x', description: 'the same, then sevens, as rows of 784', half: 'test', ofPair: true },
  { name: 'valid_y', description: '1 for a three, 0 for a seven', half: 'test', ofPair: true },
  { name: 'images', description: 'all training images', half: 'train', ofPair: false },
  { name: 'labels', description: 'their labels', half: 'train', ofPair: false },
  { name: 'test_images', description: 'all test images', half: 'test', ofPair: false },
  { name: 'test_labels', description: 'their labels', half: 'test', ofPair: false },
  { name: 'path', description: "folders, as in (path/'train'/'3').ls()", half: 'both', ofPair: false },
]

const byName = new Map(chapterNames.map((entry) => [entry.name, entry]))

/** Which halves a text may need: those of the chapter's names that it mentions. */
export function halvesMentioned(text: string): { readonly train: boolean; readonly test: boolean } {
  const words = new Set(text.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [])
  const mentions = (half: 'train' | 'test'): boolean =>
    chapterNames.some((entry) => (entry.half === half || entry.half === 'both') && words.has(entry.name))
  return { train: mentions('train'), test: mentions('test') }
}

/** The threes and sevens of a half, in the book's order. */
type Pair = {
  /** `[threes + sevens, h * w]`, 0 to 1; the stacks are views of it. */
  readonly rows: Tensor
  readonly threes: number
  readonly height: number
  readonly width: number
}

export class ChapterValues {
  readonly #images: ChapterImages
  readonly #made = new Map<string, Value>()
  readonly #pairs = new Map<'train' | 'test', Pair>()

  constructor(images: ChapterImages) {
    this.#images = images
  }

  /** Null for a name that the chapter does not have. Throws `tensor/unknown-name` where its images are not here. */
  lookUp(name: string): Value | null {
    const known = this.#made.get(name)
    if (known !== undefined) return known
    const entry = byName.get(name)
    if (entry === undefined) return null
    if (entry.half === 'both') return { kind: 'path', parts: [], list: (parts) => this.#folder(parts) }
    const set = this.#images[entry.half]
    if (set === null) {
      const half = entry.half === 'train' ? 'training' : 'test'
      throw new Mistake('tensor/unknown-name', `${name} stands for ${half} images, and the chosen data set has none here. Choose another data set.`) // prettier-ignore
    }
    const value = this.#make(name, entry.half, set)
    if (value !== null) this.#made.set(name, value)
    return value
  }

  #make(name: string, half: 'train' | 'test', set: ImageSet): Value | null {
    const shared = (other: string): Value | null => this.lookUp(other)
    switch (name) {
      case 'threes':
        return pictures(set, 3)
      case 'sevens':
        return pictures(set, 7)
      case 'three_tensors':
        return shared('threes')
      case 'seven_tensors':
        return shared('sevens')
      case 'im3':
      case 'im3_t':
        return rowOf(shared('threes'), 1)
      case 'stacked_threes':
      case 'valid_3_tens':
        return this.#stack(half, set, 3)
      case 'stacked_sevens':
      case 'valid_7_tens':
        return this.#stack(half, set, 7)
      case 'mean3':
        return average(shared('stacked_threes'))
      case 'mean7':
        return average(shared('stacked_sevens'))
      case 'a_3':
        return rowOf(shared('stacked_threes'), 1)
      case 'a_7':
        return rowOf(shared('stacked_sevens'), 1)
      case 'train_x':
      case 'valid_x':
        return this.#pair(half, set).rows
      case 'train_y':
      case 'valid_y':
        return this.#targets(half, set)
      case 'images':
      case 'test_images':
        return over('uint8', set.images.slice(), [set.count, set.height, set.width])
      case 'labels':
      case 'test_labels':
        return over('uint8', set.labels.slice(), [set.count])
      default:
        return null
    }
  }

  /** What lies in a folder: halves, classes, or the images of a class. */
  #folder(parts: readonly string[]): Value {
    const inside = (names: readonly string[]): Value =>
      list(names.map((name): Value => ({ kind: 'path', parts: [...parts, name], list: (next) => this.#folder(next) })))
    const [half, digit, ...more] = parts
    if (half === undefined) return inside(['train', 'valid'])
    const set = half === 'train' ? this.#images.train : half === 'valid' || half === 'test' ? this.#images.test : null
    if (set === null || more.length > 0) throw noFolder(parts)
    const classes = [...new Set(set.labels)].sort((a, b) => a - b).map(String)
    if (digit === undefined) return inside(classes)
    if (!classes.includes(digit)) throw noFolder(parts)
    return pictures(set, Number(digit))
  }

  #pair(half: 'train' | 'test', set: ImageSet): Pair {
    const known = this.#pairs.get(half)
    if (known !== undefined) return known
    const [threes, sevens] = [bookOrder(set, [3]), bookOrder(set, [7])]
    const { height, width } = set
    const size = height * width
    const numbers = new Float32Array((threes.length + sevens.length) * size)
    ;[...threes, ...sevens].forEach((index, place) => {
      for (let pixel = 0; pixel < size; pixel += 1) {
        numbers[place * size + pixel] = (set.images[index * size + pixel] ?? 0) / 255
      }
    })
    const rows = over('float32', numbers, [threes.length + sevens.length, size])
    const pair = { rows, threes: threes.length, height, width }
    this.#pairs.set(half, pair)
    return pair
  }

  #stack(half: 'train' | 'test', set: ImageSet, digit: 3 | 7): Tensor {
    const { rows, threes, height, width } = this.#pair(half, set)
    const count = digit === 3 ? threes : (rows.shape[0] ?? 0) - threes
    const shape = [count, height, width]
    return rows.view({ shape, strides: rowStrides(shape), offset: digit === 3 ? 0 : threes * height * width })
  }

  #targets(half: 'train' | 'test', set: ImageSet): Tensor {
    const { rows, threes } = this.#pair(half, set)
    const count = rows.shape[0] ?? 0
    return over(
      'int64',
      Float64Array.from({ length: count }, (_, index) => (index < threes ? 1 : 0)),
      [count, 1],
    )
  }
}

function noFolder(parts: readonly string[]): Mistake {
  return new Mistake(
    'tensor/unknown-name',
    `There is no folder ${parts.join('/')}. There are train and valid, with a folder for each class, as in path/'train'/'3'.`,
  )
}

/** A list of matrices of whole numbers, 0 to 255. */
function pictures(set: ImageSet, digit: number): Value {
  const order = bookOrder(set, [digit])
  const { height, width } = set
  const size = height * width
  const copy = new Uint8Array(order.length * size)
  order.forEach((index, place) => {
    copy.set(set.images.subarray(index * size, (index + 1) * size), place * size)
  })
  return list(Array.from(order, (_, place) => over('uint8', copy, [height, width], place * size)))
}

function rowOf(value: Value | null, index: number): Value | null {
  if (value?.kind === 'list') return value.items[index] ?? null
  return value instanceof Tensor && (value.shape[0] ?? 0) > index ? row(value, index) : null
}

function average(value: Value | null): Value | null {
  return value instanceof Tensor ? mean(value, { axes: [0], keep: false }) : null
}
