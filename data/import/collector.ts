/** Gathers images one by one, in whatever order they come, and makes a set of them in the end. */
import { digitNames } from '../dataset-definitions.ts'
import { AppError } from '../error.ts'
import { CLASSES } from '../idx-folder.ts'
import { PIXELS, SIDE, type ImageSet, type Split } from '../image-set.ts'
import { negative, type Picture } from '../picture.ts'
import { knownClasses } from './class-names.ts'
import { putAside } from './hold-out.ts'
import { MOST_FILES, MOST_IMAGES } from './limits.ts'
import type { Part } from './place.ts'
import type { ImportReport, Skipped, SourceFormat } from './report.ts'
import { toImage, type ImageForm, type MadeImage } from './to-image.ts'

/** Images between two tellings. */
const TELL_EVERY = 32
/** Images per piece of memory. */
const BLOCK = 1024

export type CollectorOptions = ImageForm & {
  /** Part of the training images to put aside where the source has no test images, 0 (none) to .5. */
  readonly holdOut: number
  /** Names of the classes to take, where the source has too many; null for all. */
  readonly classes: readonly string[] | null
}

/** The images of a source, ready to be kept. */
export type ImportedData = {
  /** Names of the classes, index = label. */
  readonly classes: readonly string[]
  readonly halves: Readonly<Record<Split, ImageSet | null>>
  readonly report: ImportReport
}

/** Where an image belongs. */
export type Address = {
  readonly part: Part | null
  readonly className: string
  /** Its name: where all are numbers, images are in their order; else in the order of classes and names. */
  readonly name: string
}

type Item = Omit<Address, 'className'> & {
  readonly classIndex: number
  readonly at: number
  /** Gray and 28 x 28, so that it was not changed. */
  readonly kept: boolean
  /** Kept, although its border is light. */
  readonly dark: boolean
}

/** Share of pictures dark on light from which on all are turned: a border may be full of ink now and then. */
const NEARLY_ALL = 0.9
/** Share from which on a person is told. */
const WORTH_TELLING = 0.02
/** Names of classes that an error carries. */
const MOST_NAMES = 100

const grouped = (value: number): string => value.toLocaleString('en-US')

/** Seed of the shuffle that chooses images to put aside. */
export const HOLD_OUT_SEED = 1

export class Collector {
  readonly #options: CollectorOptions
  readonly #onImages: (count: number) => void
  readonly #blocks: Uint8Array[] = []
  readonly #items: Item[] = []
  readonly #classes = new Map<string, number>()
  readonly #skipped = new Map<string, Skipped>()
  readonly #notes: string[] = []
  #order: readonly string[] | null = null
  #left = 0
  #inverted = 0
  /** Images of classes that were not chosen. */
  #others = 0

  /** `onImages` is told now and then how many images there are. */
  constructor(options: CollectorOptions, onImages: (count: number) => void = () => undefined) {
    this.#options = options
    this.#onImages = onImages
  }

  get form(): ImageForm {
    return this.#options
  }

  get count(): number {
    return this.#items.length
  }

  /** The classes' names in the order of their labels, where the source tells it. */
  orderClasses(names: readonly string[]): void {
    this.#order ??= names
  }

  note(sentence: string): void {
    this.#notes.push(sentence)
  }

