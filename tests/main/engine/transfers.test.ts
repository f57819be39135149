/** Imports and exports where several are asked for at once, or something is in the way. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Datasets } from '../../../data/datasets.ts'
import { Uploads } from '../../../data/uploads.ts'
import type { ExportInfo, ImportInfo } from '../../../main/contract/transfers.ts'
import { Exports } from '../../../main/engine/exports.ts'
import { Imports } from '../../../main/engine/imports.ts'
import { Turns } from '../../../main/engine/turns.ts'
import { csvOf, formulaSet } from '../../data/import/samples.ts'

let root: string
let table: string
let datasets: Datasets
let uploads: Uploads
let imports: Imports
let exports: Exports
let ends: (ImportInfo | ExportInfo)[]
let heard: () => void

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'inkling-transfers-'))
  table = join(root, 'digits.csv')
  await writeFile(table, csvOf(formulaSet()))
  const data = join(root, 'data')
  datasets = new Datasets({ dataDirectory: data, searchFolders: [] })
  uploads = new Uploads(data)
  ends = []
  heard = () => undefined
  const emit = (name: string, payload: object): void => {
    if (name === 'import.ended') ends.push((payload as { import: ImportInfo }).import)
    else if (name === 'export.ended') ends.push((payload as { export: ExportInfo }).export)
    heard()
  }
  imports = new Imports(datasets, uploads, emit)
  exports = new Exports(datasets, data, emit)
})

afterEach(async () => {
  await imports.close()
  await exports.close()
  await uploads.close()
  await rm(root, { recursive: true })
})

async function ended(count: number): Promise<void> {
  while (ends.length < count) await new Promise<void>((resolve) => (heard = resolve))
}

const request = (name: string) => ({ source: { path: table }, name, resize: 'ink', invert: false, labels: null, holdOut: 0 }) as const // prettier-ignore

describe('imports', () => {
  test('of one name at the same time: the first is made, the second refused at once', async () => {
    const [first, second] = await Promise.allSettled([imports.start(request('one')), imports.start(request('one'))])
    expect(first.status).toBe('fulfilled')
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'import/name-taken' } })
    await ended(1)
    expect(ends[0]).toMatchObject({ state: 'done', dataset: 'one' })
    expect(await readdir(join(root, 'data', 'imported'))).toEqual(['one'])
  })

  test('wait for each other, can be cancelled while they wait, and are refused beyond twenty', async () => {
    const started = await Promise.allSettled(
      Array.from({ length: 25 }, (_, index) => imports.start(request(`s${index}`))),
    )
    const refused = started.filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(5)
    expect(refused[0]).toMatchObject({ reason: { code: 'import/busy' } })
    // The last one has not had its turn; it does not wait for those before it to end.
    await imports.cancel(20)
    expect(ends).toMatchObject([{ import: 20, state: 'cancelled' }])
    await imports.close()
    expect(ends.map(({ state }) => state)).toEqual(Array.from({ length: 20 }, () => 'cancelled'))
    expect(await readdir(join(root, 'data', 'imported'))).toEqual([])
  })
})

describe('exports', () => {
  test('that fail leave no part of an archive', async () => {
    await imports.start(request('one'))
    await ended(1)
    // A file where the folder for archives should be.
    await writeFile(join(root, 'data', 'transfers'), '')
    await exports.start({ dataset: 'one', format: 'idx', folder: null })
    await ended(2)
    expect(ends[1]).toMatchObject({ state: 'failed', problem: { code: 'library/not-writable' } })
    await expect(exports.read(1, 0)).rejects.toMatchObject({ code: 'export/unknown' })
  })

  test('make room for new ones by giving up the oldest archive, and tell of one that was taken away', async () => {
    await imports.start(request('one'))
    await ended(1)
    for (let count = 1; count <= 9; count += 1) {
      await exports.start({ dataset: 'one', format: 'idx', folder: null })
      await ended(1 + count)
    }
    const transfers = join(root, 'data', 'transfers')
    expect(await readdir(transfers)).toHaveLength(8)
    await expect(exports.read(1, 0)).rejects.toMatchObject({ code: 'export/unknown' })
    expect((await exports.read(9, 0)).isLast).toBe(true)
    await rm(transfers, { recursive: true })
    await mkdir(transfers)
    await expect(exports.read(9, 0)).rejects.toMatchObject({ code: 'export/unknown' })
  })
})

test('turns are taken in order, go on after a failure, and are left by who gives up', async () => {
  const turns = new Turns(1)
  const never = new AbortController()
  const stop = new AbortController()
  const done: string[] = []
  const first = Promise.withResolvers<void>()
  const work = [
    turns.take(never.signal, async () => {
      await first.promise
      throw new Error('first')
    }),
    turns.take(stop.signal, () => Promise.resolve(done.push('given up'))),
    turns.take(never.signal, () => Promise.resolve(done.push('third'))),
  ]
  const settled = Promise.allSettled(work)
  stop.abort(new Error('changed my mind'))
  first.resolve()
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
  expect(done).toEqual(['third'])
  await turns.take(never.signal, () => Promise.resolve(done.push('fourth')))
  expect(done).toEqual(['third', 'fourth'])
})
