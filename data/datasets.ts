/**
 * The data sets that a person can name: the built-in one, MNIST and its relatives where they lie on disk, imported sets, the
 * person's own handwriting, and any folder of IDX files. Looks anew at each question, so that files may come and go while Inkling
 * runs; reads each half once.
 */
import { basename, isAbsolute, join, resolve, sep } from 'node:path'
import { AppError, toErrorPayload, type ErrorPayload } from './error.ts'
import { countClasses, emptyFolder, inspectIdxFolder, idxFileName, readHalf, type IdxFolder } from './idx-folder.ts'
import { HANDWRITING, HandwritingHalves, labeledDrawings, signatureOf, type Labeled } from './handwriting.ts'
import { splits, type ImageSet, type Split } from './image-set.ts'
import type { ImportReport } from './import/report.ts'
import { ImportedSets, type ImportedSet } from './imported-sets.ts'
import type { StoredDrawing } from './library/types.ts'
import { LoadedHalves } from './loaded-halves.ts'
import { selectLabels } from './select-labels.ts'
import { SyntheticStore } from './synthetic-store.ts'
import { definitions, digitNames, isFashion, type Definition } from './dataset-definitions.ts'

/** A set as it is listed. */
export type DatasetEntry = {
  readonly name: string
  readonly title: string
  readonly description: string
  /** `ready`: can be read now. `generated`: made on first use. `damaged`: see `problem`. */
  readonly state: 'ready' | 'generated' | 'damaged'
  /** Absent or damaged halves are null. `classCounts` is null until a generated half was made. */
  readonly splits: Readonly<Record<Split, DatasetHalf | null>>
  /** Names of the classes, index = label. */
  readonly classes: readonly string[]
  /** Folder on disk, or null for the built-in set and for drawings. */
  readonly folder: string | null
  /** What the import did, for an imported set; null for others. Imported sets can be removed. */
  readonly imported: ImportReport | null
  readonly problem: ErrorPayload | null
}

export type DatasetHalf = { readonly count: number; readonly classCounts: readonly number[] | null }

export type DatasetsOptions = {
  /** Searched last; keeps what is generated. */
  readonly dataDirectory: string
  /** Searched in order: `<folder>/mnist`, `<folder>/fashion-mnist`, or the folder itself. */
  readonly searchFolders: readonly string[]
  /** The drawings that a person keeps, oldest first; none where it is left out. */
  readonly readDrawings?: () => readonly StoredDrawing[]
  /** 0..1 while a set is generated. */
  readonly onProgress?: (dataset: string, fraction: number) => void
  /** A set was generated, or found damaged while it was read. */
  readonly onChanged?: (dataset: string) => void
}

/** A set as it is at this moment. `signature` changes with its files. */
type Source = {
  readonly entry: DatasetEntry
  readonly signature: string
  readonly load: (split: Split) => Promise<ImageSet>
}

export class Datasets {
  readonly #options: DatasetsOptions
  readonly #synthetic: SyntheticStore
  /** Sets that a person has imported. Tell `onChanged` of changes. */
  readonly imported: ImportedSets
  readonly #inspected = new Map<string, IdxFolder>()
  readonly #loaded = new LoadedHalves()
  readonly #drawn = new HandwritingHalves()
  /** What only full reading has shown to be wrong, by signature. */
  readonly #problems = new Map<string, AppError>()