  /** A note that several files may give rise to. */
  noteOnce(sentence: string): void {
    if (!this.#notes.includes(sentence)) this.#notes.push(sentence)
  }

  /** One file or picture that does not become an image. @throws import/too-large */
  skip(reason: string, example: string): void {
    this.#left += 1
    if (this.#left > MOST_FILES) {
      throw new AppError(
        'import/too-large',
        `More than ${MOST_FILES.toLocaleString('en-US')} files or pictures would be left out, the last one for this reason: ${reason} (${example}). Nothing was imported; import a part that holds pictures.`,
      )
    }
    const known = this.#skipped.get(reason)
    this.#skipped.set(reason, { reason, count: (known?.count ?? 0) + 1, example: known?.example ?? example })
  }

  /** Adds a picture, or skips one that is blank. @throws import/too-large */
  addPicture(address: Address, picture: Picture, name: string): void {
    if (!this.#takes(address)) return
    let image: MadeImage
    try {
      image = toImage(picture, this.#options, name)
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'image/blank') throw error
      this.skip('nothing to be seen in the picture', name)
      return
    }
    this.#keep(address, image)
  }

  /** @throws import/too-large, import/too-many-classes */
  add(address: Address, image: MadeImage): void {
    if (this.#takes(address)) this.#keep(address, image)
  }

  /** Whether its class was chosen. */
  #takes({ className }: Address): boolean {
    const { classes } = this.#options
    if (classes === null || classes.includes(className)) return true
    this.#others += 1
    return false
  }

  #keep({ part, className, name }: Address, { pixels, how, inverted, suspicious }: MadeImage): void {
    const at = this.#items.length
    if (at === MOST_IMAGES) {
      if (this.#classes.size > CLASSES) throw this.#tooManyClasses('The source', [...this.#classes.keys()])
      throw new AppError(
        'import/too-large',
        `There are more than ${MOST_IMAGES.toLocaleString('en-US')} images, the most that a set can have. Import a part of them.`,
      )
    }
    if (at % BLOCK === 0) this.#blocks.push(new Uint8Array(BLOCK * PIXELS))
    this.#blocks.at(-1)?.set(pixels, (at % BLOCK) * PIXELS)
    const classIndex = this.#classes.get(className) ?? this.#classes.size
    this.#classes.set(className, classIndex)
    this.#items.push({ part, name, classIndex, at, kept: how === 'kept', dark: suspicious })
    if (inverted) this.#inverted += 1
    if (at % TELL_EVERY === 0) this.#onImages(at + 1)
  }

  /**
   * The set. `source` is the name that the report calls it by.
   * @throws import/no-images, import/too-many-classes
   */
  finish(source: string, format: SourceFormat): ImportedData {
    if (this.#items.length === 0) throw this.#nothing(source)
    const names = [...this.#classes.keys()]
    const { classes, labels } = this.#classesOf(names, source)
    const hasTest = this.#items.some(({ part }) => part === 'test')
    const hasValid = this.#items.some(({ part }) => part === 'valid')
    if (hasTest && hasValid) {
      this.note('The source has a validation part beside its test part; its images were added to the training images.')
    }
    const kept = this.#items.filter((item) => item.kept).length
    const isTurned = this.#turning(kept)
    const isTest = ({ part }: Item): boolean => part === 'test' || (part === 'valid' && !hasTest)
    let halves: Record<Split, ImageSet | null> = {
      train: this.#half(
        this.#items.filter((item) => !isTest(item)),
        labels,
        isTurned,
      ),
      test: this.#half(this.#items.filter(isTest), labels, isTurned),
    }
    const { holdOut: fraction } = this.#options
    const split =
      fraction > 0 && halves.test === null && halves.train !== null
        ? putAside(halves.train, fraction, HOLD_OUT_SEED)
        : null
    if (split !== null) halves = split
    if (classes.length === 1) {
      this.note(
        `All pictures are of one class, ${classes[0] ?? ''}. A model learns to tell classes apart: put the pictures into a folder for each class.`,
      )
    }
    const missing = this.#options.classes?.filter((name) => !this.#classes.has(name)) ?? []
    if (missing.length > 0) this.note(`No pictures of these classes were found: ${missing.join(', ')}.`)
    if (this.#others > 0) this.note(`${grouped(this.#others)} images of other classes were left out, as was asked for.`)
    return {
      classes,
      halves,
      report: {
        source,
        format,
        resize: this.#options.resize,
        images: { train: halves.train?.count ?? 0, test: halves.test?.count ?? 0 },
        kept,
        fitted: this.#items.length - kept,
        inverted: this.#inverted + this.#items.filter(isTurned).length,
        skipped: [...this.#skipped.values()],
        holdOut: split === null ? null : { fraction, seed: HOLD_OUT_SEED },
        notes: this.#notes,
      },
    }
  }

  /** Which of the kept pictures are turned over; tells of those that should be. */
  #turning(kept: number): (item: Item) => boolean {
    const dark = this.#items.filter((item) => item.dark).length
    if (this.#options.invert) {
      if (dark > 0) return dark >= kept * NEARLY_ALL ? (item) => item.kept : (item) => item.dark
      if (kept > 0) this.note('No gray picture of 28 x 28 is dark on light, so none was inverted.')
    } else if (dark > kept / 2) {
      this.note('Most pictures are dark on light; Inkling expects light on dark. Import them again inverted.')
    } else if (dark > kept * WORTH_TELLING) {
      this.note(
        `${grouped(dark)} of ${grouped(kept)} pictures of 28 x 28 are dark on light, and the others light on dark, as Inkling expects. Import them again inverted: that turns those alone.`,
      )
    }
    return () => false
  }

  /** The classes by label, and the label of each name. */
  #classesOf(
    names: readonly string[],
    source: string,
  ): { readonly classes: readonly string[]; readonly labels: readonly number[] } {
    // Where the source has an order of its own, its labels mean that.
    const known = this.#order === null ? knownClasses(names) : null
    if (known !== null) {
      const renamed = names.filter((name) => known.classes[known.labels.get(name) ?? 0] !== name)
      if (renamed.length > 0) {
        const shown = renamed
          .slice(0, 4)
          .map((name) => `${name} as ${known.classes[known.labels.get(name) ?? 0] ?? ''}`)
        this.note(`Classes were taken by their meaning: ${shown.join(', ')}${renamed.length > 4 ? ' and so on' : ''}.`)
      }
      return { classes: known.classes, labels: names.map((name) => known.labels.get(name) ?? 0) }
    }
    const classes = this.#orderOf(names, source)
    return { classes, labels: names.map((name) => classes.indexOf(name)) }
  }

  /** Digits keep their number; other names have the source's order, else that of the alphabet. */
  #orderOf(names: readonly string[], source: string): readonly string[] {
    if (names.every((name) => digitNames.includes(name))) return digitNames
    const order = this.#order
    if (order !== null && names.every((name) => order.includes(name))) {
      if (order.length <= CLASSES) return order
      if (names.length <= CLASSES) return order.filter((name) => names.includes(name))
    }
    if (names.length > CLASSES) throw this.#tooManyClasses(source, names)
    return [...names].sort(natural)
  }

  #tooManyClasses(source: string, names: readonly string[]): AppError {
    const order = this.#order
    const ordered =
      order !== null && names.every((name) => order.includes(name))
        ? order.filter((name) => names.includes(name))
        : [...names].sort(natural)
    const shown = ordered.slice(0, 12).join(', ')
    return new AppError(
      'import/too-many-classes',
      `${source} has ${names.length} classes (${shown}${names.length > 12 ? ', ...' : ''}), where Inkling works with up to ${CLASSES}. Nothing was imported. Choose up to ${CLASSES} of them, and import these.`,
      { details: { file: source, classes: names.length, names: ordered.slice(0, MOST_NAMES).join('\n') } },
    )
  }

  #half(items: readonly Item[], labels: readonly number[], isTurned: (item: Item) => boolean): ImageSet | null {
    if (items.length === 0) return null
    const ordered = inOrder(items, labels)
    const images = new Uint8Array(items.length * PIXELS)
    const own = new Uint8Array(items.length)
    ordered.forEach((item, index) => {
      const { at, classIndex } = item
      const block = this.#blocks[Math.floor(at / BLOCK)] ?? new Uint8Array()
      const from = (at % BLOCK) * PIXELS
      const pixels = block.subarray(from, from + PIXELS)
      images.set(isTurned(item) ? negative(pixels) : pixels, index * PIXELS)
      own[index] = labels[classIndex] ?? 0
    })
    return { images, labels: own, count: items.length, height: SIDE, width: SIDE }
  }

