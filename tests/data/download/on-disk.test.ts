/** What lies on disk before a download and after one that did not come to its end: parts, other files, other downloads. */
import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keptBytes } from '../../../data/download/download.ts'
import { noise } from './mirror.ts'
import { failure, files, forImages, IMAGES, LABELS, Place, TOTAL } from './place.ts'

let place: Place

beforeEach(async () => {
  place = await Place.open()
})
afterEach(async () => {
  await place.close()
})

describe('a part that is there', () => {
  const part = (): string => join(place.root, 'downloads', 'made-up', `${IMAGES}.part`)
  const leave = async (bytes: Uint8Array): Promise<void> => {
    await mkdir(join(place.root, 'downloads', 'made-up'), { recursive: true })
    await writeFile(part(), bytes)
  }
  const whole = files.get(IMAGES)!

  test('and is wrong is found out at the end, thrown away, and fetched anew', async () => {
    await leave(noise(500_000, 9))
    expect(await place.download({}, place.onlyBad)).toMatchObject({ outcome: 'stored', resumedBytes: 500_000 })
    expect(place.bad.asked).toEqual([LABELS, `${IMAGES} from 500000`, IMAGES])
    await place.expectWhole()
  })

  test('and is complete needs no mirror', async () => {
    await leave(whole)
    await place.download({}, place.onlyBad)
    expect(place.bad.asked).toEqual([LABELS])
    await place.expectWhole()
  })

  test('and is too long, or complete and wrong, is thrown away', async () => {
    for (const bytes of [noise(900_001, 2), noise(900_000, 9)]) {
      await leave(bytes)
      await place.download({}, place.onlyBad)
      await place.expectWhole()
      await rm(place.folder, { recursive: true })
    }
    expect(place.bad.asked.filter((asked) => asked === IMAGES)).toHaveLength(2)
  })

  test('is gone on with though the server ignores Range', async () => {
    await leave(whole.subarray(0, 300_000))
    place.bad.fault = ({ content }, response) => place.bad.write(response, 200, {}, content)
    expect(await place.download({}, place.onlyBad)).toMatchObject({ resumedBytes: 300_000, receivedBytes: TOTAL })
    await place.expectWhole()
  })

  test('is not made shorter by a server that ignores Range and cuts the connection', async () => {
    await leave(whole.subarray(0, 300_000))
    place.bad.fault = forImages((request, response) => place.bad.cut({ ...request, from: null }, response, 100_000))
    await failure(place.download({}, place.onlyBad))
    expect((await stat(part())).size).toBe(300_000)
    expect(await place.download({}, place.onlyGood)).toMatchObject({ outcome: 'stored' })
    expect(place.good.asked).toContain(`${IMAGES} from 300000`)
    await place.expectWhole()
  })

  test('is kept while a server answers with another range, and the next mirror goes on', async () => {
    await leave(whole.subarray(0, 300_000))
    place.bad.fault = forImages(({ content }, response) => {
      place.bad.write(response, 206, { 'Content-Range': 'bytes 0-899999/900000' }, content)
    })
    expect(await place.download()).toMatchObject({ outcome: 'stored', resumedBytes: 300_000, receivedBytes: 605_000 })
    await place.expectWhole()
  })

  test('is kept where a server has a shorter file and answers 416', async () => {
    await leave(whole.subarray(0, 300_000))
    place.bad.fault = forImages((_request, response) => void response.writeHead(416).end())
    expect(await place.download()).toMatchObject({ outcome: 'stored' })
    expect(place.good.asked).toEqual([`${IMAGES} from 300000`])
  })

  test('is gone on with in the pieces that a server gives', async () => {
    place.bad.fault = forImages(({ from, content }, response) => {
      const start = from ?? 0
      const end = Math.min(content.length, start + 250_000)
      const range = `bytes ${start}-${end - 1}/${content.length}`
      place.bad.write(response, 206, { 'Content-Range': range }, content.subarray(start, end))
    })
    await place.download({}, place.onlyBad)
    expect(place.bad.asked).toEqual([
      LABELS,
      IMAGES,
      ...[250_000, 500_000, 750_000].map((from) => `${IMAGES} from ${from}`),
    ])
    await place.expectWhole()
  })
})

