import { mkdir, mkdtemp, open, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ImportedData } from '../../../data/import/collector.ts'
import { memorySource } from '../../../data/import/file-source.ts'
import { defaultImportOptions, importFile, importPath } from '../../../data/import/import-data.ts'
import { pngOf } from '../pictures.ts'
import { csvOf, digits, filesOf, formulaSet, tarOf, tgzOf, zipOf, type File } from './samples.ts'

let root: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'inkling-hostile-'))
})

afterEach(async () => {
  await rm(root, { recursive: true })
})

const set = formulaSet()
const tree = filesOf({ classes: digits, halves: { train: set, test: null } }, 'folder')
const picture = tree[0]!.bytes

async function importBytes(bytes: Uint8Array, name: string): Promise<ImportedData> {
  return await importFile(memorySource(bytes, name), defaultImportOptions)
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
    return 'none'
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}

const packers = [
  ['zip', zipOf],
  ['tar', tarOf],
  ['tgz', tgzOf],
] as const

describe.each(packers)('a hostile %s', (name, pack) => {
  test.each([
    '../../../evil/3/1.png',
    '/etc/3/1.png',
    'train/../../3/1.png',
    String.raw`..\..\3\1.png`,
    'C:/3/1.png',
    '\\\\host\\share\\3\\1.png',
  ])('with a path that leads out of its folder is refused: %s', async (path) => {
    expect(await codeOf(importBytes(pack([...tree, { path, bytes: picture }]), `set.${name}`))).toBe(
      'import/unsafe-path',
    )
  })

  test('cut anywhere is a coded error, never a part of a set', async () => {
    const whole = pack(tree)
    for (let cut = 0; cut < whole.length; cut += Math.ceil(whole.length / 20)) {
      const code = await codeOf(importBytes(whole.subarray(0, cut), `set.${name}`))
      // A tar may end after any file; what is complete is complete.
      if (name === 'tar' && code === 'none') continue
      expect(['import/bad-archive', 'import/unknown-format', 'import/no-images', 'import/bad-table']).toContain(code)
    }
  })

  test('that holds nothing but an archive is refused', async () => {
    const nested = pack([{ path: 'inner.zip', bytes: zipOf(tree) }])
    expect(await codeOf(importBytes(nested, `set.${name}`))).toBe('import/nested-archive')
  })

  test('with an archive beside its pictures gives the pictures, and tells', async () => {
    const { report } = await importBytes(pack([...tree, { path: 'inner.tgz', bytes: tgzOf(tree) }]), `set.${name}`)
    expect(report.images.train).toBe(6)
    expect(report.skipped).toEqual([{ reason: 'an archive within', count: 1, example: 'inner.tgz' }])
  })

  test('with a path far too long or deep is refused', async () => {
    if (name !== 'zip') return
    for (const path of [`${'a'.repeat(1100)}/3/1.png`, `${'a/'.repeat(40)}3/1.png`]) {
      expect(await codeOf(importBytes(pack([{ path, bytes: picture }]), `set.${name}`))).toBe('import/unsafe-path')
    }
  })

  test('with a picture of absurd size keeps the others', async () => {
    const absurd = Buffer.from(picture)
    absurd.writeUInt32BE(0x7fffffff, 16)
    const { report } = await importBytes(pack([...tree, { path: 'train/3/99.png', bytes: absurd }]), `set.${name}`)
    expect(report.images.train).toBe(6)
    expect(report.skipped[0]).toMatchObject({ count: 1, example: 'train/3/99.png' })
  })
})

describe('links and devices', () => {
  test('in a tar are told and not followed', async () => {
    const { report } = await importBytes(
      tarOf([
        ...tree,
        { path: 'train/3/90.png', bytes: Buffer.alloc(0), type: 'SymbolicLink', linkpath: '/etc/passwd' },
        { path: 'train/3/91.png', bytes: Buffer.alloc(0), type: 'Link', linkpath: 'train/3/0.png' },
        { path: 'train/3/92.png', bytes: Buffer.alloc(0), type: 'CharacterDevice' },
      ]),
      'set.tar',
    )
    expect(report.images.train).toBe(6)
    expect(report.skipped).toEqual([{ reason: 'link or device', count: 3, example: 'train/3/90.png' }])
  })

  test('in a zip are told and not followed', async () => {
    const bytes = Buffer.from(zipOf([...tree, { path: 'train/3/90.png', bytes: Buffer.from('/etc/passwd') }]))
    // In the directory: made by Unix, and the type of a symbolic link.
    const entry = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]))
    bytes[entry + 5] = 3
    bytes.writeUInt32LE(0o120777 * 65536, entry + 38)
    const { report } = await importBytes(bytes, 'set.zip')
    expect(report.skipped).toEqual([{ reason: 'link or device', count: 1, example: 'train/3/90.png' }])
  })

  test('in a folder are told and not followed', async () => {
    await mkdir(join(root, 'set', '3'), { recursive: true })
    await writeFile(join(root, 'set', '3', '1.png'), picture)
    await symlink('/etc/passwd', join(root, 'set', '3', '2.png'))
    await symlink('/', join(root, 'set', '4'))
    const { report } = await importPath(join(root, 'set'), defaultImportOptions)
    expect(report.images.train).toBe(1)
    expect(report.skipped).toEqual([{ reason: 'link or device', count: 2, example: '3/2.png' }])
  })
})

