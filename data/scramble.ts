/** A number that looks random, from a whole number and a seed: for choices that must stay the same when more is added. */

/** 0 to 2^32 - 1 (the finalizer of MurmurHash3 by Austin Appleby). Equal arguments give equal numbers; different ones seem unrelated. */
export function scramble(value: number, seed: number): number {
  let bits = (value ^ Math.imul(seed, 0x9e3779b1)) | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
