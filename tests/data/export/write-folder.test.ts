/** Exports to folders that are odd, full, or were left by a killed export. */
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { exportFiles } from '../../../data/export/export-files.ts'
import { writeFolder } from '../../../data/export/write-folder.ts'
import { defaultImportOptions, importPath } from '../../../data/import/import-data.ts'
import { digits, formulaSet } from '../import/samples.ts'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'inkling-export-'))
})

afterEach(async () => {
  await rm(root, { recursive: true })
})

const set = formulaSet()
const files = () => exportFiles({ classes: digits, halves: { train: set, test: null } }, 'folder')

test.each([
  ['blanks, accents and emoji', 'with blank ümläut 😀 🏳️‍🌈'],
  // As long as a name can be.
  ['255 letters', 'y'.repeat(255)],
])('a folder whose name has %s is written and read back', async (_, name) => {
  await writeFolder(files(), join(root, name))
  expect(await readdir(root)).toEqual([name])
  expect((await importPath(join(root, name), defaultImportOptions)).halves.train).toEqual(set)
})

test.each([
  ['a name too long', 'y'.repeat(256), /its name is too long\. Nothing was left there/],
  [
    'a missing parent folder',
    join('none', 'set'),
    /none does not exist or takes no folders\. Nothing was written\. Make that folder/,
  ],
  [
    'a file in its place',
    'file',
    /a part of its path is a file\. Nothing was left there, and the data set is unharmed/,
  ],
])('%s is told, and nothing is left', async (_, name, said) => {
  await writeFile(join(root, 'file'), '')
  await expect(writeFolder(files(), join(root, name))).rejects.toMatchObject({
    code: 'export/not-writable',
    message: expect.stringMatching(said) as string,
  })
  expect(await readdir(root)).toEqual(['file'])
})

test('a write that fails leaves nothing, and is told', async () => {
  function* failing() {
    let number = 0
    for (const file of files()) {
      number += 1
      // The same name once more cannot be written.
      yield number === 4 ? { ...file, path: 'train/3/0.png' } : file
    }
  }
  await expect(writeFolder(failing(), join(root, 'set'))).rejects.toMatchObject({ code: 'export/not-writable' })
  expect(await readdir(root)).toEqual([])
})

const module = fileURLToPath(new URL('../../../data/export/write-folder.ts', import.meta.url))
/** Begins an export to `set` in the folder, and is killed in the middle. */
const killed = `
import { writeFolder } from ${JSON.stringify(module)}
function* files() {
  for (let at = 0; at < 100; at += 1) {
    if (at === 50) process.kill(process.pid, 'SIGKILL')
    yield { path: 'train/3/' + at + '.png', bytes: new Uint8Array(10), fraction: at / 100 }
  }
}
await writeFolder(files(), process.argv[1])
`

test('what a killed export left goes with the next one to the same place; of one that runs, nothing', async () => {
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', killed, join(root, 'set')])
  expect(signal).toBe('SIGKILL')
  const left = await readdir(root)
  expect(left).toHaveLength(1)
  const own = left[0]?.replace(/-\d+-[\da-f-]+\.tmp$/, `-${process.pid}-running.tmp`) ?? ''
  const foreign = '.inkling-export-00000000-1-other.tmp'
  const old = '.inkling-export-00000000-2-old.tmp'
  for (const name of [own, foreign, old]) await mkdir(join(root, name))
  await utimes(join(root, old), 0, 0)
  await writeFolder(files(), join(root, 'set'))
  expect((await readdir(root)).toSorted()).toEqual([own, foreign, 'set'].toSorted())
})