  constructor(options: DatasetsOptions) {
    this.#options = options
    this.imported = new ImportedSets(options.dataDirectory)
    this.#synthetic = new SyntheticStore(options.dataDirectory, (fraction) => {
      options.onProgress?.('synthetic', fraction)
    })
  }

  /** The sets that are here: the built-in one first, imported ones last. A damaged set is listed with its problem. */
  async list(): Promise<DatasetEntry[]> {
    const found = await Promise.all(definitions.map((definition) => this.#locate(definition)))
    const entries: DatasetEntry[] = []
    for (const source of found) if (source !== null) entries.push(source.entry)
    const drawn = this.#handwriting()
    if (drawn !== null) entries.push(drawn.entry)
    for (const set of await this.imported.list()) entries.push((await this.#imported(set)).entry)
    return entries
  }

  /**
   * One set as `list` shows it. `name` may also be the path of a folder with IDX files.
   * @throws dataset/unknown, dataset/empty-folder, file/unreadable
   */
  async entry(name: string): Promise<DatasetEntry> {
    return (await this.#source(name)).entry
  }

  /**
   * A half of a set, read (or generated) once and kept in memory; questions at the same time share one reading.
   * @throws dataset/unknown, dataset/missing-split and all that reading and generating can meet
   */
  async load(name: string, split: Split): Promise<ImageSet> {
    const source = await this.#source(name)
    const { signature } = source
    try {
      return await this.#loaded.load(name, split, signature, () => source.load(split))
    } catch (error) {
      if (error instanceof AppError && error.code !== 'dataset/missing-split' && source.entry.problem === null) {
        this.#problems.set(signature, error)
        this.#options.onChanged?.(name)
      }
      throw error
    }
  }

  /** Lets a set's images go, as when it was removed. */
  forget(name: string): void {
    this.#loaded.forget(name)
  }

  async #source(name: string): Promise<Source> {
    const definition = definitions.find((candidate) => candidate.name === name)
    if (definition !== undefined) {
      const source = await this.#locate(definition)
      if (source !== null) return source
      throw notFound(definition, this.#options)
    }
    const drawn = name === HANDWRITING ? this.#handwriting() : null
    if (drawn !== null) return drawn
    if (name === HANDWRITING) throw nothingDrawn()
    const imported = await this.imported.find(name)
    if (imported !== null) return await this.#imported(imported)
    const isPath = isAbsolute(name) || name.includes('/') || name.includes(sep) || name === '.'
    if (isPath && !name.includes('\0')) return await this.#folder(name)
    const own = (await this.imported.list()).map((set) => set.name)
    const names = [...definitions.map((known) => known.name), ...own].join(', ')
    throw new AppError(
      'dataset/unknown',
      `There is no data set called ${name}. Known are ${names}; a folder with IDX files is named by its path, for example ./${name}.`,
      { details: { dataset: name } },
    )
  }

  /** Where the set lies now, or null where it is not here. */
  async #locate(definition: Definition): Promise<Source | null> {
    switch (definition.kind) {
      case 'generated':
        return await this.#builtIn(definition)
      case 'view': {
        const whole = definitions.find((candidate) => candidate.name === definition.of)
        const source = whole === undefined ? null : await this.#locate(whole)
        return source === null ? null : this.#view(definition, source)
      }
      case 'files':
        return await this.#files(definition)
    }
  }

  async #builtIn(definition: Definition & { kind: 'generated' }): Promise<Source> {
    const halves = await this.#synthetic.inspect()
    const entry: DatasetEntry = {
      ...facts(definition),
      state: halves.train.stored && halves.test.stored ? 'ready' : 'generated',
      splits: { train: halves.train.half, test: halves.test.half },
      folder: null,
      imported: null,
      problem: null,
    }
    const load = async (split: Split): Promise<ImageSet> => {
      const { set, generated } = await this.#synthetic.load(split)
      if (generated) this.#options.onChanged?.(definition.name)
      return set
    }
    return { entry, signature: definition.name, load }
  }

  #view(definition: Definition & { kind: 'view' }, source: Source): Source {
    const halfOf = (split: Split): DatasetHalf | null => {
      const counts = source.entry.splits[split]?.classCounts
      if (counts === undefined || counts === null) return null
      const classCounts = counts.map((count, label) => (definition.labels.includes(label) ? count : 0))
      return { count: classCounts.reduce((sum, count) => sum + count, 0), classCounts }
    }
    const entry = { ...source.entry, ...facts(definition), splits: { train: halfOf('train'), test: halfOf('test') } }
    const load = async (split: Split): Promise<ImageSet> =>
      selectLabels(await this.load(definition.of, split), definition.labels)
    return { entry, signature: source.signature, load }
  }

  async #files(definition: Definition & { kind: 'files' }): Promise<Source | null> {
    const { searchFolders, dataDirectory } = this.#options
    const found: IdxFolder[] = []
    let problem: AppError | null = null
    /** A folder that may not be read keeps nobody from others. */
    const look = async (folder: string): Promise<IdxFolder | null> => {
      try {
        return await this.#inspect(folder)
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        problem ??= error
        return null
      }
    }
    for (const folder of [...searchFolders, dataDirectory]) {
      const own = await look(join(folder, definition.folder))
      if (own !== null) found.push(own)
      const itself = await look(folder)
      const filled = itself !== null && healthOf(itself) !== null
      if (filled && isFashion(itself) === (definition.name === 'fashion_mnist')) found.push(itself)
    }
    const best = [...found].sort((a, b) => (healthOf(b) ?? -1) - (healthOf(a) ?? -1))[0]
    if (best !== undefined) return this.#idxSource(facts(definition), best)
    return problem === null ? null : unreadableSource(facts(definition), null, problem)
  }

  async #folder(path: string): Promise<Source> {
    const folder = resolve(path)
    const found = await this.#inspect(folder)
    if (found === null) {
      throw new AppError('dataset/unknown', `There is no folder ${folder}. Name a data set or an existing folder.`, {
        details: { dataset: path },
      })
    }
    if (found.halves.train === null && found.halves.test === null) throw emptyFolder(folder)
    const classes = isFashion(found)
      ? (definitions.find(({ name }) => name === 'fashion_mnist')?.classes ?? digitNames)
      : digitNames
    return this.#idxSource(
      { name: path, title: basename(folder), description: `The IDX files in ${folder}.`, classes },
      found,
    )
  }

  async #inspect(folder: string): Promise<IdxFolder | null> {
    const result = await inspectIdxFolder(folder, this.#inspected.get(folder))
    if (result === null) this.#inspected.delete(folder)
    else this.#inspected.set(folder, result)
    return result
  }

  async #imported({ name, title, description, classes, folder, report }: ImportedSet): Promise<Source> {
    const names = { name, title, description, classes: classes.length === 0 ? digitNames : classes }
    try {
      const found = await this.#inspect(folder)
      return this.#idxSource(names, found ?? { folder, halves: { train: null, test: null }, signature: folder }, report)
    } catch (error) {
      if (error instanceof AppError) return unreadableSource(names, folder, error, report)
      throw error
    }
  }

  /** Null where there is no labeled drawing. */
  #handwriting(): Source | null {
    let drawings: readonly Labeled[]
    try {
      drawings = labeledDrawings(this.#options.readDrawings?.() ?? [])
    } catch (error) {
      // A library that cannot be read keeps nobody from other sets.
      if (error instanceof AppError) return unreadableHandwriting(error)
      throw error
    }
    if (drawings.length === 0) return null
    const halfOf = (split: Split): DatasetHalf | null => {
      const own = drawings.filter((drawing) => drawing.split === split)
      if (own.length === 0) return null
      return { count: own.length, classCounts: countClasses(Uint8Array.from(own, ({ label }) => label)) }
    }
    const entry: DatasetEntry = {
      ...handwriting,
      state: 'ready',
      splits: { train: halfOf('train'), test: halfOf('test') },
      problem: null,
    }
    const load = async (split: Split): Promise<ImageSet> => {
      const set = await this.#drawn.load(drawings, split)
      if (set.count === 0) throw noDrawings(split)
      return set
    }
    return { entry, signature: signatureOf(drawings), load }
  }

  #idxSource(
    names: Pick<DatasetEntry, 'name' | 'title' | 'description' | 'classes'>,
    found: IdxFolder,
    imported: ImportReport | null = null,
  ): Source {
    const { folder, halves, signature } = found
    const halfOf = (split: Split): DatasetHalf | null => {
      const half = halves[split]?.half ?? null
      return half === null ? null : { count: half.count, classCounts: half.classCounts }
    }
    const seen = splits.map((split) => halves[split]?.problem ?? null).find((problem) => problem !== null)
    const empty = halves.train === null && halves.test === null ? emptyFolder(folder) : null
    const problem = seen ?? empty ?? this.#problems.get(signature) ?? null
    const entry: DatasetEntry = {
      ...names,
      state: problem === null ? 'ready' : 'damaged',
      splits: { train: halfOf('train'), test: halfOf('test') },
      folder,
      imported,
      problem: problem === null ? null : toErrorPayload(problem),
    }
    const load = async (split: Split): Promise<ImageSet> => {
      const half = halves[split]
      if (half === null) throw empty ?? missingSplit(names.name, split, folder, imported !== null)
      if (half.problem !== null) throw half.problem
      return await readHalf(half.half)
    }
    return { entry, signature, load }
  }
}

