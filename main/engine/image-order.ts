/** From a query to the numbers of its images, in order. */
import type { ImageQuery } from '../contract/image-query.ts'
import type { Halves, Measures } from './halves.ts'
import { sortByKeys } from './sort-by-keys.ts'

/** Orders kept for each set: 280 kB each at 70,000 images. */
const KEPT = 12

/** Numbers of the images that the query asks for, as it wants them sorted. `measures` may be null where it needs none. */
export function orderOf(halves: Halves, measures: Measures | null, query: ImageQuery): Uint32Array {
  const { orders } = halves
  const key = JSON.stringify(query)
  const order = orders.get(key) ?? sorted(halves, measures, query, filtered(halves, measures, query))
  // The newest at the end, so that the first is the one to forget.
  orders.delete(key)
  orders.set(key, order)
  for (const oldest of orders.keys()) {
    if (orders.size <= KEPT) break
    orders.delete(oldest)
  }
  return order
}

/** What a query sorts by, for each image; null where that is not a measure. */
export function sortKeys({ sort }: ImageQuery, measures: Measures): Float32Array | null {
  switch (sort) {
    case 'order':
    case 'label':
      return null
    case 'ink':
      return measures.ink
    case 'typical':
      return measures.own
    case 'lookalike':
      return measures.margin
  }
}

/** Ascending, or group by group where duplicates are asked for. */
function filtered(halves: Halves, measures: Measures | null, query: ImageQuery): Uint32Array {
  const { label, lookalike, duplicates } = query
  const all = duplicates
    ? Uint32Array.from(halves.duplicates().flatMap((group) => [...group]))
    : Uint32Array.from({ length: halves.count }, (_, image) => image)
  if (label === null && lookalike === null) return all
  return all.filter(
    (image) =>
      (label === null || halves.labels[image] === label) &&
      (lookalike === null || measures?.lookalike[image] === lookalike),
  )
}

function sorted(halves: Halves, measures: Measures | null, query: ImageQuery, images: Uint32Array): Uint32Array {
  if (query.sort === 'order') return query.descending ? images.toReversed() : images
  const keys = query.sort === 'label' ? Float32Array.from(halves.labels) : measures && sortKeys(query, measures)
  return keys === null ? images : sortByKeys(images, keys, query.descending)
}
