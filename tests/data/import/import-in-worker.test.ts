import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { defaultImportOptions, importPath } from '../../../data/import/import-data.ts'
import { importInWorker } from '../../../data/import/import-in-worker.ts'
import { generateDigits } from '../../../data/synthetic/index.ts'
import { flatJpeg } from '../pictures.ts'
import { csvOf, digits, filesOf, zipOf } from './samples.ts'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'inkling-thread-'))
})

afterEach(async () => {
  await rm(root, { recursive: true })
})

const set = generateDigits({ count: 200, seed: 5 })
const options = { ...defaultImportOptions, holdOut: 0.2 }

test('gives the set that this thread would make, and tells of it on the way', async () => {
  const path = join(root, 'set.zip')
  await writeFile(path, zipOf(filesOf({ classes: digits, halves: { train: set, test: null } }, 'folder')))
  const told: number[] = []
  const made = await importInWorker({ path }, { ...options, onProgress: (_, images) => told.push(images) })
  expect(made).toEqual(await importPath(path, options))
  expect(made.halves.test?.count).toBe(40)
  expect(told.length).toBeGreaterThan(0)
})

test('reads files that were handed over, one alone or several', async () => {
  const table = csvOf(set)
  const spool = join(root, 'spool.tmp')
  await writeFile(spool, Buffer.concat([Buffer.from('before'), table, table]))
  const file = (path: string, at: number) => ({ path, at, size: table.length })
  const [one, both] = [[file('train.csv', 6)], [file('train.csv', 6), file('test.csv', 6 + table.length)]]
  const single = await importInWorker({ spool: { path: spool, files: one } }, options)
  expect(single.report).toMatchObject({ source: 'train.csv', format: 'csv', images: { train: 160, test: 40 } })
  const several = await importInWorker({ spool: { path: spool, files: both } }, options)
  expect(several.report).toMatchObject({ source: '2 files', format: 'folder', images: { train: 200, test: 200 } })
})

test('tells what is wrong by the same code and details', async () => {
  const path = join(root, 'set.zip')
  await writeFile(path, zipOf([{ path: '../3/1.png', bytes: new Uint8Array(9) }]))
  await expect(importInWorker({ path }, options)).rejects.toMatchObject({
    code: 'import/unsafe-path',
    details: { file: 'set.zip' },
  })
  await expect(importInWorker({ path: join(root, 'none') }, options)).rejects.toMatchObject({ code: 'file/not-found' })
})

test('ends in the middle of a picture when it is cancelled', async () => {
  const folder = join(root, 'set', '3')
  await mkdir(folder, { recursive: true })
  const [small] = filesOf({ classes: digits, halves: { train: set, test: null } }, 'folder')
  await writeFile(join(folder, '1.png'), small!.bytes)
  // The last one: nothing looks at the signal between it and the end.
  await writeFile(join(folder, '2.jpg'), flatJpeg(5000, 4000))
  const stop = new AbortController()
  const reason = new Error('somebody has changed his mind')
  const onProgress = (): void => stop.abort(reason)
  await expect(
    importInWorker({ path: join(root, 'set') }, { ...options, signal: stop.signal, onProgress }),
  ).rejects.toBe(reason)
  await expect(importInWorker({ path: root }, { ...options, signal: stop.signal })).rejects.toBe(reason)
})
