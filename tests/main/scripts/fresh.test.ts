/** When something built counts as out of date. */
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isFresh, writeStamp } from '../../../main/scripts/fresh.ts'

let folder: string
const at = (second: number): Date => new Date(1_700_000_000_000 + 1000 * second)

async function write(name: string, second: number): Promise<void> {
  await writeFile(join(folder, name), '')
  await utimes(join(folder, name), at(second), at(second))
}

/** Folders get new times when their entries change; here only what is said counts. */
async function settle(): Promise<void> {
  for (const name of ['sources/deep', 'sources']) await utimes(join(folder, name), at(0), at(0))
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-fresh-'))
  await mkdir(join(folder, 'sources', 'deep'), { recursive: true })
  await write('sources/deep/a.ts', 10)
  await write('lock.json', 5)
  await settle()
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

const fresh = (): Promise<boolean> =>
  isFresh(join(folder, 'built', 'stamp'), [join(folder, 'sources'), join(folder, 'lock.json')])

test('never built, built before the newest source, and built after it', async () => {
  expect(await fresh()).toBe(false)
  await writeStamp(join(folder, 'built', 'stamp'), at(9))
  expect(await fresh()).toBe(false)
  await writeStamp(join(folder, 'built', 'stamp'), at(11))
  expect(await fresh()).toBe(true)
})

test('a source changed while it was built is not in it', async () => {
  await writeStamp(join(folder, 'built', 'stamp'), at(20))
  await write('sources/deep/a.ts', 21)
  await settle()
  expect(await fresh()).toBe(false)
})

test('a removed source makes its folder newer', async () => {
  await writeStamp(join(folder, 'built', 'stamp'), at(30))
  expect(await fresh()).toBe(true)
  await rm(join(folder, 'sources', 'deep', 'a.ts'))
  expect(await fresh()).toBe(false)
})
