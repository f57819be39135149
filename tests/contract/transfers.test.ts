/** Ways in and out as a page uses them, over every door: uploads, imports, exports, and drawings as JSON lines. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ImageSet } from '../../data/image-set.ts'
import { memorySource } from '../../data/import/file-source.ts'
import { defaultImportOptions, importFile } from '../../data/import/import-data.ts'
import { scramble } from '../../data/scramble.ts'
import { generateDigits } from '../../data/synthetic/index.ts'
import type { Client } from '../../main/contract/client.ts'
import type { ArgumentsOf } from '../../main/contract/commands.ts'
import type { Events } from '../../main/contract/events.ts'
import type { ExportInfo, ImportInfo } from '../../main/contract/transfers.ts'
import { digits, filesOf, zipOf, type File } from '../data/import/samples.ts'
import { doors, type OpenDoor } from './doors.ts'

const train = generateDigits({ count: 300, seed: 3 })
const own = generateDigits({ count: 40, seed: 4 })
const tree = filesOf({ classes: digits, halves: { train, test: own } }, 'folder')

const plain = (set: ImageSet | null) =>
  set === null ? null : [Buffer.from(set.images).toString('hex'), [...set.labels].join()]

/** Hands files over as a page does: in order, as many as fit into each message. */
async function hand(client: Client, files: readonly File[]): Promise<string> {
  const { upload, chunkBytes } = await client.call('upload.begin', {})
  let parts: { path: string; offset: number; bytes: Uint8Array }[] = []
  let size = 0
  const send = async (): Promise<void> => {
    if (parts.length > 0) await client.call('upload.append', { upload, parts })
    parts = []
    size = 0
  }
  for (const { path, bytes } of files) {
    for (let offset = 0; offset < Math.max(1, bytes.length); offset += chunkBytes) {
      const piece = bytes.subarray(offset, offset + chunkBytes)
      if (size + piece.length > chunkBytes || parts.length === 1000) await send()
      parts.push({ path, offset, bytes: piece })
      size += piece.length
    }
  }
  await send()
  return upload
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it succeeded')
}

