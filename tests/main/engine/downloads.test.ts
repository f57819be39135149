/** The engine's downloads: one at a time for each set, told as events, kept when they are cut short. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { EventName, Events } from '../../../main/contract/events.ts'
import { Downloads } from '../../../main/engine/downloads.ts'
import { Mirror, noise, offerOf } from '../../data/download/mirror.ts'

const NAME = 't10k-images-idx3-ubyte.gz'
const TOTAL = 600_000
const files = new Map([[NAME, noise(TOTAL, 7)]])

let root: string
let mirror: Mirror
let downloads: Downloads
let told: { readonly name: EventName; readonly payload: unknown }[]

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'inkling-engine-'))
  mirror = await Mirror.open(files)
  told = []
  downloads = new Downloads({
    dataDirectory: root,
    searchFolders: [],
    emit: (name, payload) => void told.push({ name, payload }),
    offers: [offerOf(files, [mirror.folder])],
  })
})
afterEach(async () => {
  await downloads.close()
  await mirror.close()
  await rm(root, { recursive: true, force: true })
})

/** The payloads of an event so far. */
function payloads<Name extends EventName>(name: Name): Events[Name][] {
  return told.filter((event) => event.name === name).map(({ payload }) => payload as Events[Name])
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 5)
    })
  }
}

const states = (): string[] => payloads('download.changed').map(({ download }) => download.state)

/** Sends half and waits. */
function half(): void {
  mirror.fault = ({ content }, response) => {
    response.writeHead(200, { 'Content-Length': content.length })
    response.write(content.subarray(0, TOTAL / 2))
  }
}

test('what can be downloaded is listed with size, license and source', async () => {
  expect(await downloads.list()).toMatchObject([
    {
      dataset: 'made_up',
      title: 'Made-up set',
      license: 'MIT',
      hosts: [new URL(mirror.origin).host],
      totalBytes: TOTAL,
      keptBytes: 0,
      state: 'idle',
      progress: null,
      problem: null,
    },
  ])
})

test('a start is answered at once; the end is an event, and then the data set has changed', async () => {
  expect(await downloads.start('made_up')).toMatchObject({ state: 'running' })
  await until(() => payloads('dataset.changed').length > 0)
  expect(states()).toEqual(['running', 'stored'])
  expect(told.at(-1)).toEqual({ name: 'dataset.changed', payload: { dataset: 'made_up' } })
  expect(payloads('download.progressed').at(-1)).toMatchObject({ progress: { haveBytes: TOTAL } })
  expect(await readdir(join(root, 'made-up'))).toEqual([NAME])
})

test('a second start joins the first', async () => {
  half()
  await downloads.start('made_up')
  await until(() => payloads('download.progressed').some(({ progress }) => progress.haveBytes === TOTAL / 2))
  expect(await downloads.start('made_up')).toMatchObject({ state: 'running', progress: { haveBytes: TOTAL / 2 } })
  expect(mirror.asked).toEqual([NAME])
  expect(await downloads.list()).toMatchObject([{ state: 'running', progress: { totalBytes: TOTAL } }])
})

test('a cancel is answered when it has ended, and the next start goes on', async () => {
  half()
  await downloads.start('made_up')
  await until(() => payloads('download.progressed').some(({ progress }) => progress.haveBytes === TOTAL / 2))
  expect(await downloads.cancel('made_up')).toMatchObject({ state: 'cancelled', keptBytes: TOTAL / 2, progress: null })
  expect(states()).toEqual(['running', 'cancelled'])
  expect(payloads('dataset.changed')).toEqual([])
  mirror.fault = (_request, _response, next) => next()
  await downloads.start('made_up')
  await until(() => states().includes('stored'))
  expect(mirror.asked).toEqual([NAME, `${NAME} from ${TOTAL / 2}`])
})

test('a failure is an event with its code, and can be tried again', async () => {
  mirror.fault = (_request, response) => void response.writeHead(404).end()
  await downloads.start('made_up')
  await until(() => states().includes('failed'))
  expect(payloads('download.changed').at(-1)).toMatchObject({ download: { problem: { code: 'download/failed' } } })
  mirror.fault = (_request, _response, next) => next()
  expect(await downloads.start('made_up')).toMatchObject({ state: 'running', problem: null })
  await until(() => states().includes('stored'))
})

test('closing the engine ends what runs and keeps what came', async () => {
  half()
  await downloads.start('made_up')
  await until(() => payloads('download.progressed').some(({ progress }) => progress.haveBytes === TOTAL / 2))
  await downloads.close()
  expect(states()).toEqual(['running', 'cancelled'])
  expect(await downloads.list()).toMatchObject([{ keptBytes: TOTAL / 2 }])
})

test('a set that is not offered is refused', async () => {
  await expect(downloads.start('letters')).rejects.toMatchObject({ code: 'download/not-offered' })
  await expect(downloads.cancel('letters')).rejects.toMatchObject({ code: 'download/not-offered' })
  expect(await downloads.cancel('made_up')).toMatchObject({ state: 'idle' })
})

test('a wrong INKLING_MIRRORS is told when a download begins, and hides nothing else', async () => {
  vi.stubEnv('INKLING_MIRRORS', 'ftp://example.org')
  try {
    expect(await downloads.list()).toMatchObject([{ dataset: 'made_up', hosts: [], problem: null }])
    await downloads.start('made_up')
    await until(() => states().includes('failed'))
    expect(await downloads.list()).toMatchObject([{ problem: { code: 'download/bad-address' } }])
  } finally {
    vi.unstubAllEnvs()
  }
})
