/**
 * The engine reads drawings while sets come in and go out. What is counted are answers to drawings between the beginning and the end of
 * such work, which must not depend on how fast the machine is: the long synchronous pieces would allow a handful.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeIdxImages, writeIdxLabels } from '../../../data/idx.ts'
import type { ImageSet } from '../../../data/image-set.ts'
import { scramble } from '../../../data/scramble.ts'
import { generateDigits } from '../../../data/synthetic/index.ts'
import { createChannelPair } from '../../../main/contract/channel.ts'
import { createClient, type Client } from '../../../main/contract/client.ts'
import type { ArgumentsOf } from '../../../main/contract/commands.ts'
import { serve } from '../../../main/contract/server.ts'
import { createEngine, type Engine } from '../../../main/engine/engine.ts'
import { root as project } from '../../../main/scripts/root.ts'
import { csvOf, digits, filesOf, parquetOf, zipOf, type File } from '../../data/import/samples.ts'
import { flatJpeg } from '../../data/pictures.ts'

let root: string
let engine: Engine
let client: Client

const strokes: [number, number][][] = [Array.from({ length: 15 }, (_, index) => [100, 20 + 10 * index])]
const drawing = { strokes, width: 200, height: 200, models: ['starter-small'] } as const

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'inkling-responsive-'))
  const dataDirectory = join(root, 'data')
  const starterFolder = join(project, 'native', 'starter')
  engine = await createEngine({ dataDirectory, searchFolders: [], starterFolder, version: '0.0.0' })
  const [near, far] = createChannelPair()
  serve(far, engine)
  client = createClient(near)
  // Opens the model.
  await client.call('digit.predict', drawing)
})

afterAll(async () => {
  await engine.close()
  await rm(root, { recursive: true, force: true })
})

/** Asks for one reading after another until `work` has ended; how many were answered. */
async function answersDuring(work: Promise<unknown>): Promise<number> {
  const state = { working: true }
  const ended = work.finally(() => {
    state.working = false
  })
  let answers = 0
  while (state.working) {
    await client.call('digit.predict', drawing)
    answers += 1
    // As from a hand that draws; the work has the rest of the time.
    await setTimeout(2)
  }
  await ended
  return answers
}

async function importPath(path: string, name: string): Promise<number> {
  const ended = Promise.withResolvers<number>()
  const stop = client.on('import.ended', ({ import: { dataset, problem, images } }) => {
    if (dataset !== name) return
    if (problem === null) ended.resolve(images)
    else ended.reject(new Error(problem.message))
  })
  const request: ArgumentsOf<'import.start'> = { source: { path }, name, resize: 'ink', invert: false, labels: null, holdOut: 0.1 } // prettier-ignore
  await client.call('import.start', request)
  const images = await ended.promise
  stop()
  return images
}

async function exportSet(dataset: string): Promise<void> {
  const ended = Promise.withResolvers<void>()
  const stop = client.on('export.ended', ({ export: { problem } }) => {
    if (problem === null) ended.resolve()
    else ended.reject(new Error(problem.message))
  })
  await client.call('export.start', { dataset, format: 'idx', folder: null })
  await ended.promise
  stop()
}

test('drawings are read while one large photo is decoded', async () => {
  const folder = join(root, 'photos', 'train', '3')
  await mkdir(folder, { recursive: true })
  const small = generateDigits({ count: 12, seed: 1 })
  const [own] = filesOf({ classes: digits, halves: { train: small, test: null } }, 'folder')
  await writeFile(join(folder, 'small.png'), own!.bytes)
  // Nothing is to be seen in it, which is known only when all of it was decoded.
  await writeFile(join(folder, 'large.jpg'), flatJpeg(5000, 4000))
  expect(await answersDuring(importPath(join(root, 'photos'), 'photos'))).toBeGreaterThan(40)
  const entry = (await client.call('dataset.list', {})).find(({ name }) => name === 'photos')
  expect(entry?.imported?.skipped).toMatchObject([{ reason: 'nothing to be seen in the picture', count: 1 }])
})

function noise(count: number): ImageSet {
  const images = Uint8Array.from({ length: count * 784 }, (_, at) => {
    const value = scramble(at, 1)
    return value & 0x700 ? 0 : value & 255
  })
  return { images, labels: Uint8Array.from({ length: count }, (_, index) => index % 10), count, height: 28, width: 28 }
}

const tree = (set: ImageSet): File[] => filesOf({ classes: digits, halves: { train: set, test: null } }, 'folder')

test.each([
  ['csv', (set: ImageSet) => csvOf(set)],
  ['parquet', (set: ImageSet) => parquetOf(set)],
  ['zip', (set: ImageSet) => zipOf(tree(set))],
])('drawings are read while %s is imported', async (name, pack) => {
  const path = join(root, `noise.${name}`)
  await writeFile(path, pack(noise(3000)))
  expect(await answersDuring(importPath(path, name))).toBeGreaterThan(20)
})

test('drawings are read while a set is packed', async () => {
  const large = noise(60_000)
  const folder = join(root, 'large')
  await mkdir(folder)
  await writeFile(join(folder, 'train-images-idx3-ubyte'), writeIdxImages(large))
  await writeFile(join(folder, 'train-labels-idx1-ubyte'), writeIdxLabels(large.labels))
  await client.call('dataset.open', { dataset: folder })
  // In one piece it allowed 9, in pieces of 64 kB it allows some 80.
  expect(await answersDuring(exportSet(folder))).toBeGreaterThan(25)
})
