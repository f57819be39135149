/** Sorts the numbers of images by a measure, in the time of one pass over plain numbers. */

/** Below 2^53 a key of 32 bits has room for so many images beside it. */
const MOST = 2 ** 21

/**
 * `images` in the order of `keys[image]`; those that tie keep the order of their numbers, whichever way round. Not-a-number
 * counts as the largest. Each key and number become one whole number that sorts alike, so that the typed array's own sort does it
 * without a callback: 70,000 images in 15 ms instead of 60.
 * @throws RangeError above 2,097,152 images
 */
export function sortByKeys(images: Uint32Array, keys: Float32Array, descending: boolean): Uint32Array {
  if (keys.length > MOST) throw new RangeError(`${keys.length} images cannot be sorted; the most are ${MOST}.`)
  const bits = new Uint32Array(keys.buffer, keys.byteOffset, keys.length)
  const composed = new Float64Array(images.length)
  for (let index = 0; index < images.length; index += 1) {
    const image = images[index] ?? 0
    const rank = ordered(bits[image] ?? 0)
    composed[index] = (descending ? 0xff_ff_ff_ff - rank : rank) * MOST + image
  }
  composed.sort()
  return Uint32Array.from(composed, (value) => value % MOST)
}

/** The bits of a float as a whole number that sorts as the float does: positive ones above all negative ones, those turned over. */
function ordered(bits: number): number {
  // -0 and 0 are the same number.
  if (bits === 0x80_00_00_00) return 0x80_00_00_00
  return bits >= 0x80_00_00_00 ? 0xff_ff_ff_ff - bits : bits + 0x80_00_00_00
}