describe('bombs', () => {
  const zeros = Buffer.alloc(40 * 2 ** 20)

  test('in a tgz end before they fill the memory', async () => {
    const bomb = gzipSync(tarOf([...tree, { path: '3/big.csv', bytes: zeros }]))
    expect(bomb.length).toBeLessThan(60_000)
    expect(await codeOf(importBytes(bomb, 'bomb.tgz'))).toBe('import/too-large')
  })

  test('in a zip end before they fill the memory', async () => {
    expect(await codeOf(importBytes(zipOf([{ path: '3/big.csv', bytes: zeros }]), 'bomb.zip'))).toBe('import/too-large')
  })

  test('in a gz end before they fill the memory', async () => {
    const bomb = gzipSync(Buffer.alloc(40 * 2 ** 20, '\n'))
    expect(await codeOf(importBytes(bomb, 'bomb.csv.gz'))).toBe('import/too-large')
  })

  test('that lie about their size are found out', async () => {
    const bytes = Buffer.from(zipOf([{ path: '3/1.csv', bytes: zeros }]))
    // The directory says ten bytes, and the local header too.
    bytes.writeUInt32LE(10, bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24)
    bytes.writeUInt32LE(10, 22)
    expect(await codeOf(importBytes(bytes, 'bomb.zip'))).toBe('import/bad-archive')
  })

  test('of one file beyond all bounds are refused by what they state', async () => {
    const entry = { path: '3/1.csv', bytes: Buffer.alloc(512), size: 2 ** 30 }
    expect(await codeOf(importBytes(tarOf([entry]), 'bomb.tar'))).toBe('import/too-large')
  })

  test('of gzip in gzip are not opened', async () => {
    expect(await codeOf(importBytes(gzipSync(tgzOf(tree)), 'set.tgz.gz'))).toBe('import/nested-archive')
    expect(await codeOf(importBytes(gzipSync(zipOf(tree)), 'set.zip.gz'))).toBe('import/nested-archive')
  })
})

describe('archives that take more time or memory than they should', () => {
  test('a tar with megabytes behind its end is ended by them, and read where they are few', async () => {
    const padded = (bytes: number): Uint8Array => Buffer.concat([tarOf(tree), Buffer.alloc(bytes)])
    expect((await importBytes(padded(2 ** 22), 'set.tar')).report.images.train).toBe(6)
    expect(await codeOf(importBytes(padded(2 ** 27), 'set.tar'))).toBe('import/bad-archive')
  })

  test('a zip whose files lie over each other is refused', async () => {
    const bytes = Buffer.from(zipOf([{ path: '3/1.png', bytes: picture }]))
    const start = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]))
    const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
    const entry = bytes.subarray(start, end)
    const names = Array.from({ length: 50 }, (_, index) => {
      const copy = Buffer.from(entry)
      copy.write(`3/${index % 10}.png`, 46, 'latin1')
      return copy
    })
    const directory = Buffer.concat(names)
    const last = Buffer.from(bytes.subarray(end))
    last.writeUInt16LE(names.length, 8)
    last.writeUInt16LE(names.length, 10)
    last.writeUInt32LE(directory.length, 12)
    const folded = Buffer.concat([bytes.subarray(0, start), directory, last])
    await expect(importBytes(folded, 'set.zip')).rejects.toMatchObject({
      code: 'import/bad-archive',
      message: expect.stringContaining('lie over each other') as string,
    })
  })

  test('a picture that is one line of millions of pixels, or of millions of parts, is left out with a reason to act on', async () => {
    const { report } = await importBytes(
      zipOf([
        ...tree,
        { path: '3/line.png', bytes: pngOf(20_000_000, 1, Buffer.alloc(20_000_001)) },
        { path: '3/parts.png', bytes: pngOf(28, 28, Buffer.alloc(29 * 28), 60_000) },
      ]),
      'set.zip',
    )
    expect(report.images.train).toBe(6)
    expect(report.skipped).toEqual([
      { reason: expect.stringContaining('make it smaller') as string, count: 1, example: '3/line.png' },
      { reason: 'damaged or no PNG or JPEG picture', count: 1, example: '3/parts.png' },
    ])
  })

  test('a folder of a file beyond all bounds is not said to be an archive', async () => {
    await mkdir(join(root, 'set'))
    const handle = await open(join(root, 'set', 'train.csv'), 'w')
    await handle.truncate(2 ** 28 + 1)
    await handle.close()
    await expect(importPath(join(root, 'set'), defaultImportOptions)).rejects.toMatchObject({
      code: 'import/too-large',
      message: expect.not.stringContaining('unpack') as string,
    })
  })
})

