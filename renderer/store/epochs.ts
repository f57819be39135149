/**
 * The epochs of a run as a page keeps them: the newest with all their figures, of those before them only the numbers that charts
 * draw, so that a long run does not fill the memory.
 */
import type { EpochRecord } from '../../main/contract/types.ts'

/** Epochs that keep the figures of each digit: a small way back needs them again. */
export const WHOLE_EPOCHS = 20

/** Both lists in the order of their epochs; of two with the same number the one that was `added`. */
export function mergeEpochs(known: readonly EpochRecord[], added: readonly EpochRecord[]): readonly EpochRecord[] {
  const last = known.at(-1)?.epoch ?? 0
  if (added.length === 0) return known
  const follows = added.every(({ epoch }, index) => epoch === last + 1 + index)
  return light(follows ? [...known, ...added] : inOrder([...known, ...added]))
}

function inOrder(epochs: readonly EpochRecord[]): EpochRecord[] {
  const byNumber = new Map(epochs.map((epoch) => [epoch.epoch, epoch]))
  return [...byNumber.values()].sort((left, right) => left.epoch - right.epoch)
}

function light(epochs: EpochRecord[]): EpochRecord[] {
  // What was made light before lies before what was not.
  for (let index = epochs.length - 1 - WHOLE_EPOCHS; index >= 0; index -= 1) {
    const epoch = epochs[index]
    if (epoch === undefined || epoch.confusion === null) break
    epochs[index] = { ...epoch, classes: null, confusion: null }
  }
  return epochs
}
