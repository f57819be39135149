/** Puts a part of the training images aside as test images, for a set that has none. */
import { imageAt, type ImageSet, type Split } from '../image-set.ts'
import { scramble } from '../scramble.ts'

/**
 * About `fraction` of each class (0 to 1) becomes the test half, drawn with `seed`; both halves keep the set's order. Null where
 * one of them would be empty.
 */
export function putAside(set: ImageSet, fraction: number, seed: number): Record<Split, ImageSet> | null {
  const test = new Set<number>()
  for (const label of new Set(set.labels)) {
    const own: { readonly index: number; readonly lot: number }[] = []
    set.labels.forEach((other, index) => {
      if (other === label) own.push({ index, lot: scramble(index, seed) })
    })
    own.sort((a, b) => a.lot - b.lot || a.index - b.index)
    for (const { index } of own.slice(0, Math.round(own.length * fraction))) test.add(index)
  }
  if (test.size === 0 || test.size === set.count) return null
  return { train: pick(set, (index) => !test.has(index)), test: pick(set, (index) => test.has(index)) }
}

function pick(set: ImageSet, isWanted: (index: number) => boolean): ImageSet {
  const indices = Array.from(set.labels.keys()).filter(isWanted)
  const size = set.height * set.width
  const images = new Uint8Array(indices.length * size)
  indices.forEach((index, position) => {
    images.set(imageAt(set, index), position * size)
  })
  const labels = Uint8Array.from(indices, (index) => set.labels[index] ?? 0)
  return { images, labels, count: indices.length, height: set.height, width: set.width }
}