describe.each(doors)('ways in and out $title', (door) => {
  let opened: OpenDoor
  let client: Client

  beforeAll(async () => {
    opened = await door.open()
    client = await opened.connect()
  })
  afterAll(async () => {
    await opened.close()
  })

  /** Starts an import and waits for its end. */
  async function importSet(
    request: Pick<ArgumentsOf<'import.start'>, 'source' | 'name'> & Partial<ArgumentsOf<'import.start'>>,
  ): Promise<ImportInfo> {
    const whole = { resize: 'ink', invert: false, labels: null, holdOut: 0, ...request } as const
    const ends: ImportInfo[] = []
    const heard = Promise.withResolvers<void>()
    const stop = client.on('import.ended', (event) => {
      ends.push(event.import)
      heard.resolve()
    })
    const begun = await client.call('import.start', whole)
    expect(begun).toMatchObject({ state: 'running', dataset: request.name })
    await heard.promise
    stop()
    expect(ends[0]?.import).toBe(begun.import)
    return ends[0]!
  }

  async function exportSet(dataset: string, format: 'folder' | 'idx', folder: string | null): Promise<ExportInfo> {
    const heard = Promise.withResolvers<ExportInfo>()
    const stop = client.on('export.ended', (event) => heard.resolve(event.export))
    await client.call('export.start', { dataset, format, folder })
    const ended = await heard.promise
    stop()
    return ended
  }

  test('a dropped folder becomes a set that is listed, opened and removed', async () => {
    const upload = await hand(
      client,
      tree.map(({ path, bytes }) => ({ path: `my digits/${path}`, bytes })),
    )
    const changed: string[] = []
    const stop = client.on('dataset.changed', ({ dataset }) => changed.push(dataset))
    const { state, result, problem, source } = await importSet({
      source: { upload },
      name: 'dropped',
      title: 'My digits',
    })
    expect({ state, problem, source }).toEqual({ state: 'done', problem: null, source: 'my digits' })
    expect(result?.report).toMatchObject({ format: 'folder', images: { train: 300, test: 40 }, kept: 340, skipped: [] })
    expect(changed).toEqual(['dropped'])
    const listed = (await client.call('dataset.list', {})).find(({ name }) => name === 'dropped')
    expect(listed).toMatchObject({ title: 'My digits', state: 'ready', imported: { source: 'my digits' } })
    const image = await client.call('dataset.image', { dataset: 'dropped', split: 'train', index: 7 })
    expect(image.pixels).toEqual(new Uint8Array(train.images.subarray(7 * 784, 8 * 784)))
    // The upload is gone with the import.
    expect(
      await failure(client.call('import.start', { ...defaults, source: { upload }, name: 'again' })),
    ).toMatchObject({
      code: 'import/unknown-upload',
    })
    await client.call('dataset.remove', { dataset: 'dropped' })
    expect(changed).toEqual(['dropped', 'dropped'])
    expect((await client.call('dataset.list', {})).map(({ name }) => name)).not.toContain('dropped')
    stop()
  })

  const defaults = { resize: 'ink', invert: false, labels: null, holdOut: 0 } as const

  test('a dropped archive, larger than a message, comes in whole', async () => {
    // Noise does not pack.
    const noise = {
      images: Uint8Array.from({ length: 5000 * 784 }, (_, at) => scramble(at, 1) & 255),
      count: 5000,
    }
    const set = { ...train, ...noise, labels: new Uint8Array(5000).fill(4) }
    const bytes = zipOf(filesOf({ classes: digits, halves: { train: set, test: null } }, 'idx'))
    const { chunkBytes, upload: unused } = await client.call('upload.begin', {})
    await client.call('upload.discard', { upload: unused })
    expect(bytes.length).toBeGreaterThan(chunkBytes)
    const upload = await hand(client, [{ path: 'noise.zip', bytes }])
    const { state, result } = await importSet({ source: { upload }, name: 'noise', holdOut: 0.1 })
    expect(state).toBe('done')
    expect(result?.report).toMatchObject({ format: 'zip', images: { train: 4500, test: 500 } })
    await client.call('dataset.remove', { dataset: 'noise' })
  })

  test('a path on the machine comes in, and its progress is told', async () => {
    const folder = join(opened.dataDirectory, 'to-import')
    for (const { path, bytes } of tree) {
      await mkdir(join(folder, path, '..'), { recursive: true })
      await writeFile(join(folder, path), bytes)
    }
    const told: Events['import.progressed'][] = []
    const stop = client.on('import.progressed', (event) => told.push(event))
    const { state, images, import: id } = await importSet({ source: { path: folder }, name: 'by-path' })
    stop()
    expect(state).toBe('done')
    expect(images).toBeGreaterThan(0)
    expect(told.length).toBeGreaterThan(0)
    expect(told.every((event) => event.import === id && event.fraction === null)).toBe(true)
    expect((await client.call('import.list', {}))[0]).toMatchObject({ import: id, state: 'done' })
  })

  test('names that are taken or bad are refused at once, before anything is read', async () => {
    const source = { path: '/nowhere' }
    for (const [name, code] of [
      ['by-path', 'import/name-taken'],
      ['mnist', 'import/bad-name'],
      ['../evil', 'import/bad-name'],
    ] as const) {
      expect(await failure(client.call('import.start', { ...defaults, source, name }))).toMatchObject({ code })
    }
    expect(await client.call('import.suggestName', { text: 'By path.zip' })).toEqual({ name: 'by-path-2' })
  })

  test('a failed import tells why, leaves nothing, and its upload can be tried again', async () => {
    const header = `id,${Array.from({ length: 784 }, (_, i) => `pixel${i}`).join()},kind`
    const row = (label: string) => `1,${new Array<number>(784).fill(9).join()},${label}`
    const bytes = new TextEncoder().encode(`${header}\n${row('cat')}\n${row('dog')}\n`)
    const upload = await hand(client, [{ path: 'table.csv', bytes }])
    const failed = await importSet({ source: { upload }, name: 'table', labels: 'label' })
    expect(failed).toMatchObject({ state: 'failed', result: null, problem: { code: 'import/bad-table' } })
    expect((await client.call('dataset.list', {})).map(({ name }) => name)).not.toContain('table')
    const done = await importSet({ source: { upload }, name: 'table', labels: 'kind' })
    expect(done).toMatchObject({ state: 'done', result: { info: { classes: ['cat', 'dog'] } } })
    await client.call('dataset.remove', { dataset: 'table' })
  })

  test('an import that is cancelled leaves nothing', async () => {
    // Pictures that take far longer to read than it takes to cancel, on a busy machine too.
    const side = 2000
    const large = encode({ width: side, height: side, data: new Uint8Array(side * side).fill(9), channels: 1 })
    const upload = await hand(
      client,
      Array.from({ length: 200 }, (_, index) => ({ path: `large/3/${index}.png`, bytes: large })),
    )
    const ended = Promise.withResolvers<ImportInfo>()
    const stop = client.on('import.ended', (event) => ended.resolve(event.import))
    const { import: id } = await client.call('import.start', { ...defaults, source: { upload }, name: 'cancelled' })
    await client.call('import.cancel', { import: id })
    expect(await ended.promise).toMatchObject({ import: id, state: 'cancelled', result: null, problem: null })
    stop()
    expect((await client.call('dataset.list', {})).map(({ name }) => name)).not.toContain('cancelled')
    expect(await readdir(join(opened.dataDirectory, 'imported'))).toEqual(['by-path'])
    expect(await readdir(join(opened.dataDirectory, 'transfers'))).toEqual([])
    expect(await client.call('import.cancel', { import: 9999 })).toBeNull()
  })

  test.each(['folder', 'idx'] as const)(
    'a set leaves as an archive of a %s that comes back byte for byte',
    async (format) => {
      const ended = await exportSet('by-path', format, null)
      expect(ended).toMatchObject({ state: 'done', fraction: 1, fileName: `by-path-${format}.zip`, folder: null })
      const pieces: Uint8Array[] = []
      for (let offset = 0; ;) {
        const piece = await client.call('export.read', { export: ended.export, offset })
        expect(piece.offset).toBe(offset)
        pieces.push(piece.bytes)
        offset += piece.bytes.length
        if (piece.isLast) break
      }
      const bytes = Buffer.concat(pieces)
      expect(bytes.length).toBe(ended.bytes)
      const { halves } = await importFile(memorySource(bytes, 'set.zip'), defaultImportOptions)
      expect([plain(halves.train), plain(halves.test)]).toEqual([plain(train), plain(own)])
      await client.call('export.cancel', { export: ended.export })
      expect(await readdir(join(opened.dataDirectory, 'transfers'))).toEqual([])
      expect(await failure(client.call('export.read', { export: ended.export, offset: 0 }))).toMatchObject({
        code: 'export/unknown',
      })
    },
  )

  test('a set leaves to a new folder, and to no other', async () => {
    const folder = join(opened.dataDirectory, 'exported')
    const ended = await exportSet('by-path', 'idx', folder)
    expect(ended).toMatchObject({ state: 'done', folder, fileName: null })
    expect((await readdir(folder)).length).toBe(4)
    expect((await readFile(join(folder, 'train-images-idx3-ubyte'))).length).toBe(16 + 300 * 784)
    const again = client.call('export.start', { dataset: 'by-path', format: 'idx', folder })
    expect(await failure(again)).toMatchObject({ code: 'export/target-taken' })
    const unknown = client.call('export.start', { dataset: 'nothing', format: 'idx', folder: null })
    expect(await failure(unknown)).toMatchObject({ code: 'dataset/unknown' })
  })

  test('drawings leave as JSON lines and come back once, and are a data set', async () => {
    const drawn = (label: number | null, x: number) => ({
      label,
      width: 200,
      height: 200,
      strokes: [
        [
          [x, 20],
          [x + 30, 180],
        ],
      ] as const,
    })
    for (let index = 0; index < 12; index += 1) {
      await client.call('drawing.save', { drawing: drawn(index % 10, 40 + index) })
    }
    await client.call('drawing.save', { drawing: drawn(null, 90) })
    const { text, count, fileName } = await client.call('drawing.export', {})
    expect({ count, fileName }).toEqual({ count: 13, fileName: 'inkling-drawings.jsonl' })
    expect(text.trim().split('\n')).toHaveLength(13)
    const { splits } = await client.call('dataset.open', { dataset: 'handwriting' })
    expect((splits.train?.count ?? 0) + (splits.test?.count ?? 0)).toBe(12)

    const more = `${text}${JSON.stringify(drawn(5, 150))}\n`
    const upload = await hand(client, [{ path: 'drawings.jsonl', bytes: new TextEncoder().encode(more) }])
    const changed: string[] = []
    const stop = client.on('dataset.changed', ({ dataset }) => changed.push(dataset))
    expect(await client.call('drawing.import', { source: { upload } })).toEqual({ read: 14, saved: 1 })
    expect(changed).toEqual(['handwriting'])
    expect(await client.call('drawing.list', {})).toHaveLength(14)
    stop()

    const bad = await hand(client, [
      { path: 'bad.jsonl', bytes: new TextEncoder().encode(`${JSON.stringify(drawn(6, 1))}\n{"label":77}\n`) },
    ])
    expect(await failure(client.call('drawing.import', { source: { upload: bad } }))).toMatchObject({
      code: 'drawing/bad-format',
    })
    expect(await client.call('drawing.list', {})).toHaveLength(14)
  })

  test('messages with too much or nonsense in them are refused by the contract', async () => {
    const { upload, chunkBytes } = await client.call('upload.begin', {})
    const call = client.call as (name: string, input: unknown) => Promise<unknown>
    for (const input of [
      { upload, parts: [] },
      { upload, parts: [{ path: 'a', offset: -1, bytes: new Uint8Array(1) }] },
      { upload, parts: [{ path: 'a', offset: 0, bytes: 'text' }] },
      { upload, parts: [{ path: 'a', offset: 0, bytes: new Uint8Array(chunkBytes + 1) }] },
      {
        upload,
        parts: Array.from({ length: 1001 }, (_, i) => ({ path: `${i}`, offset: 0, bytes: new Uint8Array(1) })),
      },
    ]) {
      expect(await failure(call('upload.append', input))).toMatchObject({ code: 'channel/bad-arguments' })
    }
    await client.call('upload.discard', { upload })
  })
})
