import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { toErrorPayload } from '../../data/error.ts'
import { openFileSource } from '../../data/import/file-source.ts'
import { entriesIn } from '../../data/import/spool.ts'
import { Uploads } from '../../data/uploads.ts'

let root: string
let uploads: Uploads

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'inkling-uploads-'))
  uploads = new Uploads(root)
})

afterEach(async () => {
  await uploads.close()
  await rm(root, { recursive: true })
})

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

async function contents(upload: string): Promise<[string, string][]> {
  const found: [string, string][] = []
  const { path, files } = await uploads.spool(upload)
  const whole = await openFileSource(path)
  for await (const file of entriesIn(files, whole)) {
    if ('read' in file) found.push([file.path, new TextDecoder().decode(await file.read())])
  }
  await whole.close()
  return found
}

test('pieces become files again, whatever their sizes', async () => {
  const upload = await uploads.begin()
  await uploads.append(upload, [
    { path: 'set/3/1.png', offset: 0, bytes: bytes('one') },
    { path: 'set/3/2.png', offset: 0, bytes: bytes('tw') },
  ])
  const state = await uploads.append(upload, [
    { path: 'set/3/2.png', offset: 2, bytes: bytes('o') },
    { path: 'set/empty.txt', offset: 0, bytes: bytes('') },
    { path: 'set/3/3.png', offset: 0, bytes: bytes('three') },
  ])
  expect(state).toEqual({ files: 4, bytes: 11 })
  expect(await contents(upload)).toEqual([
    ['set/3/1.png', 'one'],
    ['set/3/2.png', 'two'],
    ['set/empty.txt', ''],
    ['set/3/3.png', 'three'],
  ])
  expect(uploads.title(upload)).toBe('set')
  expect(await uploads.singleFile(upload)).toBeNull()
})

test('one file can be read at any place', async () => {
  const upload = await uploads.begin()
  await uploads.append(upload, [{ path: 'digits.csv', offset: 0, bytes: bytes('abcdef') }])
  const file = await uploads.singleFile(upload)
  expect(file).toMatchObject({ name: 'digits.csv', size: 6 })
  expect(new TextDecoder().decode(await file!.read(2, 3))).toBe('cde')
  expect(await file!.read(4, 100)).toHaveLength(2)
})

test('calls that overlap keep their order', async () => {
  const upload = await uploads.begin()
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      uploads.append(upload, [{ path: 'a.bin', offset: index, bytes: bytes(String.fromCharCode(97 + index)) }]),
    ),
  )
  expect(await contents(upload)).toEqual([['a.bin', 'abcdefghijklmnopqrst']])
})

test.each([
  ['a gap', { path: 'a', offset: 5, bytes: bytes('x') }],
  ['a file twice', { path: 'first', offset: 0, bytes: bytes('x') }],
  ['an earlier file', { path: 'first', offset: 1, bytes: bytes('x') }],
])('%s is refused', async (_, part) => {
  const upload = await uploads.begin()
  await uploads.append(upload, [
    { path: 'first', offset: 0, bytes: bytes('1') },
    { path: 'second', offset: 0, bytes: bytes('2') },
  ])
  await expect(uploads.append(upload, [part])).rejects.toMatchObject({ code: 'import/bad-upload' })
})

test('paths that lead out are refused, and no name of a person is ever used on the disk', async () => {
  const upload = await uploads.begin()
  for (const path of ['../x', '/etc/x', 'a/../../x']) {
    await expect(uploads.append(upload, [{ path, offset: 0, bytes: bytes('x') }])).rejects.toMatchObject({
      code: 'import/unsafe-path',
    })
  }
  await uploads.append(upload, [{ path: 'my secret name.csv', offset: 0, bytes: bytes('x') }])
  expect((await readdir(join(root, 'transfers'))).join()).not.toContain('secret')
})

test('what is given up is gone from the disk and unknown', async () => {
  const upload = await uploads.begin()
  await uploads.discard(upload)
  await uploads.discard(upload)
  expect(await readdir(join(root, 'transfers'))).toEqual([])
  await expect(uploads.append(upload, [{ path: 'a', offset: 0, bytes: bytes('x') }])).rejects.toMatchObject({
    code: 'import/unknown-upload',
  })
})

test('too many at once push the oldest out', async () => {
  const first = await uploads.begin()
  for (let count = 0; count < 8; count += 1) await uploads.begin()
  await expect(uploads.append(first, [{ path: 'a', offset: 0, bytes: bytes('x') }])).rejects.toMatchObject({
    code: 'import/unknown-upload',
  })
  expect(await readdir(join(root, 'transfers'))).toHaveLength(8)
})

test('of many that begin at the same time the last ones stay, and those that are held', async () => {
  const held = await uploads.begin()
  await uploads.append(held, [{ path: 'a', offset: 0, bytes: bytes('kept') }])
  uploads.hold(held)
  const begun = await Promise.all(Array.from({ length: 20 }, () => uploads.begin()))
  expect((await readdir(join(root, 'transfers'))).length).toBe(8)
  expect(await contents(held)).toEqual([['a', 'kept']])
  const open = begun.filter((upload) => codeOf(() => uploads.title(upload)) === 'none')
  expect(open.length).toBe(7)
})

test('one that is given up while it is read goes when it is released', async () => {
  const upload = await uploads.begin()
  await uploads.append(upload, [{ path: 'a', offset: 0, bytes: bytes('kept') }])
  uploads.hold(upload)
  uploads.hold(upload)
  await uploads.discard(upload)
  expect(await contents(upload)).toEqual([['a', 'kept']])
  await expect(uploads.append(upload, [{ path: 'a', offset: 4, bytes: bytes('!') }])).rejects.toMatchObject({
    code: 'import/unknown-upload',
  })
  await uploads.release(upload)
  expect(await contents(upload)).toEqual([['a', 'kept']])
  await uploads.release(upload)
  expect(await readdir(join(root, 'transfers'))).toEqual([])
})

test('what a killed Inkling left is removed once nobody can want it', async () => {
  const folder = join(root, 'transfers')
  // Nor is it a fault that there is no such folder.
  await uploads.sweep()
  await mkdir(folder)
  // Higher than the numbers of processes go.
  const gone = 2 ** 30
  const minutes = (count: number): Date => new Date(Date.now() - count * 60_000)
  for (const [name, age] of [
    [`upload-${gone}-1-1.tmp`, minutes(11)],
    [`export-${gone}-1-2.tmp`, minutes(9)],
    [`upload-${process.pid}-1-3.tmp`, minutes(60)],
    [`upload-${process.pid}-1-4.tmp`, minutes(60 * 25)],
    ['notes.txt', minutes(60 * 25)],
  ] as const) {
    await writeFile(join(folder, name), '')
    await utimes(join(folder, name), age, age)
  }
  await uploads.sweep()
  expect((await readdir(folder)).toSorted()).toEqual([
    `export-${gone}-1-2.tmp`,
    'notes.txt',
    `upload-${process.pid}-1-3.tmp`,
  ])
})

function codeOf(body: () => unknown): string {
  try {
    body()
    return 'none'
  } catch (error) {
    return toErrorPayload(error).code
  }
}
