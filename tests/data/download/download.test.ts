/** Downloads from real servers on 127.0.0.1, good ones and bad ones. The files are made up; their sums are their own. */
import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { downloadSet, keptBytes, type DownloadOptions, type DownloadOutcome } from '../../../data/download/download.ts'
import type { Offer } from '../../../data/download/offers.ts'
import type { DownloadProgress } from '../../../data/download/progress.ts'
import { AppError } from '../../../data/error.ts'
import { Mirror, noise, offerOf, type Fault } from './mirror.ts'

const LABELS = 't10k-labels-idx1-ubyte.gz'
const IMAGES = 't10k-images-idx3-ubyte.gz'
const files = new Map([
  [LABELS, noise(5_000, 1)],
  [IMAGES, noise(900_000, 2)],
])
const TOTAL = 905_000

let root: string
let good: Mirror
let bad: Mirror
let offer: Offer

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'inkling-download-'))
  good = await Mirror.open(files)
  bad = await Mirror.open(files)
  offer = offerOf(files, [bad.folder, good.folder])
})
afterEach(async () => {
  await Promise.all([good.close(), bad.close()])
  await rm(root, { recursive: true, force: true })
})

const folder = (): string => join(root, 'made-up')

async function download(options: Partial<DownloadOptions> = {}, from = offer): Promise<DownloadOutcome> {
  return await downloadSet(from, { dataDirectory: root, env: {}, stall: 300, pause: 1, ...options })
}

async function failure(promise: Promise<unknown>): Promise<AppError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('expected an AppError, but the download succeeded')
}

async function expectWhole(): Promise<void> {
  expect((await readdir(folder())).toSorted()).toEqual([IMAGES, LABELS])
  for (const [name, bytes] of files) expect(Buffer.compare(await readFile(join(folder(), name)), bytes)).toBe(0)
}

/** Only for requests of the large file. */
const forImages =
  (fault: Fault): Fault =>
  (request, response, next) => {
    if (request.path.endsWith(IMAGES)) fault(request, response, next)
    else next()
  }

const onlyBad = (): Offer => ({ ...offer, mirrors: [bad.folder] })

