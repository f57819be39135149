/** Downloads from real servers on 127.0.0.1, good ones and bad ones. The files are made up; their sums are their own. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keptBytes } from '../../../data/download/download.ts'
import type { DownloadProgress } from '../../../data/download/progress.ts'
import { Mirror, noise, type Fault } from './mirror.ts'
import { failure, files, forImages, IMAGES, LABELS, Place, TOTAL } from './place.ts'

let place: Place

beforeEach(async () => {
  place = await Place.open()
})
afterEach(async () => {
  await place.close()
})

describe('a download from a good mirror', () => {
  test('puts every file at its place and leaves nothing else behind', async () => {
    const outcome = await place.download()
    expect(outcome).toEqual({
      outcome: 'stored',
      folder: place.folder,
      receivedBytes: TOTAL,
      resumedBytes: 0,
      haveBytes: TOTAL,
      totalBytes: TOTAL,
      movedAside: null,
    })
    await place.expectWhole()
    expect(await readdir(join(place.root, 'downloads'))).toEqual(['made-up.lock'])
    expect(place.good.asked).toEqual([])
  })

  test('asks nobody when the set is there already', async () => {
    await place.download()
    const before = place.bad.asked.length
    expect(await place.download()).toMatchObject({ outcome: 'present', receivedBytes: 0, haveBytes: TOTAL })
    expect(place.bad.asked).toHaveLength(before)
  })

  test('tells bytes, rate and seconds left, at most twenty times a second, and the end', async () => {
    place.bad.fault = forImages(({ content }, response) => {
      response.writeHead(200, { 'Content-Length': content.length })
      let sent = 0
      const timer = setInterval(() => {
        response.write(content.subarray(sent, sent + 30_000))
        sent += 30_000
        if (sent < content.length) return
        clearInterval(timer)
        response.end()
      }, 25)
    })
    const told: { readonly time: number; readonly progress: DownloadProgress }[] = []
    await place.download({ onProgress: (progress) => told.push({ time: performance.now(), progress }) })
    expect(told.length).toBeGreaterThan(3)
    for (const [index, { progress }] of told.entries()) {
      expect(progress.totalBytes).toBe(TOTAL)
      expect(progress.haveBytes).toBeGreaterThanOrEqual(told[index - 1]?.progress.haveBytes ?? 0)
    }
    // Timers may be late, and the next one in time: it is over the whole that they are counted. The last telling is that of the end.
    const milliseconds = told.at(-1)!.time - told[0]!.time
    expect((told.length - 2) * 50, `${told.length} tellings within ${milliseconds} ms`).toBeLessThan(milliseconds)
    const middle = told.find(
      ({ progress: { secondsLeft, haveBytes, file } }) => secondsLeft !== null && haveBytes < TOTAL && file === IMAGES,
    )!.progress
    expect(middle.secondsLeft! * middle.bytesPerSecond!).toBeCloseTo(TOTAL - middle.haveBytes, -3)
    expect(middle.mirror).toBe(new URL(place.bad.origin).host)
    expect(told.at(-1)!.progress.haveBytes).toBe(TOTAL)
  })
})

describe('a connection that is cut', () => {
  test('is opened again for the rest, by Range, until all is there', async () => {
    const cuts = [1, 70_000, 200_000, 0, 350_000]
    place.bad.fault = forImages((request, response, next) => {
      const bytes = cuts[request.earlier]
      if (bytes === undefined) next()
      else place.bad.cut(request, response, bytes)
    })
    expect(await place.download({}, place.onlyBad)).toMatchObject({ outcome: 'stored', receivedBytes: TOTAL })
    expect(place.bad.asked).toEqual([
      LABELS,
      IMAGES,
      `${IMAGES} from 1`,
      `${IMAGES} from 70001`,
      `${IMAGES} from 270001`,
      `${IMAGES} from 270001`,
      `${IMAGES} from 620001`,
    ])
    await place.expectWhole()
  })

  test('at random places, in every request, still ends with the right bytes', async () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const random = noise(200, seed)
      place.bad.fault = (request, response) => {
        const bytes = 65_536 + 700 * random[request.earlier % 200]!
        place.bad.cut(request, response, bytes)
      }
      expect(await place.download({}, place.onlyBad)).toMatchObject({ outcome: 'stored' })
      await place.expectWhole()
      await rm(place.folder, { recursive: true })
    }
  })

  test('again and again with next to nothing makes the next mirror go on', async () => {
    place.bad.fault = forImages((request, response) => place.bad.cut(request, response, 100))
    expect(await place.download()).toMatchObject({ outcome: 'stored', receivedBytes: TOTAL })
    expect(place.good.asked).toEqual([`${IMAGES} from 300`])
    await place.expectWhole()
  })

  test('and never mended leaves a part that a later download goes on with, with another mirror', async () => {
    place.bad.fault = forImages((request, response) =>
      request.earlier === 0 ? place.bad.cut(request, response, 400_000) : response.destroy(),
    )
    const error = await failure(place.download({}, place.onlyBad))
    expect(error).toMatchObject({ code: 'download/failed', details: { file: IMAGES, haveBytes: 405_000 } })
    expect(error.message).toContain('ended the connection, at 400,000 of 900,000 bytes')
    expect(error.message).toContain('0.4 MB of 0.9 MB are here and kept')
    expect(await readdir(place.root)).toEqual(['downloads'])
    expect(await keptBytes(place.offer, place.root)).toBe(405_000)
    expect(await place.download({}, place.onlyGood)).toMatchObject({
      outcome: 'stored',
      receivedBytes: 500_000,
      resumedBytes: 405_000,
    })
    expect(place.good.asked).toEqual([`${IMAGES} from 400000`])
    await place.expectWhole()
  })
})

describe('a mirror that answers wrongly is left for the next one', () => {
  const reply =
    (status: number, headers: Record<string, string | number>, body: string | Uint8Array = ''): Fault =>
    (_request, response) => {
      response.writeHead(status, headers).end(body)
    }
  const other = noise(900_000, 3)
  const cases: readonly [name: string, reason: string, fault: Fault][] = [
    ['404', 'answered 404 Not Found', reply(404, {})],
    ['403', 'answered 403 Forbidden', reply(403, {}, 'no')],
    ['500', 'answered 500 Internal Server Error', reply(500, {})],
    [
      'a shorter file',
      'offers 12 bytes where the file has 900,000',
      reply(200, { 'Content-Length': 12 }, 'not the file'),
    ],
    ['a longer file', 'offers 900,001 bytes', reply(200, { 'Content-Length': 900_001 }, noise(900_001, 2))],
    ['more than was stated nowhere', "sent more than the file's 900,000 bytes", reply(200, {}, noise(1_200_000, 4))],
    [
      'less than it should, without a length',
      'ended its answer, at 1,000 of 900,000 bytes',
      reply(200, {}, noise(1000, 4)),
    ],
    ['other content', 'gave a file with other content', reply(200, { 'Content-Length': other.length }, other)],
    ['a login page', 'answered with a web page', reply(200, { 'Content-Type': 'text/html; charset=utf-8' }, '<html>')],
    ['redirects in a circle', 'led from address to address', reply(302, { Location: `/round/${IMAGES}` })],
    ['a redirect to nowhere', 'without saying where to', reply(301, {})],
    ['a redirect to a file of this computer', 'neither http nor https', reply(302, { Location: 'file:///etc/passwd' })],
    ['a redirect to nonsense', 'without saying where to', reply(302, { Location: 'http://[' })],
    [
      'a part that was not asked for',
      'answered with "bytes 5-9/900000"',
      reply(206, { 'Content-Range': 'bytes 5-9/900000' }, 'fives'),
    ],
    ['a part without a range', 'answered without saying which bytes', reply(206, {}, 'some')],
    ['nothing but silence', 'sent nothing for 1 s', () => undefined],
    ['garbage instead of HTTP', 'not HTTP', ({ message }) => void message.socket.end('\0\u0001garbage\r\n\r\n')],
    ['a head that never ends', 'sent nothing', ({ message }) => void message.socket.write('HTTP/1.1 200 OK\r\nX: ')],
    ['the end at once', 'ended the connection', (_request, response) => void response.destroy()],
  ]

  test.each(cases)('%s: %s', async (_name, reason, fault) => {
    place.bad.fault = (request, response, next) => {
      if (request.path.endsWith(LABELS)) next()
      else fault(request, response, next)
    }
    const error = await failure(place.download({}, place.onlyBad))
    expect(error).toMatchObject({ code: 'download/failed', details: { file: IMAGES } })
    expect(error.message).toContain(`${new URL(place.bad.origin).host} `)
    expect(error.message).toContain(reason)
    expect(await readdir(place.root)).toEqual(['downloads'])
    expect(await place.download()).toMatchObject({ outcome: 'stored' })
    await place.expectWhole()
  })

  test('a mirror that refuses the connection, and a name that does not exist', async () => {
    const gone = await Mirror.open(files)
    const address = gone.folder
    await gone.close()
    const error = await failure(place.download({}, { ...place.offer, mirrors: [address] }))
    expect(error.message).toContain('refused the connection')
    expect(await place.download({}, { ...place.offer, mirrors: [address, place.good.folder] })).toMatchObject({
      outcome: 'stored',
    })
    await rm(place.folder, { recursive: true })
    const offline = await failure(place.download({}, { ...place.offer, mirrors: ['http://mirror.invalid/'] }))
    expect(offline).toMatchObject({ code: 'download/failed', details: { offline: true } })
    expect(offline.message).toContain('seems to be offline')
  })

  test('a redirect is followed, with the range that is wanted', async () => {
    place.bad.fault = ({ path, from }, response, next) => {
      if (path.startsWith('/elsewhere/') && from === null && path.endsWith(IMAGES)) response.destroy()
      else if (path.startsWith('/elsewhere/')) next()
      else response.writeHead(307, { Location: path.replace('/set/', `${place.bad.origin}/elsewhere/`) }).end()
    }
    await mkdir(join(place.root, 'downloads', 'made-up'), { recursive: true })
    await writeFile(join(place.root, 'downloads', 'made-up', `${IMAGES}.part`), files.get(IMAGES)!.subarray(0, 10))
    expect(await place.download({}, place.onlyBad)).toMatchObject({ outcome: 'stored', resumedBytes: 10 })
    expect(place.bad.asked).toContain(`${IMAGES} from 10`)
  })

  test('the reasons of all mirrors are told', async () => {
    place.bad.fault = (_request, response) => void response.writeHead(404).end()
    place.good.fault = (_request, response) => void response.writeHead(503).end()
    const { message, details } = await failure(place.download())
    expect(message).toContain(
      `${new URL(place.bad.origin).host} answered 404 Not Found; ${new URL(place.good.origin).host} answered 503`,
    )
    expect(details).toMatchObject({ dataset: 'made_up', haveBytes: 0, offline: false })
  })

  test('the mirror that gave a file is asked first for the next', async () => {
    place.bad.fault = (_request, response) => void response.writeHead(404).end()
    await place.download()
    expect(place.bad.asked).toEqual([LABELS])
    expect(place.good.asked).toEqual([LABELS, IMAGES])
  })
})
