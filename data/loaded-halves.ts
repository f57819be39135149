/** Halves of data sets that were read and are kept in memory for the next question, the last ones up to so many bytes. */
import { splits, type ImageSet, type Split } from './image-set.ts'

/** Bytes of images that are kept; the half that was asked for last is kept in any case. */
const MOST_KEPT = 512e6

/** `signature` tells the files that it came from; `bytes`: of its images, once they are here. */
type Loaded = { readonly signature: string; readonly loading: Promise<ImageSet>; readonly bytes: number }

export class LoadedHalves {
  readonly #most: number
  /** The one that was not asked for longest is the first. */
  readonly #loaded = new Map<string, Loaded>()

  constructor(most = MOST_KEPT) {
    this.#most = most
  }

  /**
   * The half as it was read from files of this signature, or as `read` gives it; questions at the same time share one reading. What
   * fails is not kept. @throws what `read` throws
   */
  async load(name: string, split: Split, signature: string, read: () => Promise<ImageSet>): Promise<ImageSet> {
    const key = keyOf(name, split)
    const known = this.#loaded.get(key)
    if (known?.signature === signature) {
      this.#keep(key, known)
      return await known.loading
    }
    const loading = read()
    this.#keep(key, { signature, loading, bytes: 0 })
    try {
      const set = await loading
      if (this.#loaded.get(key)?.loading === loading) this.#keep(key, { signature, loading, bytes: set.images.length })
      return set
    } catch (error) {
      if (this.#loaded.get(key)?.loading === loading) this.#loaded.delete(key)
      throw error
    }
  }

  /** Lets a set's images go, as when it was removed. */
  forget(name: string): void {
    for (const split of splits) this.#loaded.delete(keyOf(name, split))
  }

  #keep(key: string, half: Loaded): void {
    this.#loaded.delete(key)
    this.#loaded.set(key, half)
    let sum = [...this.#loaded.values()].reduce((total, { bytes }) => total + bytes, 0)
    for (const [oldest, { bytes }] of this.#loaded) {
      if (sum <= this.#most || oldest === key) break
      this.#loaded.delete(oldest)
      sum -= bytes
    }
  }
}

function keyOf(name: string, split: Split): string {
  return `${split}|${name}`
}