describe('a download from a good mirror', () => {
  test('puts every file at its place and leaves nothing else behind', async () => {
    const outcome = await download()
    expect(outcome).toEqual({
      outcome: 'stored',
      folder: folder(),
      receivedBytes: TOTAL,
      resumedBytes: 0,
      haveBytes: TOTAL,
      totalBytes: TOTAL,
      movedAside: null,
    })
    await expectWhole()
    expect(await readdir(join(root, 'downloads'))).toEqual(['made-up.lock'])
    expect(good.asked).toEqual([])
  })

  test('asks nobody when the set is there already', async () => {
    await download()
    const before = bad.asked.length
    expect(await download()).toMatchObject({ outcome: 'present', receivedBytes: 0, haveBytes: TOTAL })
    expect(bad.asked).toHaveLength(before)
  })

  test('tells bytes, rate and seconds left, at most twenty times a second, and the end', async () => {
    bad.fault = forImages(({ content }, response) => {
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
    await download({ onProgress: (progress) => told.push({ time: performance.now(), progress }) })
    expect(told.length).toBeGreaterThan(3)
    for (const [index, { time, progress }] of told.entries()) {
      const before = told[index - 1]
      expect(progress.totalBytes).toBe(TOTAL)
      if (before === undefined) continue
      expect(progress.haveBytes).toBeGreaterThanOrEqual(before.progress.haveBytes)
      // The last one comes at the end, whenever that is. Timers may be late, and the next one in time.
      if (index < told.length - 1) expect(time - before.time).toBeGreaterThan(50)
    }
    const middle = told.find(({ progress }) => progress.secondsLeft !== null && progress.haveBytes < TOTAL)!.progress
    expect(middle.secondsLeft! * middle.bytesPerSecond!).toBeCloseTo(TOTAL - middle.haveBytes, -3)
    expect(middle).toMatchObject({ file: IMAGES, mirror: new URL(bad.origin).host })
    expect(told.at(-1)!.progress.haveBytes).toBe(TOTAL)
  })
})

describe('a connection that is cut', () => {
  test('is opened again for the rest, by Range, until all is there', async () => {
    const cuts = [1, 70_000, 200_000, 0, 350_000]
    bad.fault = forImages((request, response, next) => {
      const bytes = cuts[request.earlier]
      if (bytes === undefined) next()
      else bad.cut(request, response, bytes)
    })
    expect(await download({}, onlyBad())).toMatchObject({ outcome: 'stored', receivedBytes: TOTAL })
    expect(bad.asked).toEqual([
      LABELS,
      IMAGES,
      `${IMAGES} from 1`,
      `${IMAGES} from 70001`,
      `${IMAGES} from 270001`,
      `${IMAGES} from 270001`,
      `${IMAGES} from 620001`,
    ])
    await expectWhole()
  })

  test('at random places, in every request, still ends with the right bytes', async () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const random = noise(200, seed)
      bad.fault = (request, response) => {
        const bytes = 65_536 + 700 * random[request.earlier % 200]!
        bad.cut(request, response, bytes)
      }
      expect(await download({}, onlyBad())).toMatchObject({ outcome: 'stored' })
      await expectWhole()
      await rm(folder(), { recursive: true })
    }
  })

  test('again and again with next to nothing makes the next mirror go on', async () => {
    bad.fault = forImages((request, response) => bad.cut(request, response, 100))
    expect(await download()).toMatchObject({ outcome: 'stored', receivedBytes: TOTAL })
    expect(good.asked).toEqual([`${IMAGES} from 300`])
    await expectWhole()
  })

  test('and never mended leaves a part that a later download goes on with, with another mirror', async () => {
    bad.fault = forImages((request, response) =>
      request.earlier === 0 ? bad.cut(request, response, 400_000) : response.destroy(),
    )
    const error = await failure(download({}, onlyBad()))
    expect(error).toMatchObject({ code: 'download/failed', details: { file: IMAGES, haveBytes: 405_000 } })
    expect(error.message).toContain('ended the connection, at 400,000 of 900,000 bytes')
    expect(error.message).toContain('0.4 MB of 0.9 MB are here and kept')
    expect(await readdir(root)).toEqual(['downloads'])
    expect(await keptBytes(offer, root)).toBe(405_000)
    expect(await download({}, { ...offer, mirrors: [good.folder] })).toMatchObject({
      outcome: 'stored',
      receivedBytes: 500_000,
      resumedBytes: 405_000,
    })
    expect(good.asked).toEqual([`${IMAGES} from 400000`])
    await expectWhole()
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
    bad.fault = (request, response, next) => {
      if (request.path.endsWith(LABELS)) next()
      else fault(request, response, next)
    }
    const error = await failure(download({}, onlyBad()))
    expect(error).toMatchObject({ code: 'download/failed', details: { file: IMAGES } })
    expect(error.message).toContain(`${new URL(bad.origin).host} `)
    expect(error.message).toContain(reason)
    expect(await readdir(root)).toEqual(['downloads'])
    expect(await download()).toMatchObject({ outcome: 'stored' })
    await expectWhole()
  })

  test('a mirror that refuses the connection, and a name that does not exist', async () => {
    const gone = await Mirror.open(files)
    const address = gone.folder
    await gone.close()
    const error = await failure(download({}, { ...offer, mirrors: [address] }))
    expect(error.message).toContain('refused the connection')
    expect(await download({}, { ...offer, mirrors: [address, good.folder] })).toMatchObject({ outcome: 'stored' })
    await rm(folder(), { recursive: true })
    const offline = await failure(download({}, { ...offer, mirrors: ['http://mirror.invalid/'] }))
    expect(offline).toMatchObject({ code: 'download/failed', details: { offline: true } })
    expect(offline.message).toContain('seems to be offline')
  })

  test('a redirect is followed, with the range that is wanted', async () => {
    bad.fault = ({ path, from }, response, next) => {
      if (path.startsWith('/elsewhere/') && from === null && path.endsWith(IMAGES)) response.destroy()
      else if (path.startsWith('/elsewhere/')) next()
      else response.writeHead(307, { Location: path.replace('/set/', `${bad.origin}/elsewhere/`) }).end()
    }
    await mkdir(join(root, 'downloads', 'made-up'), { recursive: true })
    await writeFile(join(root, 'downloads', 'made-up', `${IMAGES}.part`), files.get(IMAGES)!.subarray(0, 10))
    expect(await download({}, onlyBad())).toMatchObject({ outcome: 'stored', resumedBytes: 10 })
    expect(bad.asked).toContain(`${IMAGES} from 10`)
  })

  test('the reasons of all mirrors are told', async () => {
    bad.fault = (_request, response) => void response.writeHead(404).end()
    good.fault = (_request, response) => void response.writeHead(503).end()
    const { message, details } = await failure(download())
    expect(message).toContain(
      `${new URL(bad.origin).host} answered 404 Not Found; ${new URL(good.origin).host} answered 503`,
    )
    expect(details).toMatchObject({ dataset: 'made_up', haveBytes: 0, offline: false })
  })

  test('the mirror that gave a file is asked first for the next', async () => {
    bad.fault = (_request, response) => void response.writeHead(404).end()
    await download()
    expect(bad.asked).toEqual([LABELS])
    expect(good.asked).toEqual([LABELS, IMAGES])
  })
})

