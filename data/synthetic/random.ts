/**
 * Random numbers from a seed: Chris Doty-Humphrey's sfc32, which passes PractRand. Each image has a stream of its own,
 * so it depends on nothing that was drawn before it.
 */

import { normalQuantiles } from './arithmetic.ts'

/** What a stream is for; equal indices of different kinds give unrelated numbers. */
export const streams = { writer: 0x5eed0001, image: 0x5eed0002, labels: 0x5eed0003 } as const
export type StreamKind = keyof typeof streams

export class Random {
  #a = 0
  #b = 0
  #c = 0
  #counter = 1

  /** Starts the stream of a kind: equal (seed, kind, index) give equal numbers. Both are whole numbers from 0 to 2^53 - 1. */
  start(seed: number, kind: StreamKind, index: number): void {
    this.#a = seed | 0
    this.#b = Math.floor(seed / 2 ** 32) ^ streams[kind]
    this.#c = index | 0
    this.#counter = 1 + Math.floor(index / 2 ** 32)
    for (let round = 0; round < 15; round++) this.bits()
  }

  /** 32 random bits, as a signed whole number. */
  bits(): number {
    const result = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (this.#c << 21) | (this.#c >>> 11)
    this.#c = (this.#c + result) | 0
    return result
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return (this.bits() >>> 0) * 2 ** -32
  }

  /** A whole number from 0 to `count - 1`. */
  below(count: number): number {
    return Math.floor(this.uniform() * count)
  }

  /** Normal with mean 0 and standard deviation 1, within +-3.3. */
  normal(): number {
    const bits = this.bits()
    const index = bits >>> 22
    const low = normalQuantiles[index] ?? 0
    const high = normalQuantiles[index + 1] ?? 0
    return low + (high - low) * ((bits & 0x3fffff) * 2 ** -22)
  }
}
