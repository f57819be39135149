import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CheckpointFiles, tooMany } from '../../../data/library/checkpoints.ts'

let folder: string
let files: CheckpointFiles
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-checkpoints-'))
  files = new CheckpointFiles(folder)
})
afterEach(async () => {
  await rm(folder, { recursive: true })
})

const checkpoint = (step: number, numbers = 10) => ({
  step,
  tensors: new Map([['weight', { shape: [numbers], numbers: new Float32Array(numbers).fill(step) }]]),
  notes: { memory_since: '0' },
})
const unexpected = (error: unknown): never => {
  throw error
}

describe('checkpoints of a run', () => {
  test('are found again: the newest at or before a step', async () => {
    for (const step of [0, 49, 100, 1000]) await files.save(3, checkpoint(step))
    expect(await files.steps(3)).toEqual([0, 49, 100, 1000])
    expect(await files.before(3, 999, unexpected)).toEqual(checkpoint(100))
    expect(await files.before(3, 1000, unexpected)).toEqual(checkpoint(1000))
    expect(await files.before(4, 1000, unexpected)).toBe(null)
    await files.forgetAfter(3, 49)
    expect(await files.steps(3)).toEqual([0, 49])
    await files.removeAll(3)
    expect(await files.steps(3)).toEqual([])
    expect(await readdir(folder)).toEqual([])
  })

  test('one that is damaged is passed over, and told', async () => {
    for (const step of [10, 20]) await files.save(1, checkpoint(step))
    await truncate(join(folder, 'run-1', '20.safetensors'), 60)
    const told: unknown[] = []
    expect((await files.before(1, 25, (error) => told.push(error)))?.step).toBe(10)
    expect(told).toEqual([expect.objectContaining({ code: 'library/damaged' })])
  })

  test('keep within 32 MB, the first and the newest among them, and stay whole', async () => {
    const million = 1024 * 1024
    for (let step = 0; step <= 20; step += 1) await files.save(1, checkpoint(step, million))
    expect(await files.size(1)).toBeLessThanOrEqual(32 * million)
    const steps = await files.steps(1)
    expect(steps.at(0)).toBe(0)
    expect(steps.at(-1)).toBe(20)
    expect(steps.length).toBe(7)
  })

  test('half-written ones of a killed writer go', async () => {
    await files.save(1, checkpoint(5))
    await writeFile(join(folder, 'run-1', '9.safetensors.77-1.tmp'), 'half')
    await files.removeTemporary()
    expect(await readdir(join(folder, 'run-1'))).toEqual(['5.safetensors'])
  })
})

describe('thinning out', () => {
  test('leaves steps that lie evenly', () => {
    const steps: number[] = []
    for (let step = 0; step <= 300; step += 1) {
      steps.push(step)
      for (const dropped of tooMany(steps, 8)) steps.splice(steps.indexOf(dropped), 1)
    }
    expect(steps).toHaveLength(8)
    expect([steps[0], steps.at(-1)]).toEqual([0, 300])
    const gaps = steps.slice(1).map((step, place) => step - steps[place]!)
    // 43 would be even; a step that is gone cannot come back, so powers of two it is.
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * 64)
  })

  test('keeps the newest where there is room for none, and the ends where there is room for two', () => {
    expect(tooMany([0, 5, 9], 0)).toEqual([5, 0])
    expect(tooMany([0, 5, 9], 2)).toEqual([5])
    expect(tooMany([7], 0)).toEqual([])
  })
})