describe('a part that is there', () => {
  const part = (): string => join(root, 'downloads', 'made-up', `${IMAGES}.part`)
  const leave = async (bytes: Uint8Array): Promise<void> => {
    await mkdir(join(root, 'downloads', 'made-up'), { recursive: true })
    await writeFile(part(), bytes)
  }
  const whole = files.get(IMAGES)!

  test('and is wrong is found out at the end, thrown away, and fetched anew', async () => {
    await leave(noise(500_000, 9))
    expect(await download({}, onlyBad())).toMatchObject({ outcome: 'stored', resumedBytes: 500_000 })
    expect(bad.asked).toEqual([LABELS, `${IMAGES} from 500000`, IMAGES])
    await expectWhole()
  })

  test('and is complete needs no mirror', async () => {
    await leave(whole)
    await download({}, onlyBad())
    expect(bad.asked).toEqual([LABELS])
    await expectWhole()
  })

  test('and is too long, or complete and wrong, is thrown away', async () => {
    for (const bytes of [noise(900_001, 2), noise(900_000, 9)]) {
      await leave(bytes)
      await download({}, onlyBad())
      await expectWhole()
      await rm(folder(), { recursive: true })
    }
    expect(bad.asked.filter((asked) => asked === IMAGES)).toHaveLength(2)
  })

  test('is gone on with though the server ignores Range', async () => {
    await leave(whole.subarray(0, 300_000))
    bad.fault = ({ content }, response) => bad.write(response, 200, {}, content)
    expect(await download({}, onlyBad())).toMatchObject({ resumedBytes: 300_000, receivedBytes: TOTAL })
    await expectWhole()
  })

  test('is not made shorter by a server that ignores Range and cuts the connection', async () => {
    await leave(whole.subarray(0, 300_000))
    bad.fault = forImages((request, response) => bad.cut({ ...request, from: null }, response, 100_000))
    await failure(download({}, onlyBad()))
    expect((await stat(part())).size).toBe(300_000)
    expect(await download({}, { ...offer, mirrors: [good.folder] })).toMatchObject({ outcome: 'stored' })
    expect(good.asked).toContain(`${IMAGES} from 300000`)
    await expectWhole()
  })

  test('is kept while a server answers with another range, and the next mirror goes on', async () => {
    await leave(whole.subarray(0, 300_000))
    bad.fault = forImages(({ content }, response) => {
      bad.write(response, 206, { 'Content-Range': 'bytes 0-899999/900000' }, content)
    })
    expect(await download()).toMatchObject({ outcome: 'stored', resumedBytes: 300_000, receivedBytes: 605_000 })
    await expectWhole()
  })

  test('is kept where a server has a shorter file and answers 416', async () => {
    await leave(whole.subarray(0, 300_000))
    bad.fault = forImages((_request, response) => void response.writeHead(416).end())
    expect(await download()).toMatchObject({ outcome: 'stored' })
    expect(good.asked).toEqual([`${IMAGES} from 300000`])
  })

  test('is gone on with in the pieces that a server gives', async () => {
    bad.fault = forImages(({ from, content }, response) => {
      const start = from ?? 0
      const end = Math.min(content.length, start + 250_000)
      const range = `bytes ${start}-${end - 1}/${content.length}`
      bad.write(response, 206, { 'Content-Range': range }, content.subarray(start, end))
    })
    await download({}, onlyBad())
    expect(bad.asked).toEqual([LABELS, IMAGES, ...[250_000, 500_000, 750_000].map((from) => `${IMAGES} from ${from}`)])
    await expectWhole()
  })
})