function facts({
  name,
  title,
  description,
  classes,
}: Definition): Pick<DatasetEntry, 'name' | 'title' | 'description' | 'classes'> {
  return { name, title, description, classes }
}

/** How many halves can be read, or null for a folder without IDX files. */
function healthOf({ halves }: IdxFolder): number | null {
  if (halves.train === null && halves.test === null) return null
  return splits.filter((split) => halves[split]?.problem === null).length
}

function missingSplit(name: string, split: Split, folder: string, isImported: boolean): AppError {
  if (isImported) {
    const advice =
      split === 'test'
        ? 'Import it once more with a part of its images put aside for that (--hold-out 0.2 on the command line)'
        : 'Import its training images together with these'
    return new AppError(
      'dataset/missing-split',
      `${name} was imported without ${split === 'test' ? 'test' : 'training'} images. ${advice}, or choose another data set.`,
      { details: { dataset: name, split, folder } },
    )
  }
  return new AppError(
    'dataset/missing-split',
    `${name} has no ${split} half in ${folder}: put ${idxFileName(split, 'images')}.gz and ${idxFileName(split, 'labels')}.gz there, or choose another data set.`,
    { details: { dataset: name, split, folder } },
  )
}

const handwriting = {
  name: HANDWRITING,
  title: 'My handwriting',
  description:
    'The digits that you drew and labeled. Of each digit about one drawing in five is put aside as a test image when it is kept, and stays one.',
  classes: digitNames,
  folder: null,
  imported: null,
} as const

