/** Two mirrors, a data directory and an offer of made-up files: what most tests of downloads work with. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { downloadSet, type DownloadOptions, type DownloadOutcome } from '../../../data/download/download.ts'
import type { Offer } from '../../../data/download/offers.ts'
import { AppError } from '../../../data/error.ts'
import { Mirror, noise, offerOf, type Fault } from './mirror.ts'

export const LABELS = 't10k-labels-idx1-ubyte.gz'
export const IMAGES = 't10k-images-idx3-ubyte.gz'
export const files = new Map([
  [LABELS, noise(5_000, 1)],
  [IMAGES, noise(900_000, 2)],
])
export const TOTAL = 905_000

export class Place {
  /** The data directory. */
  readonly root: string
  /** Asked first, and goes wrong where a test says so. */
  readonly bad: Mirror
  readonly good: Mirror
  /** From both mirrors. */
  readonly offer: Offer

  private constructor(root: string, bad: Mirror, good: Mirror) {
    this.root = root
    this.bad = bad
    this.good = good
    this.offer = offerOf(files, [bad.folder, good.folder])
  }

  static async open(): Promise<Place> {
    const root = await mkdtemp(join(tmpdir(), 'inkling-download-'))
    return new Place(root, await Mirror.open(files), await Mirror.open(files))
  }

  async close(): Promise<void> {
    await Promise.all([this.good.close(), this.bad.close()])
    await rm(this.root, { recursive: true, force: true })
  }

  /** Where the set lies in the end. */
  get folder(): string {
    return join(this.root, 'made-up')
  }

  get onlyBad(): Offer {
    return { ...this.offer, mirrors: [this.bad.folder] }
  }

  get onlyGood(): Offer {
    return { ...this.offer, mirrors: [this.good.folder] }
  }

  async download(options: Partial<DownloadOptions> = {}, from = this.offer): Promise<DownloadOutcome> {
    return await downloadSet(from, { dataDirectory: this.root, env: {}, stall: 300, pause: 1, ...options })
  }

  async expectWhole(): Promise<void> {
    expect((await readdir(this.folder)).toSorted()).toEqual([IMAGES, LABELS])
    for (const [name, bytes] of files) {
      expect(Buffer.compare(await readFile(join(this.folder, name)), bytes)).toBe(0)
    }
  }
}

/** What a download that should fail fails with. */
export async function failure(promise: Promise<unknown>): Promise<AppError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('expected an AppError, but the download succeeded')
}

/** Only for requests of the large file. */
export const forImages =
  (fault: Fault): Fault =>
  (request, response, next) => {
    if (request.path.endsWith(IMAGES)) fault(request, response, next)
    else next()
  }