describe('a download that is cancelled', () => {
  /** Sends half of the large file and waits. */
  const half = forImages((request, response) => {
    response.writeHead(200, { 'Content-Length': request.content.length })
    response.write(request.content.subarray(0, 450_000))
  })

  test('keeps what came, is no data set, and can be gone on with', async () => {
    bad.fault = half
    const controller = new AbortController()
    const outcome = await download({
      signal: controller.signal,
      stall: 60_000,
      onProgress: ({ haveBytes }) => {
        if (haveBytes >= 455_000) controller.abort()
      },
    })
    expect(outcome).toMatchObject({ outcome: 'cancelled', haveBytes: 455_000, receivedBytes: 455_000 })
    expect(await readdir(root)).toEqual(['downloads'])
    expect(await keptBytes(offer, root)).toBe(455_000)
    bad.fault = (_request, _response, next) => next()
    expect(await download()).toMatchObject({ outcome: 'stored', resumedBytes: 455_000, receivedBytes: 450_000 })
    await expectWhole()
  })

  test('before it began does nothing', async () => {
    const controller = new AbortController()
    controller.abort()
    expect(await download({ signal: controller.signal })).toMatchObject({ outcome: 'cancelled', receivedBytes: 0 })
    expect(bad.asked).toEqual([])
  })

  test('while it waits to ask again ends at once', async () => {
    bad.fault = (_request, response) => void response.destroy()
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 50)
    expect(await download({ signal: controller.signal, pause: 60_000 })).toMatchObject({ outcome: 'cancelled' })
  })
})

describe('what was there before', () => {
  test('stays while a download fails', async () => {
    await mkdir(folder())
    await writeFile(join(folder(), LABELS), 'mine')
    bad.fault = (_request, response) => void response.writeHead(404).end()
    await failure(download({}, onlyBad()))
    expect(await readFile(join(folder(), LABELS), 'utf8')).toBe('mine')
    expect(await readdir(folder())).toEqual([LABELS])
  })

  test('is moved aside by one that succeeds, and told', async () => {
    await mkdir(folder())
    await writeFile(join(folder(), 'train-images-idx3-ubyte'), 'damaged')
    const { movedAside } = await download()
    expect(movedAside).toBe(`${folder()}-before-download`)
    expect(await readFile(join(movedAside!, 'train-images-idx3-ubyte'), 'utf8')).toBe('damaged')
    await expectWhole()
    await writeFile(join(folder(), LABELS), 'damaged again')
    expect((await download()).movedAside).toBe(`${folder()}-before-download-2`)
  })

  test('is used where it is right, and leaves no second copy', async () => {
    await mkdir(folder())
    await writeFile(join(folder(), IMAGES), files.get(IMAGES)!)
    expect(await download()).toMatchObject({ receivedBytes: 5_000, resumedBytes: 900_000, movedAside: null })
    expect(bad.asked).toEqual([LABELS])
    expect((await readdir(root)).toSorted()).toEqual(['downloads', 'made-up'])
    await expectWhole()
  })

  test('in the folders that are searched is copied from there', async () => {
    const elsewhere = join(root, 'elsewhere')
    await mkdir(join(elsewhere, 'made-up'), { recursive: true })
    await writeFile(join(elsewhere, 'made-up', IMAGES), files.get(IMAGES)!)
    await writeFile(join(elsewhere, LABELS), 'another file')
    expect(await download({ searchFolders: [elsewhere] })).toMatchObject({ receivedBytes: 5_000 })
    await expectWhole()
    expect(await readdir(join(elsewhere, 'made-up'))).toEqual([IMAGES])
  })

  test('as an empty folder is no hindrance', async () => {
    await mkdir(folder())
    expect(await download()).toMatchObject({ outcome: 'stored', movedAside: null })
    await expectWhole()
  })

  test('a gathered file that was damaged since is fetched anew', async () => {
    bad.fault = forImages((_request, response) => void response.writeHead(404).end())
    await failure(download({}, onlyBad()))
    await truncate(join(root, 'downloads', 'made-up', LABELS), 4_999)
    bad.fault = (_request, _response, next) => next()
    await download({}, onlyBad())
    expect(bad.asked).toEqual([LABELS, IMAGES, LABELS, IMAGES])
    await expectWhole()
  })
})

test('of two downloads of the same set at once one goes on and the other is told to wait', async () => {
  bad.fault = forImages((_request, _response, next) => void setTimeout(next, 100))
  const both = await Promise.allSettled([download(), download()])
  const stored = both.filter((result) => result.status === 'fulfilled')
  const told = both.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
  expect(stored).toMatchObject([{ value: { outcome: 'stored', receivedBytes: TOTAL } }])
  expect(told).toMatchObject([{ code: 'download/busy' }])
  expect(await download()).toMatchObject({ outcome: 'present' })
})