describe('names', () => {
  test('that come twice count once', async () => {
    const { report } = await importBytes(tarOf([...tree, tree[0]!]), 'set.tar')
    expect(report.images.train).toBe(6)
    expect(report.skipped).toEqual([{ reason: 'a second file of the same name', count: 1, example: tree[0]!.path }])
  })

  test('in UTF-8, composed or not, and in bytes of another encoding are read', async () => {
    const named = (name: string): File => ({ path: `${name}/1.png`, bytes: picture })
    const composed = await importBytes(zipOf([named('\u00e4'), { path: 'a\u0308/2.png', bytes: picture }]), 'set.zip')
    expect(composed.classes).toEqual(['\u00e4'])
    const bytes = Buffer.from(zipOf([named('XX'), named('b')]))
    // As Windows writes them, in code page 437, without the flag of UTF-8.
    for (let at = bytes.indexOf('XX'); at >= 0; at = bytes.indexOf('XX', at + 1)) bytes.set([0x84, 0x94], at)
    expect((await importBytes(bytes, 'set.zip')).classes).toEqual(['\u00e4\u00f6', 'b'])
    expect((await importBytes(tarOf([named('\u4e00'), named('\u4e8c')]), 'set.tar')).classes).toEqual([
      '\u4e00',
      '\u4e8c',
    ])
  })

  test('of a tar that are not in UTF-8 are told, since two of them could look like one', async () => {
    const entries = [...tree, { path: 'XX/1.png', bytes: picture }, { path: 'YY/2.png', bytes: picture }]
    const bytes = Buffer.from(tarOf(entries))
    for (const [name, code] of [
      ['XX', 0xe9],
      ['YY', 0xe8],
    ] as const) {
      const at = bytes.indexOf(`${name}/`)
      bytes.set([code, code], at)
      // The checksum counts every byte of the header.
      const sum = Number.parseInt(bytes.toString('latin1', at + 148, at + 154), 8) + 2 * (code - name.charCodeAt(0))
      bytes.write(sum.toString(8).padStart(6, '0'), at + 148, 'latin1')
    }
    const { report, classes } = await importBytes(bytes, 'set.tar')
    expect(classes).toEqual(digits)
    expect(report.skipped).toMatchObject([{ reason: 'a name that is not in UTF-8', count: 2 }])
  })

  test('with control characters are shown without them', async () => {
    const { classes } = await importBytes(zipOf([{ path: 'a\u001b[31m\u202eb/1.png', bytes: picture }]), 'set.zip')
    expect(classes).toEqual(['a [31m b'])
  })
})

describe('what can be no set', () => {
  test.each([
    ['an empty file', Buffer.alloc(0), 'import/unknown-format'],
    ['one picture', picture, 'import/unknown-format'],
    ['JSON', Buffer.from('{"label":3}'), 'import/unknown-format'],
    ['noise', Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7919) % 251)), 'import/unknown-format'],
    ['text', Buffer.from('Dear Sir or Madam,\nhello\n'), 'import/other-table'],
    ['an archive of text', zipOf([{ path: 'a/readme.md', bytes: Buffer.from('hello') }]), 'import/no-images'],
    ['pictures without folders', zipOf([{ path: '1.png', bytes: picture }]), 'import/no-images'],
    ['a table with a line too short', Buffer.concat([csvOf(set), Buffer.from('3,1,2\n')]), 'import/bad-table'],
  ])('%s is told by code', async (_, bytes, code) => {
    expect(await codeOf(importBytes(bytes, 'file'))).toBe(code)
  })

  test('more than ten classes are refused with their number', async () => {
    const letters = Array.from('abcdefghijkl', (letter) => ({ path: `${letter}/1.png`, bytes: picture }))
    await expect(importBytes(zipOf(letters), 'letters.zip')).rejects.toMatchObject({
      code: 'import/too-many-classes',
      message: expect.stringContaining('12 classes') as string,
    })
  })

  test('a missing file and an unreadable one are told apart', async () => {
    expect(await codeOf(importPath(join(root, 'none.zip'), defaultImportOptions))).toBe('file/not-found')
    expect(await readdir(root)).toEqual([])
  })
})
