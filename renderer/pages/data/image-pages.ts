/**
 * The images of one view (data set, split, filter) as far as they were needed: pages are asked for as they come into sight,
 * a few at a time, and the ones not looked at for longest are forgotten. No React, no canvas.
 */
import { toErrorPayload } from '../../../data/error.ts'
import type { ErrorPayload } from '../../../data/error.ts'
import type { Split } from '../../../data/image-set.ts'
import type { ImagePage } from '../../../main/contract/types.ts'
import { isEngineLoss } from '../../engine-loss.ts'

/** Images in a page: 400 pictures are 314 kB. */
export const PAGE_SIZE = 400
/** Pages kept at most: 32 MB of pixels and their pictures. */
const KEEP = 20
/** Requests under way at most, so that what is in sight never waits behind what was. */
const AT_ONCE = 2

export type ImageAt = {
  readonly page: ImagePage
  readonly row: number
  readonly split: Split
  readonly index: number
  readonly label: number
  /** What the view is sorted by; null for an order that is no measure. */
  readonly value: number | null
  /** The class of the nearest average but its own; null unless the view is sorted by it. */
  readonly lookalike: number | null
}

export class ImagePages {
  readonly #read: (offset: number, count: number) => Promise<ImagePage>
  readonly #onChange: () => void
  readonly #pages = new Map<number, ImagePage>()
  readonly #asked = new Set<number>()
  #wanted: readonly number[] = []
  #total: number | null = null
  #error: ErrorPayload | null = null
  #closed = false
  /** The engine is gone: nothing is asked until `retry` says that it is back. */
  #waits = false
  /** Grows when all is asked for anew; answers of earlier rounds are dropped. */
  #round = 0

  /** `read` asks for a page; `onChange` tells that a page came, or that reading failed. */
  constructor(read: (offset: number, count: number) => Promise<ImagePage>, onChange: () => void) {
    this.#read = read
    this.#onChange = onChange
  }

  /** Images of the view; null before the first page came. */
  get total(): number | null {
    return this.#total
  }

  /** What the last reading threw; null when all is well. */
  get error(): ErrorPayload | null {
    return this.#error
  }

  /** The image at this place of the view, or null while its page is not here. */
  at(position: number): ImageAt | null {
    const number = Math.floor(position / PAGE_SIZE)
    const page = this.#pages.get(number)
    if (page === undefined) return null
    const row = position - number * PAGE_SIZE
    const index = page.indices[row]
    const label = page.labels[row]
    if (index === undefined || label === undefined) return null
    const split = page.inTest[row] === 1 ? 'test' : 'train'
    return { page, row, split, index, label, value: page.values[row] ?? null, lookalike: page.lookalikes[row] ?? null }
  }

  /** Tells which places are in sight, first and last included; the pages around them come next. */
  want(first: number, last: number): void {
    const from = Math.max(0, Math.floor(first / PAGE_SIZE))
    const to = Math.max(from, Math.floor(last / PAGE_SIZE))
    const inSight = Array.from({ length: to - from + 1 }, (_, index) => from + index)
    const lastPage = this.#total === null ? to : Math.max(0, Math.ceil(this.#total / PAGE_SIZE) - 1)
    this.#wanted = [...inSight, to + 1, from - 1].filter((number) => number >= 0 && number <= lastPage)
    for (const number of inSight) {
      const page = this.#pages.get(number)
      if (page === undefined) continue
      // The newest at the end, so that the first is the one to forget.
      this.#pages.delete(number)
      this.#pages.set(number, page)
    }
    this.#ask()
  }

  /** Forgets a failure and asks again; also when an engine is there anew. */
  retry(): void {
    this.#error = null
    this.#waits = false
    this.#closed = false
    if (this.#wanted.length === 0) this.#wanted = [0]
    this.#ask()
  }

  /** Forgets all images, since the set has changed, and asks for those in sight. */
  startOver(): void {
    this.#round += 1
    this.#pages.clear()
    this.#asked.clear()
    this.retry()
  }

  /** What arrives from now on is dropped. */
  close(): void {
    this.#closed = true
  }

  #ask(): void {
    if (this.#error !== null || this.#waits || this.#closed) return
    for (const number of this.#wanted) {
      if (this.#asked.size >= AT_ONCE) return
      if (this.#pages.has(number) || this.#asked.has(number)) continue
      this.#asked.add(number)
      void this.#fetch(number)
    }
  }

  async #fetch(number: number): Promise<void> {
    const round = this.#round
    try {
      const page = await this.#read(number * PAGE_SIZE, PAGE_SIZE)
      if (round !== this.#round) return
      this.#total = page.total
      this.#pages.set(number, page)
      for (const oldest of this.#pages.keys()) {
        if (this.#pages.size <= KEEP) break
        this.#pages.delete(oldest)
      }
    } catch (thrown) {
      if (round !== this.#round) return
      const error = toErrorPayload(thrown)
      if (isEngineLoss(error)) this.#waits = true
      else this.#error = error
    }
    this.#asked.delete(number)
    if (this.#closed) return
    this.#onChange()
    this.#ask()
  }
}