describe('a download that is cancelled', () => {
  /** Sends half of the large file and waits. */
  const half = forImages((request, response) => {
    response.writeHead(200, { 'Content-Length': request.content.length })
    response.write(request.content.subarray(0, 450_000))
  })

  test('keeps what came, is no data set, and can be gone on with', async () => {
    place.bad.fault = half
    const controller = new AbortController()
    const outcome = await place.download({
      signal: controller.signal,
      stall: 60_000,
      onProgress: ({ haveBytes }) => {
        if (haveBytes >= 455_000) controller.abort()
      },
    })
    expect(outcome).toMatchObject({ outcome: 'cancelled', haveBytes: 455_000, receivedBytes: 455_000 })
    expect(await readdir(place.root)).toEqual(['downloads'])
    expect(await keptBytes(place.offer, place.root)).toBe(455_000)
    place.bad.fault = (_request, _response, next) => next()
    expect(await place.download()).toMatchObject({ outcome: 'stored', resumedBytes: 455_000, receivedBytes: 450_000 })
    await place.expectWhole()
  })

  test('before it began does nothing', async () => {
    const controller = new AbortController()
    controller.abort()
    expect(await place.download({ signal: controller.signal })).toMatchObject({
      outcome: 'cancelled',
      receivedBytes: 0,
    })
    expect(place.bad.asked).toEqual([])
  })

  test('while it waits to ask again ends at once', async () => {
    place.bad.fault = (_request, response) => void response.destroy()
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 50)
    expect(await place.download({ signal: controller.signal, pause: 60_000 })).toMatchObject({ outcome: 'cancelled' })
  })
})

describe('what was there before', () => {
  test('stays while a download fails', async () => {
    await mkdir(place.folder)
    await writeFile(join(place.folder, LABELS), 'mine')
    place.bad.fault = (_request, response) => void response.writeHead(404).end()
    await failure(place.download({}, place.onlyBad))
    expect(await readFile(join(place.folder, LABELS), 'utf8')).toBe('mine')
    expect(await readdir(place.folder)).toEqual([LABELS])
  })

  test('is moved aside by one that succeeds, and told', async () => {
    await mkdir(place.folder)
    await writeFile(join(place.folder, 'train-images-idx3-ubyte'), 'damaged')
    const { movedAside } = await place.download()
    expect(movedAside).toBe(`${place.folder}-before-download`)
    expect(await readFile(join(movedAside!, 'train-images-idx3-ubyte'), 'utf8')).toBe('damaged')
    await place.expectWhole()
    await writeFile(join(place.folder, LABELS), 'damaged again')
    expect((await place.download()).movedAside).toBe(`${place.folder}-before-download-2`)
  })

  test('is used where it is right, and leaves no second copy', async () => {
    await mkdir(place.folder)
    await writeFile(join(place.folder, IMAGES), files.get(IMAGES)!)
    expect(await place.download()).toMatchObject({ receivedBytes: 5_000, resumedBytes: 900_000, movedAside: null })
    expect(place.bad.asked).toEqual([LABELS])
    expect((await readdir(place.root)).toSorted()).toEqual(['downloads', 'made-up'])
    await place.expectWhole()
  })

  test('in the folders that are searched is copied from there', async () => {
    const elsewhere = join(place.root, 'elsewhere')
    await mkdir(join(elsewhere, 'made-up'), { recursive: true })
    await writeFile(join(elsewhere, 'made-up', IMAGES), files.get(IMAGES)!)
    await writeFile(join(elsewhere, LABELS), 'another file')
    expect(await place.download({ searchFolders: [elsewhere] })).toMatchObject({ receivedBytes: 5_000 })
    await place.expectWhole()
    expect(await readdir(join(elsewhere, 'made-up'))).toEqual([IMAGES])
  })

  test('as an empty folder is no hindrance', async () => {
    await mkdir(place.folder)
    expect(await place.download()).toMatchObject({ outcome: 'stored', movedAside: null })
    await place.expectWhole()
  })

  test('as a file where the folder should be is told; what came is kept, and nothing is fetched twice', async () => {
    await writeFile(place.folder, 'mine')
    const error = await failure(place.download())
    expect(error.code).toBe('library/not-writable')
    expect(error.message).toContain(`Made-up set has come, but cannot be moved to ${place.folder}`)
    expect(await readFile(place.folder, 'utf8')).toBe('mine')
    await rm(place.folder)
    expect(await place.download()).toMatchObject({ outcome: 'stored', receivedBytes: 0, resumedBytes: TOTAL })
    await place.expectWhole()
  })

  test('a gathered file that was damaged since is fetched anew', async () => {
    place.bad.fault = forImages((_request, response) => void response.writeHead(404).end())
    await failure(place.download({}, place.onlyBad))
    await truncate(join(place.root, 'downloads', 'made-up', LABELS), 4_999)
    place.bad.fault = (_request, _response, next) => next()
    await place.download({}, place.onlyBad)
    expect(place.bad.asked).toEqual([LABELS, IMAGES, LABELS, IMAGES])
    await place.expectWhole()
  })
})

test('of two downloads of the same set at once one goes on and the other is told to wait', async () => {
  place.bad.fault = forImages((_request, _response, next) => void setTimeout(next, 100))
  const both = await Promise.allSettled([place.download(), place.download()])
  const stored = both.filter((result) => result.status === 'fulfilled')
  const told = both.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  expect(stored).toMatchObject([{ value: { outcome: 'stored', receivedBytes: TOTAL } }])
  expect(told).toMatchObject([{ code: 'download/busy' }])
  expect(await place.download()).toMatchObject({ outcome: 'present' })
})