  #nothing(source: string): AppError {
    const reasons = [...this.#skipped.values()].map(
      ({ reason, count, example }) => `${count.toLocaleString('en-US')} left out: ${reason} (such as ${example})`,
    )
    if (this.#others > 0) reasons.push(`${grouped(this.#others)} left out: of other classes than were asked for`)
    const found = reasons.length === 0 ? 'It is empty.' : `${reasons.join('; ')}.`
    return new AppError(
      'import/no-images',
      `${source} holds no pictures that can be imported. ${found} Expected are PNG or JPEG pictures in one folder per class, such as train/3/1.png, or files in the IDX, CSV, Parquet or .npz format.`,
      { details: { file: source } },
    )
  }
}

const collator = new Intl.Collator('en', { numeric: true })
/** `img2` before `img10`; ties by code unit, so that the order is the same everywhere. */
const natural = (a: string, b: string): number => collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)

/** By number where every name is one and no two are alike; else by class, then by name. */
function inOrder(items: readonly Item[], labels: readonly number[]): readonly Item[] {
  const numbers = items.map(({ name }) => (/^\d{1,15}$/.test(name) ? Number(name) : Number.NaN))
  const distinct = !numbers.some(Number.isNaN) && new Set(numbers).size === items.length
  const keyed = items.map((item, index) => ({ item, number: numbers[index] ?? 0, label: labels[item.classIndex] ?? 0 }))
  keyed.sort(
    distinct
      ? (a, b) => a.number - b.number
      : (a, b) => a.label - b.label || natural(a.item.name, b.item.name) || a.item.at - b.item.at,
  )
  return keyed.map(({ item }) => item)
}
