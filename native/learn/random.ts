/**
 * Reproducible randomness: the same seed gives the same numbers on every machine. xoshiro128** (Blackman and Vigna,
 * https://prng.di.unimi.it/), seeded by SplitMix32.
 */

export class Random {
  #a: number
  #b: number
  #c: number
  #d: number

  /** `seed` and `stream` are whole numbers, 0 to 2^32 - 1; streams of one seed are independent. */
  constructor(seed: number, stream = 0) {
    let state = (seed ^ Math.imul(stream, 0x9e3779b9)) >>> 0
    const next = () => {
      state = (state + 0x9e3779b9) >>> 0
      let mixed = state
      mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
      mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
      return (mixed ^ (mixed >>> 16)) >>> 0
    }
    this.#a = next()
    this.#b = next()
    this.#c = next()
    this.#d = next() | 1
  }

  /** A whole number, 0 to 2^32 - 1. */
  bits(): number {
    const rotated = rotate(Math.imul(this.#b, 5), 7)
    const result = Math.imul(rotated, 9) >>> 0
    const shifted = this.#b << 9
    this.#c ^= this.#a
    this.#d ^= this.#b
    this.#b ^= this.#c
    this.#a ^= this.#d
    this.#c ^= shifted
    this.#d = rotate(this.#d, 11)
    return result
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return (this.bits() * 0x200000 + (this.bits() >>> 11)) / 2 ** 53
  }

  /** A whole number, 0 to below - 1, each equally likely (Lemire's method, without its bias). */
  below(count: number): number {
    const threshold = 2 ** 32 % count
    for (;;) {
      const bits = this.bits()
      if (bits >= threshold) return bits % count
    }
  }

  /** Standard normal, by the polar method of Marsaglia. */
  normal(): number {
    for (;;) {
      const u = 2 * this.uniform() - 1
      const v = 2 * this.uniform() - 1
      const square = u * u + v * v
      if (square > 0 && square < 1) return u * Math.sqrt((-2 * Math.log(square)) / square)
    }
  }
}

function rotate(bits: number, by: number): number {
  return (bits << by) | (bits >>> (32 - by))
}

/** Shuffles in place (Fisher and Yates): every order is equally likely. */
export function shuffle(numbers: Int32Array, random: Random): Int32Array {
  for (let last = numbers.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1)
    const kept = numbers[last] ?? 0
    numbers[last] = numbers[other] ?? 0
    numbers[other] = kept
  }
  return numbers
}
