/** Mirrors that do something else at every request: whatever they do, a download ends, and nothing wrong is ever stored. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { downloadSet } from '../../../data/download/download.ts'
import { AppError } from '../../../data/error.ts'
import { Mirror, noise, offerOf, type Fault } from './mirror.ts'

const files = new Map([
  ['t10k-labels-idx1-ubyte.gz', noise(2_000, 1)],
  ['t10k-images-idx3-ubyte.gz', noise(300_000, 2)],
])
const folder = 'made-up'

/** `at` is 0..1: a place in the file. */
const faults: Readonly<Record<string, (mirror: Mirror, at: number) => Fault>> = {
  good: () => (_request, _response, next) => next(),
  cut: (mirror, at) => (request, response) => mirror.cut(request, response, Math.floor(at * request.content.length)),
  reset: () => (_request, response) => void response.destroy(),
  missing: () => (_request, response) => void response.writeHead(404).end('no'),
  broken: () => (_request, response) => void response.writeHead(500).end('oh'),
  ignoresRange:
    (mirror) =>
    ({ content }, response) =>
      mirror.write(response, 200, {}, content),
  ignoresRangeAndCuts: (mirror, at) => (request, response) =>
    mirror.cut({ ...request, from: null }, response, Math.floor(at * request.content.length)),
  otherRange:
    (mirror, at) =>
    ({ content }, response) => {
      const start = Math.floor(at * (content.length - 1))
      const range = `bytes ${start}-${content.length - 1}/${content.length}`
      mirror.write(response, 206, { 'Content-Range': range }, content.subarray(start))
    },
  shorter:
    (mirror, at) =>
    ({ content }, response) =>
      mirror.write(response, 200, {}, content.subarray(0, Math.floor(at * content.length))),
  longer:
    () =>
    ({ content }, response) => {
      response.writeHead(200)
      response.write(content)
      response.end(noise(1000, 5))
    },
  garbage:
    (mirror, at) =>
    ({ from, content }, response) => {
      const bytes = noise(content.length - (from ?? 0), 1 + Math.floor(at * 1000))
      const range = `bytes ${from ?? 0}-${content.length - 1}/${content.length}`
      mirror.write(response, from === null ? 200 : 206, from === null ? {} : { 'Content-Range': range }, bytes)
    },
  garbageThatIsCut: (mirror, at) => (request, response) => {
    const content = noise(request.content.length, 1 + Math.floor(at * 1000))
    mirror.cut({ ...request, content }, response, Math.floor(at * content.length))
  },
  silent: () => () => undefined,
  stallsInTheMiddle:
    (_mirror, at) =>
    ({ from, content }, response) => {
      const rest = content.subarray(from ?? 0)
      const range = `bytes ${from ?? 0}-${content.length - 1}/${content.length}`
      response.writeHead(from === null ? 200 : 206, { 'Content-Length': rest.length, 'Content-Range': range })
      response.write(rest.subarray(0, Math.floor(at * rest.length)))
    },
  roundabout: () => (request, response) => void response.writeHead(302, { Location: request.path }).end(),
}

const step = fc.record({
  name: fc.constantFrom(...Object.keys(faults)),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
})

test('any sequence of faults ends in the right files or in a coded error, and a good mirror mends it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), fc.boolean(), async (steps, before) => {
      const root = await mkdtemp(join(tmpdir(), 'inkling-faults-'))
      const [first, second] = await Promise.all([Mirror.open(files), Mirror.open(files)])
      try {
        let asked = 0
        for (const mirror of [first, second]) {
          mirror.fault = (request, response, next) => {
            const { name, at } = steps[asked % steps.length]!
            asked += 1
            faults[name]!(mirror, at)(request, response, next)
          }
        }
        if (before) {
          await mkdir(join(root, folder))
          await writeFile(join(root, folder, 'mine'), 'mine')
        }
        const offer = offerOf(files, [first.folder, second.folder])
        const options = { dataDirectory: root, env: {}, stall: 40, pause: 0 }
        let stored = false
        try {
          stored = (await downloadSet(offer, options)).outcome === 'stored'
        } catch (error) {
          if (!(error instanceof AppError)) throw error
          expect(error.code).toBe('download/failed')
          const left = await readdir(root)
          expect(left.toSorted()).toEqual(before ? ['downloads', folder] : ['downloads'])
          if (before) expect(await readdir(join(root, folder))).toEqual(['mine'])
        }
        for (const mirror of [first, second]) mirror.fault = (_request, _response, next) => next()
        if (!stored) expect(await downloadSet(offer, options)).toMatchObject({ outcome: 'stored' })
        expect((await readdir(join(root, folder))).toSorted()).toEqual([...files.keys()].toSorted())
        for (const [name, bytes] of files) {
          expect(Buffer.compare(await readFile(join(root, folder, name)), bytes)).toBe(0)
        }
        if (before) expect(await readFile(join(root, `${folder}-before-download`, 'mine'), 'utf8')).toBe('mine')
      } finally {
        await Promise.all([first.close(), second.close()])
        await rm(root, { recursive: true, force: true })
      }
    }),
    { numRuns: 60, seed: 4 },
  )
})
