/** Archives of more files than a plain zip archive can count: 70,000 pictures of MNIST are such a one. */
import { zipSync, type Zippable } from 'fflate'
import { expect, test } from 'vitest'
import { fromBufferPromise } from 'yauzl'
import { readZip } from '../../../data/archive/zip.ts'
import { zipFiles } from '../../../data/export/write-zip.ts'
import type { FileSource } from '../../../data/import/file-source.ts'

const COUNT = 65_540
const names = Array.from({ length: COUNT }, (_, index) => `train/${index % 10}/${index}.png`)
const bytes = Uint8Array.of(1, 2, 3)

function sourceOf(content: Uint8Array): FileSource {
  return {
    name: 'many.zip',
    size: content.length,
    read: (offset, length) => Promise.resolve(content.slice(offset, offset + length)),
    close: () => Promise.resolve(),
  }
}

async function pathsIn(content: Uint8Array): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of readZip(sourceOf(content), () => true)) paths.push(path)
  return paths
}

test('an export of more than 65,535 files tells how many they are, and is read whole', async () => {
  const files = names.map((path, index) => ({ path, bytes, fraction: index / COUNT }))
  const content = Buffer.concat([...zipFiles(files)].map((piece) => piece.bytes))
  const archive = await fromBufferPromise(content, { lazyEntries: true })
  expect(archive.entryCount).toBe(COUNT)
  expect(await pathsIn(content)).toEqual(names)
})

test('an archive whose program could not count so far is read whole as well', async () => {
  const entries: Zippable = {}
  for (const name of names) entries[name] = [bytes, { level: 0, mtime: '1990-01-01' }]
  const content = zipSync(entries)
  expect(new DataView(content.buffer).getUint16(content.length - 12, true)).toBe(COUNT - 65_536)
  expect(await pathsIn(content)).toEqual(names)
})
