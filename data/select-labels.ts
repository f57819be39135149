/** The part of a set that has certain labels. */
import { imageAt, type ImageSet } from './image-set.ts'

/** The images with one of these labels, in the set's order, in memory of their own; `origins` are their numbers in `set`. */
export function selectLabels(set: ImageSet, labels: readonly number[]): ImageSet {
  const wanted = new Set(labels)
  let count = 0
  for (const label of set.labels) if (wanted.has(label)) count += 1
  const size = set.height * set.width
  const selected = {
    images: new Uint8Array(count * size),
    labels: new Uint8Array(count),
    origins: new Uint32Array(count),
  }
  let next = 0
  set.labels.forEach((label, index) => {
    if (!wanted.has(label)) return
    selected.images.set(imageAt(set, index), next * size)
    selected.labels[next] = label
    selected.origins[next] = set.origins?.[index] ?? index
    next += 1
  })
  return { ...set, ...selected, count }
}
