/** The cache of image pages behind the grid: what is asked for, when, and what is forgotten. */
import { describe, expect, test } from 'vitest'
import { AppError } from '../../data/error.ts'
import type { ImagePage } from '../../main/contract/types.ts'
import { ImagePages, PAGE_SIZE } from '../../renderer/pages/data/image-pages.ts'

const TOTAL = 60_000

/** A set whose image i has the label i % 10. */
function pageOf(offset: number, count: number): ImagePage {
  const length = Math.min(count, TOTAL - offset)
  const indices = Uint32Array.from({ length }, (_, row) => offset + row)
  return {
    total: TOTAL,
    offset,
    indices,
    inTest: new Uint8Array(length),
    labels: Uint8Array.from(indices, (i) => i % 10),
    values: new Float32Array(0),
    lookalikes: new Uint8Array(0),
    pixels: new Uint8Array(0),
  }
}

/** Pages that are read at once; `asked` lists the offsets, `changed` resolves at the next change. */
function open(read = (offset: number, count: number): Promise<ImagePage> => Promise.resolve(pageOf(offset, count))) {
  const asked: number[] = []
  let change = (): void => undefined
  const pages = new ImagePages(
    (offset, count) => {
      asked.push(offset)
      return read(offset, count)
    },
    () => change(),
  )
  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      change = resolve
    })
  return { pages, asked, changed }
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

describe('image pages', () => {
  test('the page in sight comes first, then its neighbors', async () => {
    const { pages, asked } = open()
    expect(pages.total).toBeNull()
    pages.want(10 * PAGE_SIZE + 5, 10 * PAGE_SIZE + 100)
    await settle()
    expect(asked[0]).toBe(10 * PAGE_SIZE)
    expect(pages.total).toBe(TOTAL)
    pages.want(10 * PAGE_SIZE + 5, 10 * PAGE_SIZE + 100)
    await settle()
    expect(new Set(asked)).toEqual(new Set([10 * PAGE_SIZE, 11 * PAGE_SIZE, 9 * PAGE_SIZE]))
    expect(pages.at(10 * PAGE_SIZE + 7)).toMatchObject({ index: 4007, label: 7, row: 7 })
    expect(pages.at(30_000)).toBeNull()
  })

  test('at most two requests are under way, and what went out of sight is not asked for', async () => {
    const waiting: (() => void)[] = []
    const { pages, asked } = open(
      (offset, count) => new Promise((resolve) => waiting.push(() => resolve(pageOf(offset, count)))),
    )
    pages.want(0, 50)
    waiting.shift()?.()
    await settle()
    for (let page = 20; page < 60; page += 1) pages.want(page * PAGE_SIZE, page * PAGE_SIZE + 90)
    expect(asked.length).toBeLessThanOrEqual(3)
    while (waiting.length > 0) {
      waiting.shift()?.()
      await settle()
    }
    expect(asked).toContain(59 * PAGE_SIZE)
    expect(asked).not.toContain(40 * PAGE_SIZE)
  })

  test('old pages are forgotten, those in sight are kept', async () => {
    const { pages } = open()
    pages.want(0, 50)
    await settle()
    for (let page = 1; page < 60; page += 1) {
      pages.want(page * PAGE_SIZE, page * PAGE_SIZE + 90)
      await settle()
    }
    expect(pages.at(0)).toBeNull()
    expect(pages.at(59 * PAGE_SIZE)).not.toBeNull()
  })

  test('a failure is told, stops asking, and is forgotten by trying again', async () => {
    let broken = true
    const { pages, asked } = open((offset, count) =>
      broken
        ? Promise.reject(new AppError('dataset/truncated', 'The file ends early.'))
        : Promise.resolve(pageOf(offset, count)),
    )
    pages.want(0, 50)
    await settle()
    expect(pages.error?.code).toBe('dataset/truncated')
    pages.want(0, 50)
    await settle()
    expect(asked).toEqual([0])
    broken = false
    pages.retry()
    await settle()
    expect(pages.error).toBeNull()
    expect(pages.at(3)?.label).toBe(3)
  })

  test('a lost engine is no failure: nothing is asked until the next one is there', async () => {
    let lost = true
    const { pages, asked } = open((offset, count) =>
      lost
        ? Promise.reject(new AppError('engine/crashed', 'The engine ended.'))
        : Promise.resolve(pageOf(offset, count)),
    )
    pages.want(0, 50)
    await settle()
    expect(pages.error).toBeNull()
    pages.want(0, 50)
    await settle()
    expect(asked).toEqual([0])
    lost = false
    pages.retry()
    await settle()
    expect(pages.at(3)?.label).toBe(3)
  })

  test('a set that has changed is asked for anew, and answers from before are dropped', async () => {
    const waiting: ((page: ImagePage) => void)[] = []
    const { pages, asked } = open((_offset, _count) => new Promise((resolve) => waiting.push(resolve)))
    pages.want(0, 50)
    pages.startOver()
    expect(asked).toEqual([0, 0])
    waiting[0]?.({ ...pageOf(0, 400), total: 1 })
    await settle()
    expect(pages.total).toBeNull()
    waiting[1]?.(pageOf(0, 400))
    await settle()
    expect(pages.total).toBe(TOTAL)
    expect(pages.at(3)?.label).toBe(3)
  })
})
