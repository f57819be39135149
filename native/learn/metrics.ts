/** Precision, recall and F1 of each class, from a confusion matrix. Pure, so that pages share it. */

/** How well one class is read. Each figure is 0 to 1, and 0 where its divisor is 0, as scikit-learn's `zero_division=0`. */
export type ClassMetrics = {
  readonly digit: number
  /** Of the images read as this digit, the share that are it: true positives / (true positives + false positives). */
  readonly precision: number
  /** Of the images of this digit, the share that are read so: true positives / (true positives + false negatives). */
  readonly recall: number
  /** The harmonic mean of both: 2 true positives / (2 true positives + false positives + false negatives). */
  readonly f1: number
  /** Images of this digit. */
  readonly support: number
}

/** `confusion[true][read]`: how many images of one digit were read as another. Square. */
export type Confusion = readonly (readonly number[])[]

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

/**
 * One entry for each of `digits`, which name the rows and columns of `confusion` in its order. The formulas are those of
 * https://scikit-learn.org/stable/modules/generated/sklearn.metrics.precision_recall_fscore_support.html
 */
export function classMetrics(confusion: Confusion, digits: readonly number[]): ClassMetrics[] {
  return digits.map((digit, index) => {
    const right = confusion[index]?.[index] ?? 0
    const support = (confusion[index] ?? []).reduce((total, count) => total + count, 0)
    const read = confusion.reduce((total, row) => total + (row[index] ?? 0), 0)
    return {
      digit,
      precision: ratio(right, read),
      recall: ratio(right, support),
      f1: ratio(2 * right, read + support),
      support,
    }
  })
}

/** The unweighted mean over the classes of each figure: scikit-learn's `average='macro'`. Of no class: zeros. */
export function meanMetrics(classes: readonly ClassMetrics[]): Pick<ClassMetrics, 'precision' | 'recall' | 'f1'> {
  const mean = (of: (metrics: ClassMetrics) => number): number =>
    ratio(
      classes.reduce((total, metrics) => total + of(metrics), 0),
      classes.length,
    )
  return {
    precision: mean(({ precision }) => precision),
    recall: mean(({ recall }) => recall),
    f1: mean(({ f1 }) => f1),
  }
}

/** A matrix whose rows and columns stand for `classes`, with both in ascending order of the digits. */
export function ascending(
  confusion: Confusion,
  classes: readonly number[],
): { digits: number[]; confusion: number[][] } {
  const digits = classes.toSorted((a, b) => a - b)
  const places = digits.map((digit) => classes.indexOf(digit))
  return { digits, confusion: places.map((row) => places.map((column) => confusion[row]?.[column] ?? 0)) }
}
