/**
 * Fuzzing of every way in. A few seconds of it run always; INKLING_FUZZ=20000 runs that many cases (about five minutes), INKLING_FUZZ_SEED
 * others than the usual ones.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PIXELS, splits } from '../../../data/image-set.ts'
import type { ImportedData } from '../../../data/import/collector.ts'
import { ImportedSets } from '../../../data/imported-sets.ts'
import { mutated, samples, tryCase } from './fuzz.ts'

const count = Number(process.env['INKLING_FUZZ'] ?? 600)
const seed = Number(process.env['INKLING_FUZZ_SEED'] ?? 1)
/** Every so often a valid result is kept and removed again, as a person would. */
const KEEP_EVERY = 20

let root: string
let sets: ImportedSets

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'inkling-fuzz-'))
  sets = new ImportedSets(join(root, 'data'))
})

afterAll(async () => {
  await rm(root, { recursive: true, force: true })
})

function expectSound({ halves, classes, report }: ImportedData): void {
  expect(report.images.train + report.images.test).toBeGreaterThan(0)
  for (const split of splits) {
    const set = halves[split]
    if (set === null) continue
    expect(set.count).toBe(report.images[split])
    expect(set.labels.length).toBe(set.count)
    expect(set.images.length).toBe(set.count * PIXELS)
    expect(Math.max(...set.labels)).toBeLessThan(classes.length)
  }
}

test('every sample is valid before it is mutated', async () => {
  for (const sample of samples())
    expect([sample.name, (await tryCase(sample, sample.bytes)).outcome]).toEqual([sample.name, 'valid'])
})

test(
  `${count.toLocaleString('en-US')} mutated files are each a valid set or a coded error, soon and in little memory`,
  async () => {
    const all = samples()
    const outcomes = new Map<string, number>()
    let peak = 0
    let slowest = 0
    let kept = 0
    for (let index = 0; index < count; index += 1) {
      const sample = all[index % all.length]!
      const { outcome, data, milliseconds, fault } = await tryCase(sample, mutated(sample, seed, index))
      expect(fault, `case ${index} of seed ${seed}, ${sample.name}`).toBeNull()
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      peak = Math.max(peak, process.memoryUsage().rss)
      slowest = Math.max(slowest, milliseconds)
      if (data === null) continue
      expectSound(data)
      kept += 1
      if (kept % KEEP_EVERY !== 0) continue
      await sets.save('fuzzed', data)
      await sets.remove('fuzzed')
    }
    if (count > 1000) {
      const told = { outcomes: Object.fromEntries(outcomes), slowest, peakMegabytes: Math.round(peak / 1e6) }
      console.log(JSON.stringify(told))
    }
    // Time of the processor, not of the clock: a hang is what is looked for.
    expect(slowest).toBeLessThan(2000)
    expect(peak).toBeLessThan(1e9)
    expect([...outcomes.keys()].length).toBeGreaterThan(5)
    expect(await readdir(root)).toEqual(['data'])
    expect(await readdir(join(root, 'data'))).toEqual(['imported'])
    expect(await readdir(join(root, 'data', 'imported'))).toEqual([])
  },
  Math.max(60_000, count * 100),
)