function unreadableHandwriting(problem: AppError): Source {
  return unreadableSource(handwriting, null, problem)
}

/** A set that is known to be there, and cannot be read. */
function unreadableSource(
  names: Pick<DatasetEntry, 'name' | 'title' | 'description' | 'classes'>,
  folder: string | null,
  problem: AppError,
  imported: ImportReport | null = null,
): Source {
  const splitsOf = { train: null, test: null }
  const entry: DatasetEntry = { ...names, state: 'damaged', splits: splitsOf, folder, imported, problem: toErrorPayload(problem) } // prettier-ignore
  return { entry, signature: names.name, load: () => Promise.reject(problem) }
}

function nothingDrawn(): AppError {
  return new AppError(
    'dataset/unknown',
    'My handwriting is empty: no drawing is kept yet. Draw a digit on the Draw page and say which it is, or import drawings.',
    { details: { dataset: HANDWRITING } },
  )
}

function noDrawings(split: Split): AppError {
  return new AppError(
    'dataset/missing-split',
    `There are no ${split} images in your handwriting yet: ${split === 'test' ? 'of each digit the third drawing that you keep, and then every fifth, is put aside as a test image' : 'those that are kept are all put aside as test images'}. Draw and keep more digits.`,
    { details: { dataset: HANDWRITING, split } },
  )
}

function notFound(definition: Definition, options: DatasetsOptions): AppError {
  const [folder, offered] = definition.kind === 'files' ? [definition.folder, definition.name] : ['mnist', 'mnist']
  const searched = [...options.searchFolders, options.dataDirectory].join(', ')
  return new AppError(
    'dataset/unknown',
    `${definition.title} is not on this machine. Searched: ${searched}. Download it (on the Data page, or by "inkling data download ${offered}"), put its IDX files into ${join(options.dataDirectory, folder)}, or name the folder that holds them in INKLING_DATASETS.`,
    { details: { dataset: definition.name } },
  )
}
