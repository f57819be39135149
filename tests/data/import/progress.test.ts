/** What an import tells of its progress while it reads. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultImportOptions, importPath } from '../../../data/import/import-data.ts'
import { digits, filesOf, zipOf } from './samples.ts'

const COUNT = 4000

test('of a zip archive grows with its images, though its directory lies at the end', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'inkling-progress-'))
  try {
    // Noise, which cannot be packed: 784 bytes an image and more.
    const images = Uint8Array.from({ length: COUNT * 784 }, (_, at) => Math.imul(at + 1, 0x9e3779b1) >>> 24)
    const set = { images, labels: new Uint8Array(COUNT), count: COUNT, height: 28, width: 28 }
    const path = join(folder, 'noise.zip')
    await writeFile(path, zipOf(filesOf({ classes: digits, halves: { train: set, test: null } }, 'folder')))
    const told: (readonly [fraction: number, images: number])[] = []
    const onProgress = (fraction: number | null, count: number): void => {
      told.push([fraction ?? Number.NaN, count])
    }
    await importPath(path, { ...defaultImportOptions, onProgress })
    const at = (share: number): number => told.find(([, count]) => count >= share * COUNT)?.[0] ?? Number.NaN
    expect(at(0)).toBeLessThan(0.3)
    expect(at(0.5)).toBeGreaterThan(0.35)
    expect(at(0.5)).toBeLessThan(0.75)
    expect(at(0.95)).toBeGreaterThan(0.8)
    for (const [index, [fraction]] of told.entries()) expect(fraction).toBeGreaterThanOrEqual(told[index - 1]?.[0] ?? 0)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
