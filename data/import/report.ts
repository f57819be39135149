/** What an import did, told to the person and kept with the set. */
import type { Split } from '../image-set.ts'
import type { Resize } from './resize.ts'

/** Forms that a set can be imported from. */
export type SourceFormat = 'folder' | 'zip' | 'tar' | 'idx' | 'csv' | 'parquet' | 'npz'

/** Pictures or files that did not become images, for one reason. */
export type Skipped = {
  readonly reason: string
  readonly count: number
  /** The first of them. */
  readonly example: string
}

export type ImportReport = {
  /** Name of the file or folder, without where it lay. */
  readonly source: string
  readonly format: SourceFormat
  readonly resize: Resize
  readonly images: Readonly<Record<Split, number>>
  /** Gray pictures of 28 x 28, taken byte for byte (or inverted, where that was asked for). */
  readonly kept: number
  /** Pictures brought to 28 x 28: by MNIST's ink box, or by plain resizing. */
  readonly fitted: number
  /** How many of all were turned from dark on light to light on dark. */
  readonly inverted: number
  readonly skipped: readonly Skipped[]
  /** Set where training images were put aside as test images, since the source had none. */
  readonly holdOut: { readonly fraction: number; readonly seed: number } | null
  /** What else a person should know, in whole sentences. */
  readonly notes: readonly string[]
}

const grouped = (value: number): string => value.toLocaleString('en-US')
const counted = (count: number, one: string, many: string): string => `${grouped(count)} ${count === 1 ? one : many}`

/** The report in a few sentences. */
export function describeImport(report: ImportReport): string {
  const { images, kept, fitted, inverted, skipped, resize, holdOut } = report
  const halves = [
    images.train > 0 ? counted(images.train, 'training image', 'training images') : null,
    images.test > 0 ? counted(images.test, 'test image', 'test images') : null,
  ].filter((half) => half !== null)
  const how = resize === 'ink' ? "brought to MNIST's form" : 'resized to 28 x 28'
  const sentences = [
    `${halves.join(' and ')}, imported from ${report.source}.`,
    fitted === 0 ? 'All were kept as they are.' : `${grouped(fitted)} ${how}, ${grouped(kept)} kept as they are.`,
    inverted === 0 ? null : `${counted(inverted, 'was', 'were')} dark on light and inverted.`,
    holdOut === null
      ? null
      : `${Math.round(holdOut.fraction * 100)} % were put aside as test images, drawn with seed ${holdOut.seed}.`,
    ...skipped.map(({ reason, count, example }) => `${grouped(count)} left out: ${reason} (such as ${example}).`),
    ...report.notes,
  ]
  return sentences.filter((sentence) => sentence !== null).join(' ')
}
