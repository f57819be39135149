/** Finds images that are the same pixel by pixel, within a set and between its halves. */
import { imageAt, type ImageSet } from './image-set.ts'

/**
 * Groups of equal images. Images are numbered through all of `sets`: those of the first set from 0, those of the second
 * from its count on, and so forth. Each group ascends, has at least two images, and groups come by their first image. An
 * image is hashed once; only images with equal hashes are compared byte by byte, so the answer is exact.
 */
export function findDuplicates(sets: readonly ImageSet[]): readonly Uint32Array[] {
  /** Chains of images with the same hash: the last one of each, and what went before it. */
  const lastOf = new Map<number, number>()
  const total = sets.reduce((sum, { count }) => sum + count, 0)
  const before = new Int32Array(total).fill(-1)
  const groupOf = new Map<number, number[]>()
  const at = (image: number): Uint8Array => {
    let rest = image
    for (const set of sets) {
      if (rest < set.count) return imageAt(set, rest)
      rest -= set.count
    }
    throw new RangeError(`There is no image ${image}.`)
  }
  let image = 0
  for (const set of sets) {
    const picture = new Uint8Array(4 * Math.ceil((set.height * set.width) / 4))
    const words = new Int32Array(picture.buffer)
    for (let index = 0; index < set.count; index += 1, image += 1) {
      const pixels = imageAt(set, index)
      picture.set(pixels)
      const hash = hashOf(words)
      const last = lastOf.get(hash) ?? -1
      lastOf.set(hash, image)
      before[image] = last
      for (let other = last; other >= 0; other = before[other] ?? -1) {
        if (!equal(at(other), pixels)) continue
        const group = groupOf.get(other) ?? [other]
        group.push(image)
        groupOf.set(other, group)
        groupOf.set(image, group)
        break
      }
    }
  }
  const groups = [...new Set(groupOf.values())].map((group) => Uint32Array.from(group))
  return groups.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0))
}

/** MurmurHash3's body over 32-bit words, without its last mixing: the bits need not look random, only differ. */
function hashOf(words: Int32Array): number {
  let hash = 0
  for (let index = 0; index < words.length; index += 1) {
    let word = Math.imul(words[index] ?? 0, 0xcc9e2d51)
    word = (word << 15) | (word >>> 17)
    hash ^= Math.imul(word, 0x1b873593)
    hash = (hash << 13) | (hash >>> 19)
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0
  }
  return hash
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false
  for (let index = 0; index < one.length; index += 1) if (one[index] !== other[index]) return false
  return true
}
